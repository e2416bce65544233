package io.github.jvig.kernels.vector.norm;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.scalar.ScalarLayerNorm;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link LayerNorm}: the mean, then the mean square of the deviations from it, then the result; a pixel stays in the nearest cache
 * meanwhile. Each lane sums by itself, and the lanes are added up in their order, in double: reduceLanes may take any order, which
 * could change from run to run. Channels behind the last whole vector are summed one by one, since pad lanes would count as deviations.
 */
public final class VectorLayerNorm implements Kernel {
    private final LayerNorm spec;
    /** Padded to whole vectors with zeros. */
    private final float[] weight;
    private final float[] bias;
    /** For pixels whose squares are beyond the range of float, or that have NaN or infinities. */
    private final ScalarLayerNorm wide;
    private final Split split;

    public VectorLayerNorm(LayerNorm spec, float[] weight, float[] bias) {
        this.spec = spec;
        int length = VectorConfig.vectors(spec.in().channels()) * LANES;
        this.weight = Arrays.copyOf(weight, length);
        this.bias = WeightLayout.paddedBias(bias, length);
        wide = new ScalarLayerNorm(spec, weight, bias);
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
        Epilogues.clearPadding(Activation.NONE, o.out(), o.outOffset() + split.row(from) * width * stride, spec.in(),
                (split.row(to) - split.row(from)) * width, weight.length);
    }

    /** The lanes' sums are stored for a moment in the first channels of the result. */
    private void pixel(float[] in, int inOffset, float[] out, int outOffset) {
        int channels = spec.in().channels();
        int whole = channels / LANES * LANES;
        sum(in, inOffset, whole, out, outOffset);
        double sum = total(out, outOffset);
        for (int c = whole; c < channels; c++) {
            sum += in[inOffset + c];
        }
        float mean = (float) (sum / channels);
        sumSquares(in, inOffset, whole, mean, out, outOffset);
        double squares = total(out, outOffset);
        for (int c = whole; c < channels; c++) {
            float deviation = in[inOffset + c] - mean;
            squares += deviation * deviation;
        }
        if (Double.isFinite(squares)) {
            float factor = (float) (1 / Math.sqrt(squares / channels + spec.epsilon()));
            normalize(in, inOffset, mean, factor, weight, bias, out, outOffset);
        } else {
            wide.pixel(in, inOffset, out, outOffset);
        }
    }

    private static void sum(float[] in, int inOffset, int length, float[] out, int outOffset) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int c = 0; c < length; c += LANES) {
            s = FloatVector.fromArray(FLOATS, in, inOffset + c).add(s);
        }
        s.intoArray(out, outOffset);
    }

    private static void sumSquares(float[] in, int inOffset, int length, float mean, float[] out, int outOffset) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int c = 0; c < length; c += LANES) {
            FloatVector deviation = FloatVector.fromArray(FLOATS, in, inOffset + c).sub(mean);
            s = deviation.fma(deviation, s);
        }
        s.intoArray(out, outOffset);
    }

    /** The sum of as many floats as a vector has. */
    private static double total(float[] x, int offset) {
        double sum = 0;
        for (int i = offset; i < offset + LANES; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static void normalize(float[] in, int inOffset, float mean, float factor, float[] weight, float[] bias,
            float[] out, int outOffset) {
        for (int c = 0; c < weight.length; c += LANES) {
            FloatVector.fromArray(FLOATS, in, inOffset + c).sub(mean).mul(factor)
                    .fma(FloatVector.fromArray(FLOATS, weight, c), FloatVector.fromArray(FLOATS, bias, c))
                    .intoArray(out, outOffset + c);
        }
    }
}
