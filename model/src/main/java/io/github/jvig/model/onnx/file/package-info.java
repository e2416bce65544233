/**
 * Reads ONNX files: protobuf in, checked records out. Knows the format and nothing of kernels.
 */
package io.github.jvig.model.onnx.file;
