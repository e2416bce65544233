package io.github.jvig.kernels;

/**
 * What a kernel applies to each element after the bias and before the residual. NaN gives NaN in all of them, and a zero of either sign gives
 * a zero.
 */
public enum Activation {
    /** {@code x}: the value as it is. */
    NONE,
    /** {@code max(0, x)}, exact. */
    RELU,
    /** {@code min(6, max(0, x))}, exact: MobileNetV2, Sandler et al., arXiv 1801.04381. */
    RELU6,
    /**
     * {@code x * Phi(x)} with the distribution function of the standard normal distribution, {@code Phi(x) = (1 + erf(x / sqrt(2))) / 2}: the
     * exact form of Hendrycks and Gimpel, arXiv 1606.08415, not its approximation by tanh.
     *
     * <p>The scalar kernels compute it in double by erf and round once; the vector kernels use a polynomial. Both are within
     * {@code 3.9e-7 + 2^-24 * |x|} of the exact value. Positive infinity gives positive infinity, negative infinity a value within 1e-6 of
     * zero.
     */
    GELU
}
