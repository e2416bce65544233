package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RolledL1Distance;
import java.util.Arrays;

/** {@link RolledL1Distance} by its definition. A unit is a row of the map. */
record ScalarRolledL1Distance(RolledL1Distance spec) implements Kernel {
    @Override
    public String name() {
        return "f32-rolled-l1-distance-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        int outStride = spec.out().stride();
        for (int y = from; y < to; y++) {
            int fromY = Math.floorMod(y - spec.shift().dy(), in.height());
            for (int x = 0; x < in.width(); x++) {
                int fromX = Math.floorMod(x - spec.shift().dx(), in.width());
                int self = o.inOffset() + (y * in.width() + x) * in.stride();
                int other = o.inOffset() + (fromY * in.width() + fromX) * in.stride();
                int out = o.outOffset() + (y * in.width() + x) * outStride;
                Arrays.fill(o.out(), out, out + outStride, 0f);
                o.out()[out] = ScalarL1.l1(o.in(), self, other, in.channels());
            }
        }
    }
}
