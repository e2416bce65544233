package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ResidualAdd;

/** {@link ResidualAdd}: a copy of some rows, and the epilogue of the convolutions on it. */
record VectorResidualAdd(ResidualAdd spec, Epilogue epilogue, Split split) implements Kernel {
    VectorResidualAdd(ResidualAdd spec) {
        // An element takes about as long as 64 multiply-accumulates of a matrix product.
        this(spec, new Epilogue(spec.activation(), true), Split.ofRows(64L * spec.in().length(), spec.in().height()));
    }

    @Override
    public String name() {
        return "f32-residual-add-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int row = spec.in().width() * spec.in().stride();
        int offset = split.row(from) * row;
        for (int y = split.row(from); y < split.row(to); y++, offset += row) {
            System.arraycopy(o.in(), o.inOffset() + offset, o.out(), o.outOffset() + offset, row);
            Epilogues.apply(epilogue, o.in2(), o.in2Offset() + offset, o.out(), o.outOffset() + offset, row, 1, row);
        }
    }
}
