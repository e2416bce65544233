package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link ChannelGather} by its definition. A unit is a row of the map. */
final class ScalarChannelGather implements Kernel {
    private final ChannelGather spec;
    private final int[] channels;

    ScalarChannelGather(ChannelGather spec) {
        this.spec = spec;
        this.channels = spec.channels().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public ChannelGather spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-channel-gather-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int in = o.inOffset() + p * spec.in().stride();
            int out = o.outOffset() + p * map.stride();
            for (int c = 0; c < channels.length; c++) {
                o.out()[out + c] = o.in()[in + channels[c]];
            }
            Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
        }
    }
}
