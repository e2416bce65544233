package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.activation.Softmax;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link NeighborhoodAggregation} pixel by pixel: the weights of all heads with their biases, the softmax of each, then for each vector of a
 * head's channels one flat loop over the taps. The channels of a head start and end anywhere, so a vector holds some of the next head's, too,
 * which are left out; at the end of a pixel it is moved back. A unit is a block of rows.
 */
public final class VectorNeighborhoodAggregation implements Kernel {
    /** What biases and the softmax of a tap take, in multiply-accumulates. */
    private static final int TAP_MACS = 48;

    private final NeighborhoodAggregation spec;
    private final float[] bias;
    /** Where the taps lie behind the first. */
    private final int[] taps;
    /** Zeros, padded to whole vectors with negative infinity. */
    private final float[] mask;
    private final Split split;

    public VectorNeighborhoodAggregation(NeighborhoodAggregation spec, float[] bias) {
        this.spec = spec;
        this.bias = bias.clone();
        MapLayout map = spec.in();
        taps = new int[spec.taps()];
        Arrays.setAll(taps, t -> (t / spec.kernel() * map.width() + t % spec.kernel()) * map.stride());
        mask = new float[VectorConfig.vectors(taps.length) * LANES];
        Arrays.fill(mask, taps.length, mask.length, Float.NEGATIVE_INFINITY);
        long perTap = TAP_MACS + 2L * VectorConfig.vectors(spec.dim()) * LANES;
        split = Split.ofRows(perTap * taps.length * spec.heads() * map.pixels(), map.height());
    }

    @Override
    public NeighborhoodAggregation spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-neighborhood-aggregation-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** The weights of each head, and some lanes. */
    @Override
    public int scratch() {
        return spec.heads() * mask.length + LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        MapLayout map = spec.in();
        MapLayout out = spec.out();
        int lanes = offset + spec.heads() * mask.length;
        int end = split.row(to);
        for (int y = split.row(from); y < end; y++) {
            int top = spec.start(y, map.height());
            for (int x = 0; x < map.width(); x++) {
                int left = spec.start(x, map.width());
                int pixel = y * map.width() + x;
                weights(o, pixel, top - y, left - x, scratch, offset);
                Softmax.rows(scratch, offset, mask.length, spec.heads(), 1f, mask, 0, 0, lanes);
                int result = o.outOffset() + pixel * out.stride();
                int value = o.inOffset() + (top * map.width() + left) * map.stride();
                for (int h = 0; h < spec.heads(); h++) {
                    values(o, value, spec.firstValue() + h * spec.dim(), scratch, offset + h * mask.length, lanes,
                            result + h * spec.dim());
                }
                Epilogues.clear(o.out(), result, out.stride(), 1, out.channels());
            }
        }
    }

    /** The sums of weights and biases. Lanes behind the taps are finite, so that the mask makes them negative infinity. */
    private void weights(Operands o, int pixel, int dy, int dx, float[] scratch, int offset) {
        int kernel = spec.kernel();
        int side = 2 * kernel - 1;
        int weight = o.in2Offset() + pixel * spec.weightLayout().stride() + spec.firstWeight();
        int distance = (dy + kernel - 1) * side + dx + kernel - 1;
        int to = offset;
        for (int h = 0; h < spec.heads(); h++) {
            for (int t = 0; t < kernel; t++) {
                add(o.in2(), weight + t * kernel, bias, distance + t * side, scratch, to + t * kernel, kernel);
            }
            Arrays.fill(scratch, to + taps.length, to + mask.length, 0f);
            weight += spec.weightStep();
            distance += side * side;
            to += mask.length;
        }
    }

    private static void add(float[] a, int aOffset, float[] b, int bOffset, float[] to, int toOffset, int length) {
        for (int i = 0; i < length; i++) {
            to[toOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    /** The weighted sums of a head's channels. */
    private void values(Operands o, int pixel, int channel, float[] scratch, int weight, int lanes, int out) {
        int stride = spec.in().stride();
        for (int c = 0; c < spec.dim(); c += LANES) {
            int count = Math.min(LANES, spec.dim() - c);
            int back = Math.max(0, channel + c + LANES - stride);
            int from = pixel + channel + c - back;
            if (count == LANES) {
                sum(scratch, weight, o.in(), from, taps, o.out(), out + c);
            } else {
                sum(scratch, weight, o.in(), from, taps, scratch, lanes);
                for (int i = 0; i < count; i++) {
                    o.out()[out + c + i] = scratch[lanes + back + i];
                }
            }
        }
    }

    /** Four sums, since one would wait for itself; the square of an odd number is one more than a multiple of four. */
    private static void sum(float[] weight, int weightOffset, float[] value, int valueOffset, int[] taps, float[] out,
            int outOffset) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, value, valueOffset).mul(weight[weightOffset]);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = s1;
        FloatVector s3 = s1;
        for (int t = 1; t < taps.length; t += 4) {
            int w = weightOffset + t;
            s0 = FloatVector.fromArray(FLOATS, value, valueOffset + taps[t])
                    .fma(FloatVector.broadcast(FLOATS, weight[w]), s0);
            s1 = FloatVector.fromArray(FLOATS, value, valueOffset + taps[t + 1])
                    .fma(FloatVector.broadcast(FLOATS, weight[w + 1]), s1);
            s2 = FloatVector.fromArray(FLOATS, value, valueOffset + taps[t + 2])
                    .fma(FloatVector.broadcast(FLOATS, weight[w + 2]), s2);
            s3 = FloatVector.fromArray(FLOATS, value, valueOffset + taps[t + 3])
                    .fma(FloatVector.broadcast(FLOATS, weight[w + 3]), s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(out, outOffset);
    }
}
