package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.KnownClass.known;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link Conv2d} in groups of few channels, for which a vector of outputs holds many groups. For each vector of outputs and row of the map,
 * the input is copied into the caller's scratch, spread: vector i of a pixel holds in each lane the i-th channel of that lane's group. Then
 * it is a depthwise convolution with as many weights for each output as a group's channels times taps, none of them zero. The scratch is
 * ordered by column, then by row of the window, so that a window is one piece of it. Where windows of neighboring rows overlap, a row of the
 * input stays in its place in the scratch, its number modulo the height of the window, and there are weights in the order of each turn.
 *
 * <p>Units are blocks of rows.
 */
public final class VectorSpreadConv implements RowKernel {
    /** Pixels of a register tile. With seven, their addresses do not fit the registers, and a step takes nearly twice as long. */
    public static final int COLUMNS = 6;
    /** Steps of a tile in the time in which one vector for each of its pixels is spread; measured. */
    private static final int SPREAD_STEPS = 5;
    /** Rows of a block, at least, in heights of a window: a block spreads all rows that its first window sees. */
    private static final int MIN_BLOCK_WINDOWS = 2;
    /** A step does not multiply faster than a matrix product does four. */
    private static final int STEP_MACS = 4;

    private final Conv2d spec;
    /** Kept, since a spec may compute it each time. */
    private final MapLayout out;
    private final int vectors;
    private final int groupIn;
    /** Places of a row of the input among those of a window: its height if its rows are neighbors, else one, and each row is spread anew. */
    private final int turns;
    /** Floats of a vector's bias and weights for one turn. */
    private final int panelLength;
    /** For each vector and turn its biases, then its weights by column of the window, place of the row, and channel of the group. */
    private final float[] panels;
    /** For each vector the first channel of the vector of inputs that it is made from. */
    private final int[] first;
    /** For each vector and channel of a group, the lane that each lane comes from; made once, since each is an object. */
    private final VectorShuffle<Float>[] sources;
    /** The column of the input that each column of the scratch holds; it may be outside. */
    private final int[] columns;
    /** Columns of the scratch from one window to the next. */
    private final int columnStep;
    private final Split split;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public VectorSpreadConv(Conv2d spec, float[] weight, float[] bias) {
        this.spec = spec;
        out = spec.out();
        vectors = VectorConfig.vectors(out.channels());
        groupIn = spec.groupChannels();
        panelLength = Math.multiplyExact(1 + spec.window().taps() * groupIn, LANES);
        turns = spec.window().rows().dilation() == 1 ? spec.window().rows().kernel() : 1;
        panels = new float[Math.multiplyExact(vectors * turns, panelLength)];
        first = new int[vectors];
        int[] lanes = new int[vectors * groupIn * LANES];
        for (int v = 0; v < vectors; v++) {
            first[v] = Math.min(firstInput(spec, v), spec.in().stride() - LANES);
        }
        for (int o = 0; o < out.channels(); o++) {
            pack(o, weight, bias, lanes);
        }
        sources = new VectorShuffle[vectors * groupIn];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = VectorShuffle.fromArray(FLOATS, lanes, i * LANES);
        }
        Window.Axis across = spec.window().columns();
        columnStep = across.dilation() == 1 ? across.stride() : across.kernel();
        columns = across.dilation() == 1
                ? IntStream.range(0, (out.width() - 1) * across.stride() + across.kernel())
                        .map(i -> i - across.padBefore()).toArray()
                : IntStream.range(0, out.width() * across.kernel())
                        .map(i -> across.start(i / across.kernel()) + i % across.kernel() * across.dilation())
                        .toArray();
        Window.Axis down = spec.window().rows();
        split = Split.of(STEP_MACS * spec.macs(), out.height(),
                Math.ceilDiv(MIN_BLOCK_WINDOWS * down.kernel(), down.stride()), 1);
    }

    private void pack(int o, float[] weight, float[] bias, int[] lanes) {
        int taps = spec.window().taps();
        int down = spec.window().rows().kernel();
        int across = spec.window().columns().kernel();
        int v = o / LANES;
        for (int c = 0; c < groupIn; c++) {
            lanes[(v * groupIn + c) * LANES + o % LANES] = group(spec, o) * groupIn + c - first[v];
        }
        for (int turn = 0; turn < turns; turn++) {
            int at = (v * turns + turn) * panelLength + o % LANES;
            panels[at] = bias == null ? 0 : bias[o];
            for (int t = 0; t < taps; t++) {
                int tap = t % across * down + (t / across + turn) % down;
                for (int c = 0; c < groupIn; c++) {
                    panels[at + (1 + tap * groupIn + c) * LANES] = weight[(o * groupIn + c) * taps + t];
                }
            }
        }
    }

    private static int group(Conv2d spec, int output) {
        return output / (spec.out().channels() / spec.groups());
    }

    private static int firstInput(Conv2d spec, int vector) {
        return group(spec, vector * LANES) * spec.groupChannels();
    }

    /** Input channels that a vector of outputs sees. */
    private static int slice(Conv2d spec, int vector) {
        int last = Math.min((vector + 1) * LANES, spec.out().channels()) - 1;
        return (group(spec, last) + 1) * spec.groupChannels() - firstInput(spec, vector);
    }

    /** Whether one vector of the input holds all that a vector of outputs sees. */
    public static boolean takes(Conv2d spec) {
        return spec.in().stride() >= LANES && IntStream.range(0, VectorConfig.vectors(spec.out().channels()))
                .allMatch(v -> slice(spec, v) <= LANES);
    }

    /** Whether to spread the input is less work than to multiply by the zeros that {@link GroupPanels} have. */
    public static boolean pays(Conv2d spec) {
        long taps = spec.window().taps();
        long slices = IntStream.range(0, VectorConfig.vectors(spec.out().channels())).mapToLong(v -> slice(spec, v))
                .sum();
        Window.Axis down = spec.window().rows();
        int rows = down.dilation() == 1 ? Math.min(down.stride(), down.kernel()) : down.kernel();
        long copied = (long) SPREAD_STEPS * rows * spec.window().columns().stride();
        return (taps + copied) * spec.groupChannels() * VectorConfig.vectors(spec.out().channels()) < taps * slices;
    }

    @Override
    public Conv2d spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-conv2d-spread-" + COLUMNS + "x1-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return Math.multiplyExact(columns.length, columnLength());
    }

    /** Floats of a column of the scratch. */
    private int columnLength() {
        return spec.window().rows().kernel() * groupIn * LANES;
    }

    @Override
    public int rowScratch() {
        return scratch();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), scratch, scratchOffset,
                split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            int from, int to) {
        rows(in, inOffset, residual, residualOffset, result, outOffset, new float[rowScratch()], 0, from, to);
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] result, int outOffset,
            float[] scratch, int scratchOffset, int from, int to) {
        for (int v = 0; v < vectors; v++) {
            for (int y = from; y < to; y++) {
                spread(in, inOffset, v, scratch, scratchOffset, y, y == from);
                row(v, scratch, scratchOffset, residual, residualOffset, result, outOffset, y);
            }
        }
        Epilogues.clearPadding(spec.epilogue().activation(), result, outOffset + from * out.width() * out.stride(),
                out, (to - from) * out.width(), vectors * LANES);
    }

    /** A vector of outputs of one row. */
    private void row(int vector, float[] scratch, int scratchOffset, float[] residual, int residualOffset,
            float[] result, int outOffset, int y) {
        int step = columnStep * columnLength();
        int depth = panelLength - LANES;
        int start = y * out.width() * out.stride() + vector * LANES;
        int panel = (vector * turns + Math.floorMod(spec.window().rows().start(y), turns)) * panelLength;
        if (out.width() < COLUMNS) {
            for (int x = 0; x < out.width(); x++) {
                one(scratch, scratchOffset + x * step, depth, panels, panel, result,
                        outOffset + start + x * out.stride());
            }
        } else {
            for (int next = 0; next < out.width(); next += COLUMNS) {
                int x = Math.min(next, out.width() - COLUMNS);
                tile(scratch, scratchOffset + x * step, step, depth, panels, panel, result,
                        outOffset + start + x * out.stride(), out.stride());
            }
        }
        Epilogues.apply(spec.epilogue(), residual, residualOffset + start, result, outOffset + start, out.stride(),
                out.width(), LANES);
    }

    /** What a row of the outputs of a vector sees; without what the row before it has seen, unless it is the first. */
    private void spread(float[] from, int fromOffset, int vector, float[] scratch, int scratchOffset, int y,
            boolean all) {
        MapLayout in = spec.in();
        Window.Axis down = spec.window().rows();
        int step = columnLength();
        int seen = all || turns == 1 ? 0 : Math.max(0, down.kernel() - down.stride());
        for (int ky = seen; ky < down.kernel(); ky++) {
            int row = down.start(y) + ky * down.dilation();
            int place = turns == 1 ? ky : Math.floorMod(row, turns);
            int to = scratchOffset + place * groupIn * LANES;
            if (row < 0 || row >= in.height()) {
                for (int i = 0; i < columns.length; i++) {
                    Arrays.fill(scratch, to + i * step, to + i * step + groupIn * LANES, 0f);
                }
                continue;
            }
            int at = fromOffset + row * in.width() * in.stride() + first[vector];
            for (int c = 0; c < groupIn; c++) {
                spread(from, at, in.stride(), in.width(), columns, sources[vector * groupIn + c],
                        scratch, to + c * LANES, step);
            }
        }
    }

    private static void spread(float[] in, int inOffset, int inStride, int inWidth, int[] columns,
            VectorShuffle<Float> lanes, float[] to, int toOffset, int step) {
        for (int i = 0; i < columns.length; i++) {
            int x = columns[i];
            if (x >= 0 && x < inWidth) {
                FloatVector.fromArray(FLOATS, in, inOffset + x * inStride).rearrange(known(lanes))
                        .intoArray(to, toOffset + i * step);
            } else {
                FloatVector.zero(FLOATS).intoArray(to, toOffset + i * step);
            }
        }
    }

    /** Some pixels, each from its own piece of the scratch. */
    private static void tile(float[] a, int aOffset, int aStride, int depth, float[] panel, int panelOffset,
            float[] out, int outOffset, int outStride) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, panel, panelOffset);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        for (int k = 0; k < depth; k += LANES) {
            FloatVector w = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES + k);
            s0 = FloatVector.fromArray(FLOATS, a, aOffset + k).fma(w, s0);
            s1 = FloatVector.fromArray(FLOATS, a, aOffset + aStride + k).fma(w, s1);
            s2 = FloatVector.fromArray(FLOATS, a, aOffset + 2 * aStride + k).fma(w, s2);
            s3 = FloatVector.fromArray(FLOATS, a, aOffset + 3 * aStride + k).fma(w, s3);
            s4 = FloatVector.fromArray(FLOATS, a, aOffset + 4 * aStride + k).fma(w, s4);
            s5 = FloatVector.fromArray(FLOATS, a, aOffset + 5 * aStride + k).fma(w, s5);
        }
        s0.intoArray(out, outOffset);
        s1.intoArray(out, outOffset + outStride);
        s2.intoArray(out, outOffset + 2 * outStride);
        s3.intoArray(out, outOffset + 3 * outStride);
        s4.intoArray(out, outOffset + 4 * outStride);
        s5.intoArray(out, outOffset + 5 * outStride);
    }

    private static void one(float[] a, int aOffset, int depth, float[] panel, int panelOffset, float[] out,
            int outOffset) {
        FloatVector s = FloatVector.fromArray(FLOATS, panel, panelOffset);
        for (int k = 0; k < depth; k += LANES) {
            FloatVector w = FloatVector.fromArray(FLOATS, panel, panelOffset + LANES + k);
            s = FloatVector.fromArray(FLOATS, a, aOffset + k).fma(w, s);
        }
        s.intoArray(out, outOffset);
    }
}
