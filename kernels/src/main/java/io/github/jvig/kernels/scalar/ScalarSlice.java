package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Slice;
import java.util.Arrays;

/** {@link Slice} by its definition. A unit is a row of the map. */
record ScalarSlice(Slice spec) implements Kernel {
    @Override
    public String name() {
        return "f32-slice-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int out = o.outOffset() + p * map.stride();
            System.arraycopy(o.in(), o.inOffset() + p * spec.in().stride() + spec.from(), o.out(), out, map.channels());
            Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
        }
    }
}
