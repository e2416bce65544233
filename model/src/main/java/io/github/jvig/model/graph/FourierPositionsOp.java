package io.github.jvig.model.graph;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A map plus an encoding of its pixels' positions by sines and cosines, which a 1x1 convolution projects to the map's channels. It is computed
 * for the size of the map, so it takes maps of any size, and runs as the sum with a constant map ({@link BinaryConstant}).
 *
 * <p>Row y of H, counted from 1, has the angle {@code a = 2 pi y / (H + 1e-6)} and the features {@code sin(a / t_0), cos(a / t_0), ...,
 * sin(a / t_15), cos(a / t_15)} with {@code t_k = 10000^(k / 16)}; columns likewise, behind those of the rows. Vaswani et al., arXiv 1706.03762,
 * in two dimensions as DETR does it (Carion et al., arXiv 2005.12872) and EdgeNeXt (Maaz et al., arXiv 2206.10589).
 *
 * @param weight {@code [channels][64]}, C order: what a channel takes of the features of rows, followed by those of columns
 * @param bias   one for each channel
 */
public record FourierPositionsOp(float[] weight, float[] bias) implements Op {
    /** Features of a pixel. */
    public static final int FEATURES = 64;
    private static final int HALF = FEATURES / 2;
    private static final double TEMPERATURE = 10000;
    private static final double EPSILON = 1e-6;

    /**
     * Checks the number of weights.
     *
     * @throws IllegalArgumentException when there is no channel, or not 64 weights for each
     */
    public FourierPositionsOp {
        if (bias.length == 0 || weight.length != FEATURES * bias.length) {
            throw new IllegalArgumentException("an encoding of positions for " + bias.length + " channels has "
                    + FEATURES + " weights for each, not " + weight.length + " in all");
        }
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, bias.length);
    }

    @Override
    public BinaryConstant spec(List<MapLayout> inputs) {
        return new BinaryConstant(inputs.getFirst(), Binary.Operator.ADD);
    }

    /** {@return the encoding of a map of this size, {@code [height][width][channels]} in C order} */
    @Override
    public float[] weights(Spec spec) {
        int width = spec.in().width();
        int channels = bias.length;
        double[][] ofRows = projected(spec.in().height(), 0);
        double[][] ofColumns = projected(width, HALF);
        float[] result = new float[spec.in().pixels() * channels];
        for (int i = 0; i < result.length; i++) {
            int c = i % channels;
            int pixel = i / channels;
            result[i] = (float) (ofRows[pixel / width][c] + ofColumns[pixel % width][c] + bias[c]);
        }
        return result;
    }

    /** {@return {@code [size][channels]}, what each row or each column adds to the channels} */
    private double[][] projected(int size, int firstFeature) {
        double[][] result = new double[size][bias.length];
        for (int at = 0; at < size; at++) {
            double[] features = features(at, size);
            for (int c = 0; c < bias.length; c++) {
                for (int f = 0; f < HALF; f++) {
                    result[at][c] += weight[c * FEATURES + firstFeature + f] * features[f];
                }
            }
        }
        return result;
    }

    private static double[] features(int at, int size) {
        double angle = 2 * Math.PI * (at + 1) / (size + EPSILON);
        double[] result = new double[HALF];
        for (int f = 0; f < HALF; f += 2) {
            double scaled = angle / Math.pow(TEMPERATURE, (double) f / HALF);
            result[f] = Math.sin(scaled);
            result[f + 1] = Math.cos(scaled);
        }
        return result;
    }

    @Override
    public long parameters() {
        return weight.length + bias.length;
    }

    @Override
    public String describe() {
        return "add an encoding of positions";
    }
}
