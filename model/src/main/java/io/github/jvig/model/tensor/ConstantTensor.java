package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Writes a known tensor. It has an input, since every node of a graph has one, and does not read it. */
public final class ConstantTensor implements TensorFunction {
    private final float[] values;
    private final MapLayout in;

    /**
     * A tensor.
     *
     * @param values its elements, row-major, at least one; the array belongs to this function from then on
     * @param in     layout of the input that is not read
     */
    public ConstantTensor(float[] values, MapLayout in) {
        this.values = values;
        this.in = in;
    }

    @Override
    public String describe() {
        return "constant of " + values.length;
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public MapLayout out() {
        return TensorFunction.tensor(values.length);
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        System.arraycopy(values, 0, o.out(), o.outOffset(), values.length);
        java.util.Arrays.fill(o.out(), o.outOffset() + values.length, o.outOffset() + out().length(), 0);
    }
}
