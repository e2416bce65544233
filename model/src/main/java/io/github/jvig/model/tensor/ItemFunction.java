package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * A function that computes alike items one after another: rows, planes or single elements. Items are shared out to units so that each has
 * enough to do; the units clear the pad lanes of the output.
 */
abstract class ItemFunction implements TensorFunction {
    /** Elementary steps that are worth a unit of their own. */
    private static final long STEPS_PER_UNIT = 1 << 14;
    private static final int MOST_UNITS = 64;

    private final String what;
    private final List<MapLayout> inputs;
    private final MapLayout out;
    private final int items;
    private final int units;

    /**
     * For subclasses.
     *
     * @param what   in words
     * @param inputs layouts of the buffers that are read
     * @param out    layout of the buffer that is written
     * @param items  number of items
     * @param steps  elementary steps of all items together
     */
    ItemFunction(String what, List<MapLayout> inputs, MapLayout out, int items, long steps) {
        this.what = what;
        this.inputs = List.copyOf(inputs);
        this.out = out;
        this.items = items;
        this.units = Math.clamp(steps / STEPS_PER_UNIT, 1, Math.min(Math.max(1, items), MOST_UNITS));
    }

    @Override
    public final String describe() {
        return what + " ->" + out;
    }

    @Override
    public final List<MapLayout> inputs() {
        return inputs;
    }

    @Override
    public final MapLayout out() {
        return out;
    }

    @Override
    public final int units() {
        return units;
    }

    @Override
    public final void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        compute(o, scratch, scratchOffset, part(items, from), part(items, to));
        if (out.stride() > out.channels()) {
            int last = part(out.pixels(), to);
            for (int p = part(out.pixels(), from); p < last; p++) {
                int at = o.outOffset() + p * out.stride();
                Arrays.fill(o.out(), at + out.channels(), at + out.stride(), 0f);
            }
        }
    }

    private int part(int of, int unit) {
        return (int) ((long) of * unit / units);
    }

    /** Computes the items {@code from} to {@code to}; writes no pad lane but with zero. */
    abstract void compute(Operands o, float[] scratch, int scratchOffset, int from, int to);
}
