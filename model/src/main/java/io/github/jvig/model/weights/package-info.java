/**
 * From a checkpoint file to named tensors: PyTorch's {@code .pth} (zip and legacy container) and safetensors. Strict,
 * bounded by the file's real size, and nothing in a file is executed.
 */
package io.github.jvig.model.weights;
