package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.KnownClass.known;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.INTS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.ChannelCopy;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ChannelAtMaximum}, pixel by pixel: first the maximum, then the first channel that is equal to it. The maximum is that of integers that
 * are in the order of the floats: the bits, and those of negative floats but the sign inverted. A maximum of floats takes several instructions,
 * each of which waits for the one before. Unlike a sum, a maximum does not depend on the order in which {@code reduceLanes} takes the lanes.
 */
public record VectorChannelAtMaximum(ChannelAtMaximum spec, Split split) implements Kernel {
    /** All bits of a float but the sign. */
    private static final int MAGNITUDE = Integer.MAX_VALUE;
    /** The bits of infinity; those of NaN are larger, without their sign. */
    private static final int INFINITY = 0x7f800000;
    /** What stands for NaN among the integers, above that of infinity. */
    private static final int NAN = Integer.MAX_VALUE;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is compared. */
    private static final long ELEMENT_MACS = 16;

    public VectorChannelAtMaximum(ChannelAtMaximum spec) {
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
        VectorMask<Integer> behind = INTS.indexInRange(whole, channels).not();
        for (int p = 0; p < pixels; p++) {
            IntVector largest = IntVector.broadcast(INTS, Integer.MIN_VALUE);
            for (int c = 0; c < whole; c += LANES) {
                IntVector bits = FloatVector.fromArray(FLOATS, in, at + c).reinterpretAsInts();
                IntVector key = bits.lanewise(VectorOperators.ASHR, 31).and(MAGNITUDE)
                        .lanewise(VectorOperators.XOR, bits);
                largest = key.blend(NAN, bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY)).max(largest);
            }
            if (whole < channels) {
                // Pad lanes hold zero, which may be larger than all channels.
                IntVector bits = FloatVector.fromArray(FLOATS, in, at + whole).reinterpretAsInts();
                IntVector key = bits.lanewise(VectorOperators.ASHR, 31).and(MAGNITUDE)
                        .lanewise(VectorOperators.XOR, bits).blend(Integer.MIN_VALUE, behind);
                largest = key.blend(NAN, bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY)).max(largest);
            }
            int key = known(largest).reduceLanes(VectorOperators.MAX);
            int found = 0;
            if (key == NAN) {
                found = firstNaN(in, at);
            } else {
                // Compared as floats, so that zeros are equal. The maximum is one of the channels, which come before the pad lanes.
                float maximum = Float.intBitsToFloat(key >> 31 & MAGNITUDE ^ key);
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
