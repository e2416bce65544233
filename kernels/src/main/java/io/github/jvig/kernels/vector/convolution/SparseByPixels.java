package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.Transpose;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link SparsePointwiseConv} in vectors of pixels: of each four outputs, the inputs for which one of their weights is not zero. A tile of the
 * map is transposed, so that a vector has one channel of several pixels, and the results are transposed back. This is how XNNPACK multiplies
 * sparse matrices, whose maps lie so from the start.
 *
 * <p>The four outputs of four vectors of pixels are 16 sums; where registers are few, of two vectors.
 */
public final class SparseByPixels implements Kernel {
    /** Outputs that are done together. */
    private static final int FOUR = 4;
    /** Vectors of pixels of a tile. */
    public static final int TILE = VectorConfig.REGISTERS >= 32 ? 4 : 2;

    private final SparsePointwiseConv spec;
    /** For each four outputs, up to whole vectors of them, where their inputs start in {@link #inputs}, then where the last one's end. */
    private final int[] starts;
    private final int[] inputs;
    /** Four for each of {@link #inputs}. */
    private final float[] weights;
    /** Up to whole vectors. */
    private final float[] bias;
    /** Inputs up to whole vectors. */
    private final int depth;
    private final Split split;

    public SparseByPixels(SparsePointwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        int channels = spec.in().channels();
        int outputs = spec.out().channels();
        int vectors = VectorConfig.vectors(outputs);
        depth = VectorConfig.vectors(channels) * LANES;
        this.bias = bias == null ? new float[vectors * LANES] : Arrays.copyOf(bias, vectors * LANES);
        starts = new int[vectors * LANES / FOUR + 1];
        int[] used = new int[(outputs + FOUR - 1) / FOUR * channels];
        int n = 0;
        for (int g = 0; g + 1 < starts.length; g++) {
            int end = Math.min(outputs, (g + 1) * FOUR);
            for (int i = 0; i < channels; i++) {
                boolean any = false;
                for (int o = g * FOUR; o < end; o++) {
                    any |= weight[o * channels + i] != 0;
                }
                if (any) {
                    used[n++] = i;
                }
            }
            starts[g + 1] = n;
        }
        inputs = Arrays.copyOf(used, n);
        weights = new float[n * FOUR];
        for (int o = 0; o < outputs; o++) {
            for (int i = starts[o / FOUR]; i < starts[o / FOUR + 1]; i++) {
                weights[i * FOUR + o % FOUR] = weight[o * channels + inputs[i]];
            }
        }
        int pixels = spec.in().pixels();
        // A weight takes about 1.6 times as long as in the dense kernel, moving a float as long as two weights.
        long work = 2L * pixels * (n * FOUR + spec.in().stride() + spec.out().stride());
        split = Split.of(work, (pixels + TILE * LANES - 1) / (TILE * LANES), 1, vectors);
    }

    @Override
    public SparsePointwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-sparse-pointwise-4x" + TILE + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return split.groups() > 1;
    }

    @Override
    public int scratch() {
        // The transposed tile, a vector of its outputs, an incomplete square and a spare one.
        return (depth + LANES) * TILE * LANES + 2 * Transpose.SQUARE;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        // Units of one block that follow each other have the same tile.
        int transposed = -1;
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int end = Math.min(split.row(block + 1) * TILE * LANES, spec.in().pixels());
            int pixels;
            for (int first = split.row(block) * TILE * LANES; first < end; first += pixels) {
                int vectors = Math.min(TILE, end - first > 2 * LANES ? 4 : 2);
                pixels = Math.min(vectors * LANES, end - first);
                if (first != transposed) {
                    transpose(o.in(), o.inOffset() + first * spec.in().stride(), pixels, vectors * LANES, scratch,
                            scratchOffset);
                    transposed = first;
                }
                for (int v = split.firstPanel(unit); v < split.endPanel(unit); v++) {
                    outputs(v, vectors, scratch, scratchOffset, o, first, pixels);
                }
            }
        }
    }

    /** Some pixels into {@code [depth][step]}. What lies behind them in each row may be anything. */
    private void transpose(float[] in, int at, int pixels, int step, float[] scratch, int scratchOffset) {
        int edge = edge(scratchOffset);
        int inStep = spec.in().stride();
        for (int p = 0; p < pixels; p += LANES) {
            int count = Math.min(LANES, pixels - p);
            for (int c = 0; c < depth; c += LANES) {
                int from = at + p * inStep + c;
                int to = scratchOffset + c * step + p;
                if (count == LANES) {
                    Transpose.square(in, from, inStep, scratch, to, step, scratch, edge + Transpose.SQUARE);
                } else {
                    copy(in, from, inStep, scratch, edge, LANES, count);
                    Transpose.square(scratch, edge, LANES, scratch, to, step, scratch, edge + Transpose.SQUARE);
                }
            }
        }
    }

    private int edge(int scratchOffset) {
        return scratchOffset + (depth + LANES) * TILE * LANES;
    }

    /** A vector of outputs of a tile. */
    private void outputs(int v, int vectors, float[] scratch, int scratchOffset, Operands o, int first, int pixels) {
        int step = vectors * LANES;
        int sums = scratchOffset + depth * TILE * LANES;
        for (int i = 0; i < LANES; i += FOUR) {
            int g = (v * LANES + i) / FOUR;
            if (vectors == 4) {
                four(scratch, scratchOffset, inputs, weights, starts[g], starts[g + 1], bias, g * FOUR,
                        sums + i * step);
            } else {
                two(scratch, scratchOffset, inputs, weights, starts[g], starts[g + 1], bias, g * FOUR, sums + i * step);
            }
        }
        int outStep = spec.out().stride();
        int to = first * outStep + v * LANES;
        int edge = edge(scratchOffset);
        for (int p = 0; p < pixels; p += LANES) {
            int at = o.outOffset() + to + p * outStep;
            if (pixels - p >= LANES) {
                Transpose.square(scratch, sums + p, step, o.out(), at, outStep, scratch, edge + Transpose.SQUARE);
            } else {
                Transpose.square(scratch, sums + p, step, scratch, edge, LANES, scratch, edge + Transpose.SQUARE);
                copy(scratch, edge, LANES, o.out(), at, outStep, pixels - p);
            }
        }
        Epilogues.apply(spec.epilogue(), o.in2(), o.in2Offset() + to, o.out(), o.outOffset() + to, outStep, pixels,
                LANES);
        if (v + 1 == split.panels()) {
            Epilogues.clearPadding(spec.epilogue().activation(), o.out(), o.outOffset() + first * outStep, spec.out(),
                    pixels, (v + 1) * LANES);
        }
    }

    private static void copy(float[] from, int at, int step, float[] to, int toAt, int toStep, int count) {
        for (int i = 0; i < count; i++) {
            FloatVector.fromArray(FLOATS, from, at + i * step).intoArray(to, toAt + i * toStep);
        }
    }

    /** Four outputs of four vectors of pixels. */
    private static void four(float[] x, int at, int[] inputs, float[] weights, int from, int to, float[] bias,
            int firstOutput, int outAt) {
        FloatVector s00 = FloatVector.broadcast(FLOATS, bias[firstOutput]);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = FloatVector.broadcast(FLOATS, bias[firstOutput + 1]);
        FloatVector s11 = s10;
        FloatVector s12 = s10;
        FloatVector s13 = s10;
        FloatVector s20 = FloatVector.broadcast(FLOATS, bias[firstOutput + 2]);
        FloatVector s21 = s20;
        FloatVector s22 = s20;
        FloatVector s23 = s20;
        FloatVector s30 = FloatVector.broadcast(FLOATS, bias[firstOutput + 3]);
        FloatVector s31 = s30;
        FloatVector s32 = s30;
        FloatVector s33 = s30;
        int q = FOUR * from;
        for (int i = from; i < to; i++) {
            int p = at + inputs[i] * (4 * LANES);
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, p);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, p + LANES);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, p + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(FLOATS, x, p + 3 * LANES);
            FloatVector w = FloatVector.broadcast(FLOATS, weights[q]);
            s00 = w.fma(x0, s00);
            s01 = w.fma(x1, s01);
            s02 = w.fma(x2, s02);
            s03 = w.fma(x3, s03);
            w = FloatVector.broadcast(FLOATS, weights[q + 1]);
            s10 = w.fma(x0, s10);
            s11 = w.fma(x1, s11);
            s12 = w.fma(x2, s12);
            s13 = w.fma(x3, s13);
            w = FloatVector.broadcast(FLOATS, weights[q + 2]);
            s20 = w.fma(x0, s20);
            s21 = w.fma(x1, s21);
            s22 = w.fma(x2, s22);
            s23 = w.fma(x3, s23);
            w = FloatVector.broadcast(FLOATS, weights[q + 3]);
            s30 = w.fma(x0, s30);
            s31 = w.fma(x1, s31);
            s32 = w.fma(x2, s32);
            s33 = w.fma(x3, s33);
            q += FOUR;
        }
        s00.intoArray(x, outAt);
        s01.intoArray(x, outAt + LANES);
        s02.intoArray(x, outAt + 2 * LANES);
        s03.intoArray(x, outAt + 3 * LANES);
        s10.intoArray(x, outAt + 4 * LANES);
        s11.intoArray(x, outAt + 5 * LANES);
        s12.intoArray(x, outAt + 6 * LANES);
        s13.intoArray(x, outAt + 7 * LANES);
        s20.intoArray(x, outAt + 8 * LANES);
        s21.intoArray(x, outAt + 9 * LANES);
        s22.intoArray(x, outAt + 10 * LANES);
        s23.intoArray(x, outAt + 11 * LANES);
        s30.intoArray(x, outAt + 12 * LANES);
        s31.intoArray(x, outAt + 13 * LANES);
        s32.intoArray(x, outAt + 14 * LANES);
        s33.intoArray(x, outAt + 15 * LANES);
    }

    /** Four outputs of two vectors of pixels. */
    private static void two(float[] x, int at, int[] inputs, float[] weights, int from, int to, float[] bias,
            int firstOutput, int outAt) {
        FloatVector s00 = FloatVector.broadcast(FLOATS, bias[firstOutput]);
        FloatVector s01 = s00;
        FloatVector s10 = FloatVector.broadcast(FLOATS, bias[firstOutput + 1]);
        FloatVector s11 = s10;
        FloatVector s20 = FloatVector.broadcast(FLOATS, bias[firstOutput + 2]);
        FloatVector s21 = s20;
        FloatVector s30 = FloatVector.broadcast(FLOATS, bias[firstOutput + 3]);
        FloatVector s31 = s30;
        int q = FOUR * from;
        for (int i = from; i < to; i++) {
            int p = at + inputs[i] * (2 * LANES);
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, p);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, p + LANES);
            FloatVector w = FloatVector.broadcast(FLOATS, weights[q]);
            s00 = w.fma(x0, s00);
            s01 = w.fma(x1, s01);
            w = FloatVector.broadcast(FLOATS, weights[q + 1]);
            s10 = w.fma(x0, s10);
            s11 = w.fma(x1, s11);
            w = FloatVector.broadcast(FLOATS, weights[q + 2]);
            s20 = w.fma(x0, s20);
            s21 = w.fma(x1, s21);
            w = FloatVector.broadcast(FLOATS, weights[q + 3]);
            s30 = w.fma(x0, s30);
            s31 = w.fma(x1, s31);
            q += FOUR;
        }
        s00.intoArray(x, outAt);
        s01.intoArray(x, outAt + LANES);
        s10.intoArray(x, outAt + 2 * LANES);
        s11.intoArray(x, outAt + 3 * LANES);
        s20.intoArray(x, outAt + 4 * LANES);
        s21.intoArray(x, outAt + 5 * LANES);
        s30.intoArray(x, outAt + 6 * LANES);
        s31.intoArray(x, outAt + 7 * LANES);
    }
}
