package io.github.jvig.kernels.vector.graph;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;

/** {@link RolledL1Distance}, row by row. A cyclic shift pairs a row with two stretches of another. */
public final class VectorRolledL1Distance implements Kernel {
    private final RolledL1Distance spec;
    private final Split split;

    public VectorRolledL1Distance(RolledL1Distance spec) {
        this.spec = spec;
        // An element takes about as long as four multiply-accumulates of a matrix product.
        split = Split.ofRows(4L * spec.in().length(), spec.in().height());
    }

    @Override
    public RolledL1Distance spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-rolled-l1-distance-1x3-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return VectorL1.scratch(spec.in().width());
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        int width = in.width();
        int outRow = width * spec.out().stride();
        int dx = spec.shift().dx();
        for (int y = split.row(from); y < split.row(to); y++) {
            int fromY = Math.floorMod(y - spec.shift().dy(), in.height());
            Arrays.fill(o.out(), o.outOffset() + y * outRow, o.outOffset() + (y + 1) * outRow, 0f);
            stretch(o, y * width, fromY * width + width - dx, dx, scratch, scratchOffset);
            stretch(o, y * width + dx, fromY * width, width - dx, scratch, scratchOffset);
        }
    }

    /** {@code pixels} pixels from {@code self} on against as many from {@code other} on. */
    private void stretch(Operands o, int self, int other, int pixels, float[] scratch, int scratchOffset) {
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        VectorL1.sum(o.in(), o.inOffset() + self * stride, o.inOffset() + other * stride, stride, pixels,
                spec.in().channels(), scratch, scratchOffset);
        VectorL1.write(scratch, scratchOffset, pixels, o.out(), o.outOffset() + self * outStride, outStride);
    }
}
