package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;

/**
 * The weights of windows of 3x3 as Winograd's F(2x2, 3x3) needs them: {@code G g G^T}, 4x4 for each window, in double and rounded once.
 * Each of the 16 is a matrix of its own.
 */
final class WinogradWeights {
    /** Points of a transformed window. */
    static final int POINTS = 16;
    /** The point whose product is in all four outputs with factor 1, so that the bias can be its part. */
    private static final int BIAS_POINT = 5;
    private static final int TAPS = 9;
    private static final double[][] G = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
    /** A left inverse of {@link #G}. */
    private static final double[][] INVERSE = {{1, 0, 0, 0}, {0, 1, -1, 0}, {0, 0, 0, 1}};
    /** What is smaller than this part of the numbers that it is the sum of may be what their rounding left of zero. */
    private static final double ROUNDING = 0x1p-22;

    private final int inputs;
    private final int outputs;
    private final WeightPanels[] points = new WeightPanels[POINTS];

    /**
     * @param weight   {@code [outputs][inputs][3][3]}
     * @param bias     null for zero
     * @param maxWidth vectors of the widest panel
     */
    WinogradWeights(float[] weight, int outputs, int inputs, float[] bias, int maxWidth) {
        this.inputs = inputs;
        this.outputs = outputs;
        float[] matrix = new float[outputs * inputs];
        for (int point = 0; point < POINTS; point++) {
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] = (float) transformed(weight, i * TAPS, G[point / 4], G[point % 4]);
            }
            points[point] = WeightPanels.of(matrix, outputs, inputs, null, point == BIAS_POINT ? bias : null, maxWidth);
        }
    }

    private static double transformed(float[] weight, int at, double[] down, double[] across) {
        double sum = 0;
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 3; x++) {
                sum += down[y] * across[x] * weight[at + 3 * y + x];
            }
        }
        return sum;
    }

    /** One of the 16 matrices; all are cut into the same panels. */
    WeightPanels point(int point) {
        return points[point];
    }

    /** Floats of all matrices. */
    long length() {
        return (long) POINTS * points[0].length();
    }

    /**
     * The biases.
     *
     * @return {@code [outputs]}
     */
    float[] bias() {
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = at(BIAS_POINT, o, -1);
        }
        return bias;
    }

    /**
     * The weights before the transform, but for rounding; those that were zero are zero.
     *
     * @return {@code [outputs][inputs][3][3]}
     */
    float[] restored() {
        float[] weight = new float[outputs * inputs * TAPS];
        double[] window = new double[POINTS];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                for (int point = 0; point < POINTS; point++) {
                    window[point] = at(point, o, i);
                }
                double largest = Arrays.stream(window).map(Math::abs).max().orElse(0);
                for (int tap = 0; tap < TAPS; tap++) {
                    double value = restored(window, INVERSE[tap / 3], INVERSE[tap % 3]);
                    weight[(o * inputs + i) * TAPS + tap] = Math.abs(value) <= ROUNDING * largest ? 0 : (float) value;
                }
            }
        }
        return weight;
    }

    private static double restored(double[] window, double[] down, double[] across) {
        double sum = 0;
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                sum += down[y] * across[x] * window[4 * y + x];
            }
        }
        return sum;
    }

    /** The weight of an input for an output; of input -1, the bias. */
    private float at(int point, int output, int input) {
        WeightPanels panels = points[point];
        int vector = output / VectorConfig.LANES;
        int panel = Arrays.binarySearch(panels.columns(), vector);
        if (panel < 0) {
            panel = -panel - 2;
        }
        return panels.data()[panels.offset(panel) + (input + 1) * panels.width(panel) * VectorConfig.LANES + output
                - panels.channel(panel)];
    }
}
