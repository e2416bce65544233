package io.github.jvig.kernels.vector.pool;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link GlobalAveragePool} in float: each row is summed by itself, then the rows, so that the rounding error grows with height plus
 * width, not with their product. A unit is some vectors of channels on all pixels. The last row includes the division: a separate loop would run so
 * rarely that it was compiled only after thousands of images. Four vectors and one have separate loops: sums must be local variables of one
 * method, or they become objects.
 */
public record VectorGlobalAveragePool(GlobalAveragePool spec, Split split) implements Kernel {
    /** A multiply-accumulate of a matrix product is done in the time in which an eighth of an element is fetched and added. */
    private static final long ELEMENT_MACS = 8;

    public VectorGlobalAveragePool(GlobalAveragePool spec) {
        this(spec, Split.of(ELEMENT_MACS * spec.in().length(), 1, 1, spec.in().stride() / LANES));
    }

    @Override
    public String name() {
        return "f32-global-average-pool-1x4-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from >= to) {
            return;
        }
        MapLayout in = spec.in();
        int stride = in.stride();
        int first = split.firstPanel(from) * LANES;
        int length = split.endPanel(to - 1) * LANES - first;
        int out = o.outOffset() + first;
        Arrays.fill(o.out(), out, out + length, 0f);
        for (int y = 0; y < in.height(); y++) {
            int row = o.inOffset() + y * in.width() * stride + first;
            float factor = y < in.height() - 1 ? 1f : 1f / in.pixels();
            addRow(o.in(), row, in.width(), stride, factor, o.out(), out, length);
        }
    }

    /** Adds the pixels of a row to sums, and multiplies these by a factor; {@code length} floats of a pixel, a whole number of vectors. */
    public static void addRow(float[] in, int inOffset, int pixels, int stride, float factor, float[] out,
            int outOffset,
            int length) {
        for (int c = 0; c < length; c += 4 * LANES) {
            if (c + 4 * LANES <= length) {
                addRow4(in, inOffset + c, pixels, stride, factor, out, outOffset + c);
            } else {
                addRow1(in, inOffset + c, pixels, stride, factor, out, outOffset + c, length - c);
            }
        }
    }

    private static void addRow4(float[] in, int inOffset, int pixels, int stride, float factor, float[] out,
            int outOffset) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int p = inOffset;
        for (int x = 0; x < pixels; x++) {
            s0 = FloatVector.fromArray(FLOATS, in, p).add(s0);
            s1 = FloatVector.fromArray(FLOATS, in, p + LANES).add(s1);
            s2 = FloatVector.fromArray(FLOATS, in, p + 2 * LANES).add(s2);
            s3 = FloatVector.fromArray(FLOATS, in, p + 3 * LANES).add(s3);
            p += stride;
        }
        FloatVector.fromArray(FLOATS, out, outOffset).add(s0).mul(factor).intoArray(out, outOffset);
        FloatVector.fromArray(FLOATS, out, outOffset + LANES).add(s1).mul(factor).intoArray(out, outOffset + LANES);
        FloatVector.fromArray(FLOATS, out, outOffset + 2 * LANES).add(s2).mul(factor).intoArray(out,
                outOffset + 2 * LANES);
        FloatVector.fromArray(FLOATS, out, outOffset + 3 * LANES).add(s3).mul(factor).intoArray(out,
                outOffset + 3 * LANES);
    }

    private static void addRow1(float[] in, int inOffset, int pixels, int stride, float factor, float[] out,
            int outOffset, int width) {
        for (int c = 0; c < width; c += LANES) {
            FloatVector s = FloatVector.zero(FLOATS);
            int p = inOffset + c;
            for (int x = 0; x < pixels; x++) {
                s = FloatVector.fromArray(FLOATS, in, p).add(s);
                p += stride;
            }
            FloatVector.fromArray(FLOATS, out, outOffset + c).add(s).mul(factor).intoArray(out, outOffset + c);
        }
    }
}
