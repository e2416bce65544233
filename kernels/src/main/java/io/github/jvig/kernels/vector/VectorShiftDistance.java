package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ShiftDistance;
import java.util.Arrays;

/** {@link ShiftDistance}, row by row. A cyclic shift brings a row two stretches of another. */
final class VectorShiftDistance implements Kernel {
    private final ShiftDistance spec;
    private final Split split;

    VectorShiftDistance(ShiftDistance spec) {
        this.spec = spec;
        // An element takes about as long as four multiply-accumulates of a matrix product.
        split = Split.ofRows(4L * spec.in().length(), spec.in().height());
    }

    @Override
    public ShiftDistance spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-shiftdistance-1x3-" + Isa.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return Distances.scratch(spec.in().width());
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchAt, int from, int to) {
        FeatureMap in = spec.in();
        int width = in.width();
        int outRow = width * spec.out().stride();
        int dx = spec.shift().dx();
        for (int y = split.row(from); y < split.row(to); y++) {
            int fromY = Math.floorMod(y - spec.shift().dy(), in.height());
            Arrays.fill(o.out(), o.outAt() + y * outRow, o.outAt() + (y + 1) * outRow, 0f);
            stretch(o, y * width, fromY * width + width - dx, dx, scratch, scratchAt);
            stretch(o, y * width + dx, fromY * width, width - dx, scratch, scratchAt);
        }
    }

    /** So many pixels from one on against as many from another on. */
    private void stretch(Operands o, int own, int other, int pixels, float[] scratch, int scratchAt) {
        int stride = spec.in().stride();
        int outStride = spec.out().stride();
        Distances.sum(o.in(), o.inAt() + own * stride, o.inAt() + other * stride, stride, pixels, spec.in().channels(),
                scratch, scratchAt);
        Distances.write(scratch, scratchAt, pixels, o.out(), o.outAt() + own * outStride, outStride);
    }
}
