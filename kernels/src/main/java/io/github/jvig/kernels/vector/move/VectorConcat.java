package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.ChannelCopy;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;

/**
 * {@link Concat}, part by part on some pixels at a time, which stay in the nearest cache, where the activation finds them. A part's last vector may reach into the part behind
 * it, which is written later, or into pad lanes, which get the zeros of the part's own; where it would reach into the next pixel, the
 * part is copied exactly.
 */
public record VectorConcat(Concat spec, Split split) implements Kernel {
    /** Floats that are written part by part: 8 KiB of the nearest cache. */
    private static final int BLOCK = 2048;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is copied. */
    private static final long ELEMENT_MACS = 16;

    public VectorConcat(Concat spec) {
        this(spec, Split.ofRows(ELEMENT_MACS * spec.out().length(), spec.out().height()));
    }

    @Override
    public String name() {
        return "f32-concat-" + VectorConfig.NAME;
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
            if (map.channels() < step) {
                ChannelCopy.clear(o.out(), at, step, pixels, map.channels());
            }
            int channel = 0;
            for (int i = 0; i < spec.inputs().size(); i++) {
                MapLayout part = spec.inputs().get(i);
                int in = o.inputOffset(i) + p * part.stride();
                int count = part.channels();
                if (channel + VectorConfig.vectors(count) * LANES <= step) {
                    ChannelCopy.whole(o.input(i), in, part.stride(), o.out(), at + channel, step, pixels, count);
                } else {
                    ChannelCopy.exact(o.input(i), in, part.stride(), o.out(), at + channel, step, pixels, count);
                }
                channel += count;
            }
            if (spec.activation() != Activation.NONE) {
                int width = VectorConfig.vectors(channel) * LANES;
                Epilogues.activate(spec.activation(), o.out(), at, step, pixels, width);
                Epilogues.clearPadding(spec.activation(), o.out(), at, map, pixels, width);
            }
        }
    }
}
