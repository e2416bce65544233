package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.ArrayMath;

/** {@link ArrayMath} in double. */
public final class ScalarMath implements ArrayMath {
    /** For the lookup. */
    public ScalarMath() {
    }

    @Override
    public void apply(Function function, float[] x, int at, int n) {
        switch (function) {
            case EXP -> {
                for (int i = at; i < at + n; i++) {
                    x[i] = (float) Math.exp(x[i]);
                }
            }
            case TANH -> {
                for (int i = at; i < at + n; i++) {
                    x[i] = (float) Math.tanh(x[i]);
                }
            }
            case SIGMOID -> ScalarActivation.apply(Activation.SIGMOID, x, at, n);
            case SWISH -> ScalarActivation.apply(Activation.SILU, x, at, n);
            case GELU -> ScalarActivation.apply(Activation.GELU, x, at, n);
            case GELU_TANH -> ScalarActivation.apply(Activation.GELU_TANH, x, at, n);
        }
    }

    @Override
    public void softmax(float[] x, int at, int n) {
        column(x, at, n, 1);
    }

    @Override
    public void softmaxColumns(float[] x, int at, int rows, int columns) {
        for (int c = 0; c < columns; c++) {
            column(x, at + c, rows, columns);
        }
    }

    private static void column(float[] x, int at, int n, int step) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[at + i * step]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float e = (float) Math.exp(x[at + i * step] - max);
            x[at + i * step] = e;
            sum += e;
        }
        for (int i = 0; i < n; i++) {
            // What a mask has ruled out is about 1e-44 here. Products with such numbers take twenty times as long as with zeros.
            float share = (float) (x[at + i * step] / sum);
            x[at + i * step] = share < Float.MIN_NORMAL ? 0 : share;
        }
    }

    @Override
    public double sum(float[] x, int at, int n, float[] spare, int free) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    @Override
    public double squares(float[] x, int at, int n, float from, float[] spare, int free) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            double distance = (double) x[i] - from;
            sum += distance * distance;
        }
        return sum;
    }
}
