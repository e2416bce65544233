package io.github.jvig.kernels.vector.elementwise;

import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;

/** {@link BinaryConstant}: the constant is laid out as the map, so both are one long row, padding included. */
public final class VectorBinaryConstant implements Kernel {
    private final BinaryConstant spec;
    /** As the map lies, padding zero. */
    private final float[] constant;
    private final Split split;

    public VectorBinaryConstant(BinaryConstant spec, float[] weight) {
        MapLayout map = spec.in();
        this.spec = spec;
        constant = new float[map.length()];
        for (int p = 0; p < map.pixels(); p++) {
            System.arraycopy(weight, p * map.channels(), constant, p * map.stride(), map.channels());
        }
        // An element takes about as long as 16 multiply-accumulates of a matrix product.
        split = Split.ofRows(16L * map.length(), map.height());
    }

    @Override
    public BinaryConstant spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-binary-constant-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int row = spec.in().width() * spec.in().stride();
        int first = split.row(from) * row;
        VectorBinary.row(spec.operator(), o.in(), o.inOffset() + first, constant, first, o.out(),
                o.outOffset() + first, split.row(to) * row - first);
    }
}
