package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.vector.common.ChannelCopy;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;

/** {@link Slice}, by whole vectors; of the last one of a pixel, the lanes behind the channels are set to zero. */
public record VectorSlice(Slice spec, Split split) implements Kernel {
    /** Floats that are written column by column: 8 KiB of the nearest cache. */
    private static final int BLOCK = 2048;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is copied. */
    private static final long ELEMENT_MACS = 16;

    public VectorSlice(Slice spec) {
        this(spec, Split.ofRows(ELEMENT_MACS * spec.out().length(), spec.out().height()));
    }

    @Override
    public String name() {
        return "f32-slice-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        int block = Math.max(1, BLOCK / map.stride());
        int end = split.row(to) * map.width();
        // The last vector of a pixel may be read beyond the pixel, but not beyond the map.
        int past = spec.from() + VectorConfig.vectors(map.channels()) * LANES;
        int readable = past <= spec.in().stride() ? end : Math.min(end, map.pixels() - 1);
        for (int p = split.row(from) * map.width(); p < readable; p += block) {
            whole(o, p, Math.min(block, readable - p));
        }
        if (readable < end) {
            exact(o, readable);
        }
    }

    private void whole(Operands o, int p, int pixels) {
        MapLayout map = spec.out();
        int step = map.stride();
        int in = o.inOffset() + p * spec.in().stride() + spec.from();
        int out = o.outOffset() + p * step;
        int full = map.channels() / LANES * LANES;
        if (full > 0) {
            ChannelCopy.exact(o.in(), in, spec.in().stride(), o.out(), out, step, pixels, full);
        }
        if (full < map.channels()) {
            ChannelCopy.part(o.in(), in + full, spec.in().stride(), o.out(), out + full, step, pixels,
                    map.channels() - full);
        }
        ChannelCopy.clear(o.out(), out, step, pixels, VectorConfig.vectors(map.channels()) * LANES);
    }

    private void exact(Operands o, int p) {
        MapLayout map = spec.out();
        int out = o.outOffset() + p * map.stride();
        ChannelCopy.clear(o.out(), out, map.stride(), 1, map.channels());
        ChannelCopy.exact(o.in(), o.inOffset() + p * spec.in().stride() + spec.from(), spec.in().stride(), o.out(), out,
                map.stride(), 1, map.channels());
    }
}
