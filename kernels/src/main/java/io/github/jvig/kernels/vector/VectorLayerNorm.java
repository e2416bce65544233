package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Packing;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link LayerNorm}: the mean, then the mean square of the deviations from it, then the result; a pixel stays in the nearest cache
 * meanwhile. Each lane sums by itself, and the lanes are added up in their order, in double: a vector's own sum may take any order, which
 * could change from run to run. Channels behind the last whole vector are summed one by one, since pad lanes would count as deviations.
 */
final class VectorLayerNorm implements Kernel {
    private final LayerNorm spec;
    /** Filled up to whole vectors by zeros. */
    private final float[] weight;
    private final float[] bias;
    private final Split split;

    VectorLayerNorm(LayerNorm spec, float[] weight, float[] bias) {
        Packing.check(spec, weight, 1, bias);
        this.spec = spec;
        int length = VectorConfig.vectors(spec.in().channels()) * LANES;
        this.weight = Arrays.copyOf(weight, length);
        this.bias = Packing.paddedBias(bias, length);
        // An element takes about as long as 24 multiply-accumulates of a matrix product.
        split = Split.ofRows(24L * spec.in().length(), spec.in().height());
    }

    @Override
    public LayerNorm spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-layer-norm-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int width = spec.in().width();
        int stride = spec.in().stride();
        for (int p = split.row(from) * width; p < split.row(to) * width; p++) {
            pixel(o.in(), o.inOffset() + p * stride, o.out(), o.outOffset() + p * stride);
        }
        Epilogues.clear(o.out(), o.outOffset() + split.row(from) * width * stride, stride,
                (split.row(to) - split.row(from)) * width, weight.length);
    }

    /** The lanes' sums lie for a moment where the result's first channels come. */
    private void pixel(float[] in, int at, float[] out, int to) {
        int channels = spec.in().channels();
        int whole = channels / LANES * LANES;
        sum(in, at, whole, out, to);
        double sum = total(out, to);
        for (int c = whole; c < channels; c++) {
            sum += in[at + c];
        }
        float mean = (float) (sum / channels);
        sumSquares(in, at, whole, mean, out, to);
        double squares = total(out, to);
        for (int c = whole; c < channels; c++) {
            float deviation = in[at + c] - mean;
            squares += deviation * deviation;
        }
        float factor = (float) (1 / Math.sqrt(squares / channels + spec.epsilon()));
        normalize(in, at, mean, factor, weight, bias, out, to);
    }

    private static void sum(float[] in, int at, int length, float[] out, int to) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int c = 0; c < length; c += LANES) {
            s = s.add(FloatVector.fromArray(FLOATS, in, at + c));
        }
        s.intoArray(out, to);
    }

    private static void sumSquares(float[] in, int at, int length, float mean, float[] out, int to) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int c = 0; c < length; c += LANES) {
            FloatVector deviation = FloatVector.fromArray(FLOATS, in, at + c).sub(mean);
            s = deviation.fma(deviation, s);
        }
        s.intoArray(out, to);
    }

    /** The sum of as many floats as a vector has. */
    private static double total(float[] x, int at) {
        double sum = 0;
        for (int i = at; i < at + LANES; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static void normalize(float[] in, int at, float mean, float factor, float[] weight, float[] bias,
            float[] out, int to) {
        for (int c = 0; c < weight.length; c += LANES) {
            FloatVector.fromArray(FLOATS, in, at + c).sub(mean).mul(factor)
                    .fma(FloatVector.fromArray(FLOATS, weight, c), FloatVector.fromArray(FLOATS, bias, c))
                    .intoArray(out, to + c);
        }
    }
}
