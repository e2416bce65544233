package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link DeformableDepthwiseConv}. The nine places lie on three rows and three columns, of which the middle ones are whole pixels: they are
 * between five rows and five columns of pixels, the same distances from pixels along both sides. Where all 25 pixels lie inside the map, all of
 * them are read, each with the product of two shares, in one loop over the channels; elsewhere one pixel after the other is added.
 */
public final class VectorDeformableDepthwise implements Kernel {
    private final DeformableDepthwiseConv spec;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** {@code [3][3][length]}. */
    private final float[] weight;
    private final float[] bias;
    private final Split split;

    public VectorDeformableDepthwise(DeformableDepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        int channels = spec.in().channels();
        length = VectorConfig.vectors(channels) * LANES;
        this.weight = WeightLayout.transposed(weight, channels, DeformableDepthwiseConv.TAPS, length);
        this.bias = WeightLayout.paddedBias(bias, length);
        // 25 pixels for nine taps, at half the speed of a matrix product.
        split = Split.ofRows(6 * spec.macs(), spec.out().height());
    }

    @Override
    public DeformableDepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-deformable-depthwise-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int y = split.row(from); y < split.row(to); y++) {
            for (int x = 0; x < map.width(); x++) {
                int p = y * map.width() + x;
                int out = o.outOffset() + p * map.stride();
                float r = o.in2()[o.in2Offset() + p * spec.scale().stride()];
                if (Float.isNaN(r)) {
                    Arrays.fill(o.out(), out, out + map.channels(), Float.NaN);
                } else {
                    pixel(o.in(), o.inOffset(), y * spec.stride(), x * spec.stride(),
                            Math.clamp(r, 1 - spec.bound(), spec.bound()), o.out(), out);
                }
                Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
            }
        }
    }

    private void pixel(float[] in, int inOffset, int y, int x, float r, float[] out, int outAt) {
        MapLayout map = spec.in();
        int before = (int) Math.floor(-r);
        int after = (int) Math.floor(r);
        int least = Math.min(before, after);
        int most = Math.max(before, after) + 1;
        float a = -r - before;
        float b = r - after;
        // A pixel without a share must not come in: zero times infinity is NaN.
        boolean allHaveShares = a > 0 && a < 1 && b > 0 && b < 1;
        if (allHaveShares && y + least >= 0 && y + most < map.height() && x + least >= 0 && x + most < map.width()) {
            int row = map.width() * map.stride();
            inside(in, inOffset + y * row + x * map.stride(), before * row, after * row, row, before * map.stride(),
                    after * map.stride(), map.stride(), a, b, weight, length, bias, out, outAt);
            return;
        }
        System.arraycopy(bias, 0, out, outAt, length);
        for (int tap = 0; tap < DeformableDepthwiseConv.TAPS; tap++) {
            float dy = (tap / 3 - 1) * r;
            float dx = (tap % 3 - 1) * r;
            int top = (int) Math.floor(dy);
            int left = (int) Math.floor(dx);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    int py = y + top + i;
                    int px = x + left + j;
                    float share = (i == 0 ? 1 - (dy - top) : dy - top) * (j == 0 ? 1 - (dx - left) : dx - left);
                    if (share != 0 && py >= 0 && py < map.height() && px >= 0 && px < map.width()) {
                        add(in, inOffset + (py * map.width() + px) * map.stride(), share, weight, tap * length, length,
                                out, outAt);
                    }
                }
            }
        }
    }

    private static void add(float[] in, int at, float share, float[] weight, int weightAt, int length, float[] out,
            int outAt) {
        for (int c = 0; c < length; c += LANES) {
            FloatVector.fromArray(FLOATS, weight, weightAt + c).mul(share)
                    .fma(FloatVector.fromArray(FLOATS, in, at + c), FloatVector.fromArray(FLOATS, out, outAt + c))
                    .intoArray(out, outAt + c);
        }
    }

    /**
     * All channels of one output.
     *
     * @param at     the middle pixel
     * @param up     from it to the upper row of the upper places
     * @param down   to the upper row of the lower ones
     * @param row    floats from one row to the next
     * @param left   from the middle pixel to the left column of the places on the left
     * @param right  to the left column of those on the right
     * @param column floats from one pixel to the next
     * @param a      share of the second row or column of the places before the middle
     * @param b      share of the second row or column of those after it
     */
    private static void inside(float[] in, int at, int up, int down, int row, int left, int right, int column, float a,
            float b, float[] weight, int length, float[] bias, float[] out, int outAt) {
        float a0 = 1 - a;
        float b0 = 1 - b;
        for (int c = 0; c < length; c += LANES) {
            int p = at + up + c;
            FloatVector upLeft = FloatVector.fromArray(FLOATS, in, p + left).mul(a0 * a0);
            upLeft = FloatVector.fromArray(FLOATS, in, p + left + column)
                    .fma(FloatVector.broadcast(FLOATS, a0 * a), upLeft);
            FloatVector upMiddle = FloatVector.fromArray(FLOATS, in, p).mul(a0);
            FloatVector upRight = FloatVector.fromArray(FLOATS, in, p + right).mul(a0 * b0);
            upRight = FloatVector.fromArray(FLOATS, in, p + right + column)
                    .fma(FloatVector.broadcast(FLOATS, a0 * b), upRight);
            p += row;
            upLeft = FloatVector.fromArray(FLOATS, in, p + left).fma(FloatVector.broadcast(FLOATS, a * a0), upLeft);
            upLeft = FloatVector.fromArray(FLOATS, in, p + left + column)
                    .fma(FloatVector.broadcast(FLOATS, a * a), upLeft);
            upMiddle = FloatVector.fromArray(FLOATS, in, p).fma(FloatVector.broadcast(FLOATS, a), upMiddle);
            upRight = FloatVector.fromArray(FLOATS, in, p + right).fma(FloatVector.broadcast(FLOATS, a * b0), upRight);
            upRight = FloatVector.fromArray(FLOATS, in, p + right + column)
                    .fma(FloatVector.broadcast(FLOATS, a * b), upRight);
            FloatVector sum = FloatVector.fromArray(FLOATS, bias, c);
            sum = upLeft.fma(FloatVector.fromArray(FLOATS, weight, c), sum);
            sum = upMiddle.fma(FloatVector.fromArray(FLOATS, weight, length + c), sum);
            sum = upRight.fma(FloatVector.fromArray(FLOATS, weight, 2 * length + c), sum);
            p = at + c;
            FloatVector toLeft = FloatVector.fromArray(FLOATS, in, p + left).mul(a0);
            toLeft = FloatVector.fromArray(FLOATS, in, p + left + column).fma(FloatVector.broadcast(FLOATS, a), toLeft);
            FloatVector toRight = FloatVector.fromArray(FLOATS, in, p + right).mul(b0);
            toRight = FloatVector.fromArray(FLOATS, in, p + right + column)
                    .fma(FloatVector.broadcast(FLOATS, b), toRight);
            sum = toLeft.fma(FloatVector.fromArray(FLOATS, weight, 3 * length + c), sum);
            sum = FloatVector.fromArray(FLOATS, in, p).fma(FloatVector.fromArray(FLOATS, weight, 4 * length + c), sum);
            sum = toRight.fma(FloatVector.fromArray(FLOATS, weight, 5 * length + c), sum);
            p = at + down + c;
            FloatVector downLeft = FloatVector.fromArray(FLOATS, in, p + left).mul(b0 * a0);
            downLeft = FloatVector.fromArray(FLOATS, in, p + left + column)
                    .fma(FloatVector.broadcast(FLOATS, b0 * a), downLeft);
            FloatVector downMiddle = FloatVector.fromArray(FLOATS, in, p).mul(b0);
            FloatVector downRight = FloatVector.fromArray(FLOATS, in, p + right).mul(b0 * b0);
            downRight = FloatVector.fromArray(FLOATS, in, p + right + column)
                    .fma(FloatVector.broadcast(FLOATS, b0 * b), downRight);
            p += row;
            downLeft = FloatVector.fromArray(FLOATS, in, p + left).fma(FloatVector.broadcast(FLOATS, b * a0), downLeft);
            downLeft = FloatVector.fromArray(FLOATS, in, p + left + column)
                    .fma(FloatVector.broadcast(FLOATS, b * a), downLeft);
            downMiddle = FloatVector.fromArray(FLOATS, in, p).fma(FloatVector.broadcast(FLOATS, b), downMiddle);
            downRight = FloatVector.fromArray(FLOATS, in, p + right)
                    .fma(FloatVector.broadcast(FLOATS, b * b0), downRight);
            downRight = FloatVector.fromArray(FLOATS, in, p + right + column)
                    .fma(FloatVector.broadcast(FLOATS, b * b), downRight);
            sum = downLeft.fma(FloatVector.fromArray(FLOATS, weight, 6 * length + c), sum);
            sum = downMiddle.fma(FloatVector.fromArray(FLOATS, weight, 7 * length + c), sum);
            downRight.fma(FloatVector.fromArray(FLOATS, weight, 8 * length + c), sum).intoArray(out, outAt + c);
        }
    }
}
