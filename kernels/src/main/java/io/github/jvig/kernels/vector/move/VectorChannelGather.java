package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.ChannelCopy;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ChannelGather}. The channels of a vector of the result mostly lie near a few places of the pixel, as those of a shuffle of few
 * groups do: then it is picked from two or four vectors that are read there. The others are copied one by one.
 */
public final class VectorChannelGather implements Kernel {
    /** Floats of the result that are written vector by vector: 8 KiB of the nearest cache. */
    private static final int BLOCK = 2048;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is copied. */
    private static final long ELEMENT_MACS = 16;
    /** Vectors that one of the result may be picked from. */
    private static final int PLACES = 4;

    private final ChannelGather spec;
    private final Split split;
    private final int[] channels;
    /** For each vector of the result, the number of vectors that it is picked from; above {@link #PLACES} it is not. */
    private final int[] count;
    /** For each vector of the result, where those that it is picked from start in a pixel of the input. */
    private final int[] places;
    /** For each lane its number in the vectors that it is picked from, as a float, because lanes are picked by vectors of floats. */
    private final float[] lanes;

    public VectorChannelGather(ChannelGather spec) {
        this.spec = spec;
        this.split = Split.ofRows(ELEMENT_MACS * spec.out().length(), spec.out().height());
        channels = spec.channels().stream().mapToInt(Integer::intValue).toArray();
        count = new int[VectorConfig.vectors(channels.length)];
        places = new int[count.length * PLACES];
        lanes = new float[count.length * LANES];
        for (int v = 0; v < count.length; v++) {
            plan(v);
        }
    }

    /** From the lowest channel upward, a place wherever the one before does not reach. */
    private void plan(int v) {
        int end = Math.min(channels.length, (v + 1) * LANES);
        int[] sorted = Arrays.stream(channels, v * LANES, end).sorted().toArray();
        int[] starts = new int[LANES];
        for (int channel : sorted) {
            if (count[v] == 0 || channel >= starts[count[v] - 1] + LANES) {
                starts[count[v]++] = Math.min(channel, spec.in().stride() - LANES);
            }
        }
        for (int i = 0; i < Math.min(PLACES, count[v]); i++) {
            places[v * PLACES + i] = starts[i];
        }
        // What is not needed reads the first place again, so that nothing is read beyond a pixel.
        for (int i = count[v]; i < PLACES; i++) {
            places[v * PLACES + i] = starts[0];
        }
        for (int c = v * LANES; c < end; c++) {
            int place = 0;
            while (channels[c] >= starts[place] + LANES) {
                place++;
            }
            lanes[c] = place * LANES + channels[c] - starts[place];
        }
    }

    @Override
    public ChannelGather spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-channel-gather-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        int step = map.stride();
        int block = Math.max(1, BLOCK / step);
        int end = split.row(to) * map.width();
        for (int p = split.row(from) * map.width(); p < end; p += block) {
            int pixels = Math.min(block, end - p);
            int at = o.outOffset() + p * step;
            int in = o.inOffset() + p * spec.in().stride();
            for (int v = 0; v < count.length; v++) {
                vector(v, o.in(), in, o.out(), at + v * LANES, pixels);
            }
            // Of the last vector, lanes without a channel have picked some other.
            Epilogues.clear(o.out(), at, step, pixels, map.channels());
        }
    }

    private void vector(int v, float[] in, int inAt, float[] out, int at, int pixels) {
        int inStep = spec.in().stride();
        int step = spec.out().stride();
        int a = inAt + places[v * PLACES];
        int b = inAt + places[v * PLACES + 1];
        if (count[v] <= 2) {
            pick(lanes, v * LANES, in, a, b, inStep, out, at, step, pixels);
        } else if (count[v] <= PLACES) {
            pick(lanes, v * LANES, in, a, b, inAt + places[v * PLACES + 2], inAt + places[v * PLACES + 3], inStep, out,
                    at, step, pixels);
        } else {
            for (int c = v * LANES; c < Math.min(channels.length, (v + 1) * LANES); c++) {
                ChannelCopy.exact(in, inAt + channels[c], inStep, out, at + c - v * LANES, step, pixels, 1);
            }
        }
    }

    private static void pick(float[] lanes, int lane, float[] in, int a, int b, int inStep, float[] out, int at,
            int step, int pixels) {
        FloatVector from = FloatVector.fromArray(FLOATS, lanes, lane);
        for (int p = 0; p < pixels; p++) {
            from.selectFrom(FloatVector.fromArray(FLOATS, in, a), FloatVector.fromArray(FLOATS, in, b))
                    .intoArray(out, at);
            a += inStep;
            b += inStep;
            at += step;
        }
    }

    private static void pick(float[] lanes, int lane, float[] in, int a, int b, int c, int d, int inStep, float[] out,
            int at, int step, int pixels) {
        FloatVector from = FloatVector.fromArray(FLOATS, lanes, lane);
        VectorMask<Float> late = from.compare(VectorOperators.GE, (float) (2 * LANES));
        FloatVector early = from.blend(0f, late);
        FloatVector later = from.sub((float) (2 * LANES)).blend(0f, late.not());
        for (int p = 0; p < pixels; p++) {
            FloatVector x = early.selectFrom(FloatVector.fromArray(FLOATS, in, a),
                    FloatVector.fromArray(FLOATS, in, b));
            FloatVector y = later.selectFrom(FloatVector.fromArray(FLOATS, in, c),
                    FloatVector.fromArray(FLOATS, in, d));
            x.blend(y, late).intoArray(out, at);
            a += inStep;
            b += inStep;
            c += inStep;
            d += inStep;
            at += step;
        }
    }
}
