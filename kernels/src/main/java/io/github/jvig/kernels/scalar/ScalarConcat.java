package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link Concat} by its definition. A unit is a row of the map. */
record ScalarConcat(Concat spec) implements Kernel {
    @Override
    public String name() {
        return "f32-concat-scalar";
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
            int end = out + map.stride();
            int first = out;
            for (int i = 0; i < spec.inputs().size(); i++) {
                MapLayout part = spec.inputs().get(i);
                System.arraycopy(o.input(i), o.inputOffset(i) + p * part.stride(), o.out(), out, part.channels());
                out += part.channels();
            }
            Arrays.fill(o.out(), out, end, 0f);
            ScalarActivation.apply(spec.activation(), o.out(), first, map.channels());
        }
    }
}
