package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ShiftDistance;
import java.util.Arrays;

/** {@link ShiftDistance} by its definition. A unit is a row of the map. */
record ScalarShiftDistance(ShiftDistance spec) implements Kernel {
    @Override
    public String name() {
        return "f32-shiftdistance-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchAt, int from, int to) {
        FeatureMap in = spec.in();
        int outStride = spec.out().stride();
        for (int y = from; y < to; y++) {
            int fromY = Math.floorMod(y - spec.shift().dy(), in.height());
            for (int x = 0; x < in.width(); x++) {
                int fromX = Math.floorMod(x - spec.shift().dx(), in.width());
                int own = o.inAt() + (y * in.width() + x) * in.stride();
                int other = o.inAt() + (fromY * in.width() + fromX) * in.stride();
                int out = o.outAt() + (y * in.width() + x) * outStride;
                Arrays.fill(o.out(), out, out + outStride, 0f);
                o.out()[out] = Distances.l1(o.in(), own, other, in.channels());
            }
        }
    }
}
