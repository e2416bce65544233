/**
 * Makes a {@link io.github.jvig.model.graph.Graph} of an ONNX model once all sizes are known. Constants are folded and shapes inferred
 * node by node in one pass. A value is a {@link io.github.jvig.model.onnx.lowering.View} of a buffer: reshapes, transposes, splits and
 * slices only change the view. Operators on feature maps become the ops that named nets are made of; all others run on row-major tensors.
 */
package io.github.jvig.model.onnx.lowering;
