package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ChannelAtMaximum}, pixel by pixel: first the maximum, then the first channel that is equal to it. Unlike a sum, a maximum does not
 * depend on the order in which {@code reduceLanes} takes the lanes.
 */
record VectorChannelAtMaximum(ChannelAtMaximum spec, Split split) implements Kernel {
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is compared. */
    private static final long ELEMENT_MACS = 16;

    VectorChannelAtMaximum(ChannelAtMaximum spec) {
        this(spec, Split.ofRows(ELEMENT_MACS * spec.in().length(), spec.in().height()));
    }

    @Override
    public String name() {
        return "f32-channel-at-maximum-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int first = split.row(from) * map.width();
        int pixels = split.row(to) * map.width() - first;
        int out = o.outOffset() + first * spec.out().stride();
        ChannelCopy.clear(o.out(), out, spec.out().stride(), pixels, 0);
        pick(o.in(), o.inOffset() + first * map.stride(), map.stride(), map.channels(), o.in2(),
                o.in2Offset() + first * spec.values().stride(), spec.values().stride(), o.out(), out,
                spec.out().stride(), pixels);
    }

    private static void pick(float[] in, int at, int step, int channels, float[] values, int valuesAt, int valuesStep,
            float[] out, int outAt, int outStep, int pixels) {
        int whole = channels / LANES * LANES;
        VectorMask<Float> behind = FLOATS.indexInRange(whole, channels).not();
        for (int p = 0; p < pixels; p++) {
            FloatVector largest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
            for (int c = 0; c < whole; c += LANES) {
                largest = largest.max(FloatVector.fromArray(FLOATS, in, at + c));
            }
            if (whole < channels) {
                // Pad lanes hold zero, which may be larger than all channels.
                largest = largest.max(
                        FloatVector.fromArray(FLOATS, in, at + whole).blend(Float.NEGATIVE_INFINITY, behind));
            }
            float maximum = largest.reduceLanes(VectorOperators.MAX);
            int found;
            if (maximum != maximum) {
                found = firstNaN(in, at);
            } else {
                // The maximum is one of the channels, and they come before the pad lanes.
                found = 0;
                int lane = FloatVector.fromArray(FLOATS, in, at).compare(VectorOperators.EQ, maximum).firstTrue();
                while (lane == LANES) {
                    found += LANES;
                    lane = FloatVector.fromArray(FLOATS, in, at + found).compare(VectorOperators.EQ, maximum)
                            .firstTrue();
                }
                found += lane;
            }
            out[outAt] = values[valuesAt + found];
            at += step;
            valuesAt += valuesStep;
            outAt += outStep;
        }
    }

    private static int firstNaN(float[] in, int at) {
        int c = 0;
        while (!Float.isNaN(in[at + c])) {
            c++;
        }
        return c;
    }
}
