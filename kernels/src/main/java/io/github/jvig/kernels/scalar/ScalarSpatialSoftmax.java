package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SpatialSoftmax;
import java.util.Arrays;

/** {@link SpatialSoftmax} by its definition, in double. One unit. */
record ScalarSpatialSoftmax(SpatialSoftmax spec) implements Kernel {
    @Override
    public String name() {
        return "f32-spatial-softmax-scalar";
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from >= to) {
            return;
        }
        MapLayout map = spec.in();
        for (int c = 0; c < map.channels(); c++) {
            int x = o.inOffset() + c;
            double max = Double.NEGATIVE_INFINITY;
            for (int p = 0; p < map.pixels(); p++) {
                max = Math.max(max, o.in()[x + p * map.stride()]);
            }
            double sum = 0;
            for (int p = 0; p < map.pixels(); p++) {
                sum += Math.exp(o.in()[x + p * map.stride()] - max);
            }
            for (int p = 0; p < map.pixels(); p++) {
                o.out()[o.outOffset() + p * map.stride() + c] = (float) (Math.exp(o.in()[x + p * map.stride()] - max)
                        / sum);
            }
        }
        for (int p = 0; p < map.pixels(); p++) {
            int at = o.outOffset() + p * map.stride();
            Arrays.fill(o.out(), at + map.channels(), at + map.stride(), 0f);
        }
    }
}
