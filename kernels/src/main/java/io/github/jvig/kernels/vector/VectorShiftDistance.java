package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ShiftDistance;
import java.util.Arrays;

/** {@link ShiftDistance}, the pixels of a row together. */
final class VectorShiftDistance implements Kernel {
    private final ShiftDistance spec;
    /** For each column, where in its row the pixel that comes to it begins. */
    private final int[] columnOf;
    /** All pixels of a row come from one row: nothing to add for the column. */
    private final int[] rowOf;
    private final Split split;

    VectorShiftDistance(ShiftDistance spec) {
        this.spec = spec;
        FeatureMap in = spec.in();
        columnOf = new int[in.width()];
        Arrays.setAll(columnOf, x -> Math.floorMod(x - spec.shift().dx(), in.width()) * in.stride());
        rowOf = new int[in.width()];
        // An element takes about as long as four multiply-accumulates of a matrix product.
        split = Split.ofRows(4L * in.length(), in.height());
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
        int outStride = spec.out().stride();
        int row = in.width() * in.stride();
        for (int y = split.row(from); y < split.row(to); y++) {
            int other = o.inAt() + Math.floorMod(y - spec.shift().dy(), in.height()) * row;
            Distances.sum(o.in(), o.inAt() + y * row, in.stride(), other, rowOf, 0, columnOf, 0, in.width(),
                    in.channels(), scratch, scratchAt);
            int out = o.outAt() + y * in.width() * outStride;
            Arrays.fill(o.out(), out, out + in.width() * outStride, 0f);
            Distances.write(scratch, scratchAt, in.width(), o.out(), out, outStride);
        }
    }
}
