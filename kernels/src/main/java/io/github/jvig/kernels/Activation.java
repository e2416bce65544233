package io.github.jvig.kernels;

/**
 * What a kernel applies to each element. NaN gives NaN in all of them. Those that are exact give the formula's value rounded once; for the
 * others the tests allow {@code 4e-7 * (1 + |x|)}, scalar and vector.
 */
public enum Activation {
    /** {@code x}: the value as it is. */
    NONE,
    /** {@code max(0, x)}, exact. */
    RELU,
    /** {@code min(6, max(0, x))}, exact: MobileNetV2, Sandler et al., arXiv 1801.04381. */
    RELU6,
    /** {@code x} for x above 0, else {@code 0.01 * x}, exact: Maas et al., ICML 2013. */
    LEAKY_RELU,
    /**
     * {@code x * Phi(x)} with the distribution function of the standard normal distribution, {@code Phi(x) = (1 + erf(x / sqrt(2))) / 2}: the
     * exact form of Hendrycks and Gimpel, arXiv 1606.08415, not its approximation by tanh.
     *
     * <p>The scalar kernels compute it in double by erf and round once; the vector kernels use a polynomial. Both are within
     * {@code 3.9e-7 + 2^-24 * |x|} of the exact value. Positive infinity gives positive infinity, negative infinity a value within 1e-6 of
     * zero.
     */
    GELU,
    /**
     * {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))}: the approximation of GELU by tanh, arXiv 1606.08415. Negative infinity
     * gives zero.
     */
    GELU_TANH,
    /** {@code 1 / (1 + exp(-x))}, the logistic function. A zero gives one half. */
    SIGMOID,
    /** {@code min(1, max(0, x / 6 + 1/2))}: PyTorch's hard-sigmoid, MobileNetV3, Howard et al., arXiv 1905.02244. A zero gives one half. */
    HARD_SIGMOID,
    /** {@code x * sigmoid(x)}, also called swish: arXiv 1606.08415 and 1710.05941. Negative infinity gives zero. */
    SILU,
    /** {@code x * min(1, max(0, x / 6 + 1/2))}: MobileNetV3, Howard et al., arXiv 1905.02244. Negative infinity gives zero. */
    HARD_SWISH,
    /** {@code x} for x above 0, else {@code exp(x) - 1}: Clevert et al., arXiv 1511.07289. */
    ELU;

    /** {@return whether a zero gives a zero, so that pad lanes stay zero} */
    public boolean keepsZero() {
        return this != SIGMOID && this != HARD_SIGMOID;
    }
}
