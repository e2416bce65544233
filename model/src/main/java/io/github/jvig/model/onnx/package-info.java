/**
 * Nets as ONNX files, for other runtimes. It needs {@code org.tribuo:tribuo-util-onnx}, an optional dependency of this module: a program
 * that exports names it, all others never get it.
 */
package io.github.jvig.model.onnx;
