package io.github.jvig.kernels;

/** What a kernel applies to each element of its result after the bias, before the residual. */
public enum Activation {
    /** The value as it is. */
    NONE,
    /** max(0, x). */
    RELU,
    /** min(6, max(0, x)): MobileNetV2, arXiv 1801.04381. */
    RELU6,
    /** x * Phi(x) with the exact, erf-based normal distribution: Hendrycks and Gimpel, arXiv 1606.08415. */
    GELU
}
