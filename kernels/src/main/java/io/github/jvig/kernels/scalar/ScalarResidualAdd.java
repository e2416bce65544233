package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.ResidualAdd;

/** {@link ResidualAdd} by its definition. A unit is a row of the map. */
record ScalarResidualAdd(ResidualAdd spec, Epilogue epilogue) implements Kernel {
    ScalarResidualAdd(ResidualAdd spec) {
        this(spec, Epilogue.of(spec.activation()).plusResidual());
    }

    @Override
    public String name() {
        return "f32-residual-add-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int row = spec.in().width() * spec.in().stride();
        System.arraycopy(o.in(), o.inOffset() + from * row, o.out(), o.outOffset() + from * row, (to - from) * row);
        Elementwise.epilogue(epilogue, o, o.outOffset() + from * row, (to - from) * row);
    }
}
