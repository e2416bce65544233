package io.github.jvig.model.graph;

/**
 * An application's own operation. It runs wherever there are kernels for its spec, which a {@link io.github.jvig.kernels.KernelExtension}
 * brings. The passes leave it as it is, and it can't be written as ONNX.
 */
public non-sealed interface CustomOp extends Op {}
