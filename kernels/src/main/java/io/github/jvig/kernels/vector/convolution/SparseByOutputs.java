package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link SparsePointwiseConv} in vectors of outputs: of each vector of outputs, the inputs for which one of its weights is not zero. Tiles of
 * seven pixels; the last is moved up.
 */
public final class SparseByOutputs implements Kernel {
    public static final int ROWS = 7;
    /** Tiles of pixels of a block, whose input stays near while all weights go over it. */
    private static final int BLOCK_TILES = 8;

    private final SparsePointwiseConv spec;
    /** For each vector of outputs, where its inputs start in {@link #inputs}, then where the last one's end. */
    private final int[] starts;
    private final int[] inputs;
    /** For each vector of outputs the biases, then a vector of weights for each of its inputs. */
    private final float[] weights;
    private final Split split;

    public SparseByOutputs(SparsePointwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        int depth = spec.in().channels();
        int outputs = spec.out().channels();
        int vectors = VectorConfig.vectors(outputs);
        starts = new int[vectors + 1];
        int[] used = new int[vectors * depth];
        int n = 0;
        for (int v = 0; v < vectors; v++) {
            int end = Math.min(outputs, (v + 1) * LANES);
            for (int i = 0; i < depth; i++) {
                boolean any = false;
                for (int o = v * LANES; o < end; o++) {
                    any |= weight[o * depth + i] != 0;
                }
                if (any) {
                    used[n++] = i;
                }
            }
            starts[v + 1] = n;
        }
        inputs = Arrays.copyOf(used, n);
        weights = new float[(n + vectors) * LANES];
        for (int o = 0; o < outputs; o++) {
            int v = o / LANES;
            int at = (starts[v] + v) * LANES + o % LANES;
            weights[at] = bias == null ? 0 : bias[o];
            for (int i = starts[v]; i < starts[v + 1]; i++) {
                weights[at + (i - starts[v] + 1) * LANES] = weight[o * depth + inputs[i]];
            }
        }
        // A weight runs at half the speed of the dense kernel.
        split = Split.of(2L * spec.in().pixels() * n * LANES, Math.max(1, spec.in().pixels() / ROWS), BLOCK_TILES,
                vectors);
    }

    @Override
    public SparsePointwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-sparse-pointwise-" + ROWS + "x1-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int start = split.row(block) * ROWS;
            int end = block + 1 < split.blocks() ? split.row(block + 1) * ROWS : spec.in().pixels();
            for (int first = start; first < end; first += BLOCK_TILES * ROWS) {
                pixels(o, first, Math.min(end, first + BLOCK_TILES * ROWS), split.firstPanel(unit),
                        split.endPanel(unit));
            }
            if (split.endPanel(unit) == split.panels()) {
                // Behind all tiles: one that is moved up writes pad lanes again.
                Epilogues.clearPadding(spec.epilogue().activation(), o.out(),
                        o.outOffset() + start * spec.out().stride(), spec.out(), end - start, split.panels() * LANES);
            }
        }
    }

    private void pixels(Operands o, int first, int end, int firstVector, int endVector) {
        int inStep = spec.in().stride();
        int outStep = spec.out().stride();
        for (int v = firstVector; v < endVector; v++) {
            for (int next = first; next < end; next += ROWS) {
                // Moved up where fewer remain, over pixels that are done already and come out the same.
                int row = Math.min(next, end - ROWS);
                int to = row * outStep + v * LANES;
                tile(o.in(), o.inOffset() + row * inStep, inStep, inputs, starts[v], starts[v + 1], weights,
                        (starts[v] + v) * LANES, o.out(), o.outOffset() + to, outStep);
                Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + to, o.out(), o.outOffset() + to, outStep,
                        ROWS, LANES);
            }
        }
    }

    private static void tile(float[] x, int at, int step, int[] inputs, int from, int to, float[] weights,
            int weightsAt, float[] out, int outAt, int outStep) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, weights, weightsAt);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        int q = weightsAt + LANES;
        for (int i = from; i < to; i++) {
            int p = at + inputs[i];
            FloatVector w = FloatVector.fromArray(FLOATS, weights, q);
            s0 = FloatVector.broadcast(FLOATS, x[p]).fma(w, s0);
            s1 = FloatVector.broadcast(FLOATS, x[p + step]).fma(w, s1);
            s2 = FloatVector.broadcast(FLOATS, x[p + 2 * step]).fma(w, s2);
            s3 = FloatVector.broadcast(FLOATS, x[p + 3 * step]).fma(w, s3);
            s4 = FloatVector.broadcast(FLOATS, x[p + 4 * step]).fma(w, s4);
            s5 = FloatVector.broadcast(FLOATS, x[p + 5 * step]).fma(w, s5);
            s6 = FloatVector.broadcast(FLOATS, x[p + 6 * step]).fma(w, s6);
            q += LANES;
        }
        s0.intoArray(out, outAt);
        s1.intoArray(out, outAt + outStep);
        s2.intoArray(out, outAt + 2 * outStep);
        s3.intoArray(out, outAt + 3 * outStep);
        s4.intoArray(out, outAt + 4 * outStep);
        s5.intoArray(out, outAt + 5 * outStep);
        s6.intoArray(out, outAt + 6 * outStep);
    }
}
