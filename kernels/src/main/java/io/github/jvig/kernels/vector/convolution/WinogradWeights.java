package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;

/**
 * The weights of windows of 3x3 as a {@link WinogradScheme} needs them, in double and rounded once: for each point a matrix whose depth is its
 * terms, of each all inputs.
 */
final class WinogradWeights {
    private static final int TAPS = 9;
    /** What is smaller than this part of the numbers that it is the sum of may be what their rounding left of zero. */
    private static final double ROUNDING = 0x1p-22;

    private final WinogradScheme scheme;
    private final int inputs;
    private final int outputs;
    private final WeightPanels[] points;

    /**
     * @param weight   {@code [outputs][inputs][3][3]}
     * @param bias     null for zero
     * @param maxWidth vectors of the widest panel
     */
    WinogradWeights(WinogradScheme scheme, float[] weight, int outputs, int inputs, float[] bias, int maxWidth) {
        this.scheme = scheme;
        this.inputs = inputs;
        this.outputs = outputs;
        points = new WeightPanels[scheme.points()];
        for (int point = 0; point < points.length; point++) {
            int depth = scheme.terms(point) * inputs;
            float[] matrix = new float[Math.multiplyExact(outputs, depth)];
            for (int i = 0; i < matrix.length; i++) {
                int window = i / depth * inputs + i % inputs;
                matrix[i] = (float) scheme.weight(weight, window * TAPS, point, i % depth / inputs);
            }
            points[point] = WeightPanels.of(matrix, outputs, depth, null, point == scheme.biasPoint() ? bias : null,
                    maxWidth);
        }
    }

    /**
     * Those of each group.
     *
     * @param part the convolution of one group
     */
    static WinogradWeights[] ofGroups(WinogradScheme scheme, Conv2d part, int groups, float[] weight, float[] bias,
            int maxWidth) {
        int outputs = part.out().channels();
        WinogradWeights[] weights = new WinogradWeights[groups];
        for (int g = 0; g < groups; g++) {
            float[] own = groups == 1
                    ? weight
                    : Arrays.copyOfRange(weight, g * part.weightCount(), (g + 1) * part.weightCount());
            weights[g] = new WinogradWeights(scheme, own, outputs, part.in().channels(),
                    bias == null ? null : Arrays.copyOfRange(bias, g * outputs, (g + 1) * outputs), maxWidth);
        }
        return weights;
    }

    /** The matrix of a point; all are cut into the same panels. */
    WeightPanels point(int point) {
        return points[point];
    }

    /** Floats of all matrices. */
    long length() {
        return Arrays.stream(points).mapToLong(WeightPanels::length).sum();
    }

    /**
     * The biases.
     *
     * @return {@code [outputs]}
     */
    float[] bias() {
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = at(scheme.biasPoint(), o, -1);
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
        double[] window = new double[scheme.terms()];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                int next = 0;
                for (int point = 0; point < points.length; point++) {
                    for (int term = 0; term < scheme.terms(point); term++) {
                        window[next++] = at(point, o, term * inputs + i);
                    }
                }
                double largest = Arrays.stream(window).map(Math::abs).max().orElse(0);
                for (int tap = 0; tap < TAPS; tap++) {
                    double value = scheme.tap(window, tap);
                    weight[(o * inputs + i) * TAPS + tap] = Math.abs(value) <= ROUNDING * largest ? 0 : (float) value;
                }
            }
        }
        return weight;
    }

    /** The weight for an output at a place of the depth; at -1, the bias. */
    private float at(int point, int output, int place) {
        WeightPanels panels = points[point];
        int vector = output / VectorConfig.LANES;
        int panel = Arrays.binarySearch(panels.columns(), vector);
        if (panel < 0) {
            panel = -panel - 2;
        }
        return panels.data()[panels.offset(panel) + (place + 1) * panels.width(panel) * VectorConfig.LANES + output
                - panels.channel(panel)];
    }
}
