package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link BinaryConstant} by its definition. A unit is a row of the map. */
record ScalarBinaryConstant(BinaryConstant spec, float[] constant) implements Kernel {
    ScalarBinaryConstant(BinaryConstant spec, float[] constant) {
        this.spec = spec;
        this.constant = constant.clone();
    }

    @Override
    public String name() {
        return "f32-binary-constant-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int x = o.inOffset() + p * map.stride();
            int out = o.outOffset() + p * map.stride();
            for (int c = 0; c < map.channels(); c++) {
                o.out()[out + c] = ScalarBinary.value(spec.operator(), o.in()[x + c], constant[p * map.channels() + c]);
            }
            Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
        }
    }
}
