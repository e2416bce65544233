package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;

/** {@link Resize} pixel by pixel along the channels, the places of all columns from a table. */
public final class VectorResize implements Kernel {
    private final Resize spec;
    private final MapLayout in;
    private final MapLayout map;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** From the start of an input row to the pixels left and right of each column's place. */
    private final int[] lefts;
    private final int[] rights;
    /** Weights of the right pixels. */
    private final float[] fractions;
    /** Outputs that have a value from the input; those behind them are zero. */
    private final int filledRows;
    private final int filledColumns;
    private final Split split;

    public VectorResize(Resize spec) {
        this.spec = spec;
        in = spec.in();
        map = spec.out();
        length = VectorConfig.vectors(map.channels()) * LANES;
        filledRows = spec.mode().filled(in.height(), map.height());
        filledColumns = spec.mode().filled(in.width(), map.width());
        lefts = new int[map.width()];
        rights = new int[map.width()];
        fractions = new float[map.width()];
        for (int x = 0; x < map.width(); x++) {
            double place = spec.mode().position(x, in.width(), map.width());
            int left = (int) place;
            lefts[x] = left * in.stride();
            rights[x] = Math.min(in.width() - 1, left + 1) * in.stride();
            fractions[x] = (float) (place - left);
        }
        // An element takes about as long as 16 multiply-accumulates of a matrix product.
        split = Split.ofRows(16L * map.length(), map.height());
    }

    @Override
    public Resize spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-resize-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int row = in.width() * in.stride();
        for (int y = split.row(from); y < split.row(to); y++) {
            double place = spec.mode().position(y, in.height(), map.height());
            int upper = (int) place;
            int top = o.inOffset() + upper * row;
            int out = o.outOffset() + y * map.width() * map.stride();
            if (spec.mode().copies()) {
                int pixels = y < filledRows ? filledColumns : 0;
                copy(o.in(), top, lefts, pixels, o.out(), out, map.stride(), length);
                Epilogues.clear(o.out(), out + pixels * map.stride(), map.stride(), map.width() - pixels, 0);
            } else {
                int bottom = upper + 1 < in.height() ? top + row : top;
                between(o.in(), top, bottom, (float) (place - upper), lefts, rights, fractions, o.out(), out,
                        map.stride(), length);
            }
            Epilogues.clear(o.out(), out, map.stride(), map.width(), length);
        }
    }

    private static void copy(float[] in, int inOffset, int[] places, int pixels, float[] out, int outOffset,
            int outStep, int length) {
        for (int x = 0; x < pixels; x++) {
            int p = inOffset + places[x];
            int q = outOffset + x * outStep;
            for (int c = 0; c < length; c += LANES) {
                FloatVector.fromArray(FLOATS, in, p + c).intoArray(out, q + c);
            }
        }
    }

    private static void between(float[] in, int top, int bottom, float down, int[] lefts, int[] rights,
            float[] fractions, float[] out, int outOffset, int outStep, int length) {
        float up = 1 - down;
        for (int x = 0; x < lefts.length; x++) {
            int left = lefts[x];
            int right = rights[x];
            float across = fractions[x];
            float back = 1 - across;
            int q = outOffset + x * outStep;
            for (int c = 0; c < length; c += LANES) {
                FloatVector upper = FloatVector.fromArray(FLOATS, in, top + left + c).mul(back)
                        .add(FloatVector.fromArray(FLOATS, in, top + right + c).mul(across));
                FloatVector lower = FloatVector.fromArray(FLOATS, in, bottom + left + c).mul(back)
                        .add(FloatVector.fromArray(FLOATS, in, bottom + right + c).mul(across));
                upper.mul(up).add(lower.mul(down)).intoArray(out, q + c);
            }
        }
    }
}
