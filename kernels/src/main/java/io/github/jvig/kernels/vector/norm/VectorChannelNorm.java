package io.github.jvig.kernels.vector.norm;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.scalar.ScalarChannelNorm;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link ChannelNorm}: the sum of squares, then the result; a pixel stays in the nearest cache meanwhile. Each lane sums by itself, and the
 * lanes are added up in their order, in double: reduceLanes may take any order. Pad lanes hold zero, so they add nothing.
 */
public final class VectorChannelNorm implements Kernel {
    private final ChannelNorm spec;
    /** Padded to whole vectors with zeros; ones for a norm without weights. */
    private final float[] weight;
    /** For pixels whose squares are beyond the range of float, or that have NaN or infinities. */
    private final ScalarChannelNorm wide;
    private final Split split;

    public VectorChannelNorm(ChannelNorm spec, float[] weight) {
        this.spec = spec;
        int channels = spec.in().channels();
        this.weight = new float[VectorConfig.vectors(channels) * LANES];
        if (weight == null) {
            Arrays.fill(this.weight, 0, channels, 1f);
        } else {
            System.arraycopy(weight, 0, this.weight, 0, channels);
        }
        wide = new ScalarChannelNorm(spec, weight);
        // An element takes about as long as 16 multiply-accumulates of a matrix product.
        split = Split.ofRows(16L * spec.in().length(), spec.in().height());
    }

    @Override
    public ChannelNorm spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-channel-norm-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int width = spec.in().width();
        int stride = spec.in().stride();
        int end = split.row(to) * width;
        for (int p = split.row(from) * width; p < end; p++) {
            int in = o.inOffset() + p * stride;
            int out = o.outOffset() + p * stride;
            // The lanes' sums are stored for a moment in the first channels of the result.
            sumSquares(o.in(), in, weight.length, o.out(), out);
            double squares = 0;
            for (int i = out; i < out + LANES; i++) {
                squares += o.out()[i];
            }
            double divisor = wide.divisor(squares);
            if (Double.isFinite(divisor)) {
                scale(o.in(), in, (float) (1 / divisor), weight, o.out(), out);
            } else {
                wide.pixel(o.in(), in, o.out(), out);
            }
        }
        Epilogues.clearPadding(Activation.NONE, o.out(), o.outOffset() + split.row(from) * width * stride, spec.in(),
                end - split.row(from) * width, weight.length);
    }

    private static void sumSquares(float[] in, int inOffset, int length, float[] out, int outOffset) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int c = 0; c < length; c += LANES) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, inOffset + c);
            s = x.fma(x, s);
        }
        s.intoArray(out, outOffset);
    }

    private static void scale(float[] in, int inOffset, float factor, float[] weight, float[] out, int outOffset) {
        for (int c = 0; c < weight.length; c += LANES) {
            FloatVector.fromArray(FLOATS, in, inOffset + c).mul(factor).mul(FloatVector.fromArray(FLOATS, weight, c))
                    .intoArray(out, outOffset + c);
        }
    }
}
