package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Activation;

/** Activations by their formulas, in double where they are not exact. */
public final class ScalarActivation {
    private static final double SQRT_2_BY_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;
    private static final float LEAK = 0.01f;

    private ScalarActivation() {
    }

    /** In place on {@code length} floats from {@code at}. */
    public static void apply(Activation activation, float[] x, int at, int length) {
        int end = at + length;
        switch (activation) {
            case NONE -> {
            }
            case RELU -> {
                for (int i = at; i < end; i++) {
                    x[i] = Math.max(0f, x[i]);
                }
            }
            case RELU6 -> {
                for (int i = at; i < end; i++) {
                    x[i] = Math.min(6f, Math.max(0f, x[i]));
                }
            }
            case LEAKY_RELU -> {
                for (int i = at; i < end; i++) {
                    x[i] = x[i] > 0 ? x[i] : LEAK * x[i];
                }
            }
            case GELU -> {
                for (int i = at; i < end; i++) {
                    x[i] = (float) Erf.gelu(x[i]);
                }
            }
            case GELU_TANH -> {
                for (int i = at; i < end; i++) {
                    double v = x[i];
                    x[i] = (float) product(v, logistic(2 * SQRT_2_BY_PI * (v + CUBIC * v * v * v)));
                }
            }
            case SIGMOID -> {
                for (int i = at; i < end; i++) {
                    x[i] = (float) logistic(x[i]);
                }
            }
            case HARD_SIGMOID -> {
                for (int i = at; i < end; i++) {
                    x[i] = (float) hardSigmoid(x[i]);
                }
            }
            case SILU -> {
                for (int i = at; i < end; i++) {
                    x[i] = (float) product(x[i], logistic(x[i]));
                }
            }
            case HARD_SWISH -> {
                for (int i = at; i < end; i++) {
                    x[i] = (float) product(x[i], hardSigmoid(x[i]));
                }
            }
            case ELU -> {
                for (int i = at; i < end; i++) {
                    x[i] = x[i] > 0 ? x[i] : (float) Math.expm1(x[i]);
                }
            }
        }
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double hardSigmoid(double x) {
        return Math.min(1, Math.max(0, x / 6 + 0.5));
    }

    /** A gate of zero closes: infinity times zero is zero here. */
    private static double product(double x, double gate) {
        return gate == 0 ? 0 : x * gate;
    }
}
