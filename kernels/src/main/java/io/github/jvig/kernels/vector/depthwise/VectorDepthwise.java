package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.InteriorRange;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.weights.WeightLayout;
import jdk.incubator.vector.FloatVector;

/**
 * {@link DepthwiseConv} with any window, for what {@link VectorDepthwiseTiles} does not take: maps smaller than its tiles, strides above 2,
 * windows of one or two taps. Columns whose window is inside the input's width are done three at a time, three vectors of
 * channels together, in one flat loop over the taps whose rows lie inside it; the others one at a time, four vectors together. More
 * columns would be more offsets to keep in registers, and C2 keeps each twice, for the bounds check and for the address.
 *
 * <p>Loops for several vectors and for one stand side by side: sums must be local variables of one method, or they become objects.
 */
public final class VectorDepthwise implements RowKernel {
    public static final int COLUMNS = 3;

    private final DepthwiseConv spec;
    private final MapLayout map;
    private final Window.Axis down;
    private final Window.Axis across;
    /** {@code [taps][length]}. */
    private final float[] weight;
    private final float[] bias;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** From the first pixel of a window to each tap's. */
    private final int[] offsets;
    /** The columns that are done three at a time; none when there are less than three. */
    private final InteriorRange columns;
    private final Split split;

    public VectorDepthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        int taps = spec.window().taps();
        this.spec = spec;
        map = spec.out();
        down = spec.window().rows();
        across = spec.window().columns();
        length = VectorConfig.vectors(in.channels()) * LANES;
        this.weight = WeightLayout.transposed(weight, in.channels(), taps, length);
        this.bias = WeightLayout.paddedBias(bias, length);
        offsets = new int[taps];
        for (int t = 0; t < taps; t++) {
            offsets[t] = (t / across.kernel() * down.dilation() * in.width() + t % across.kernel() * across.dilation())
                    * in.stride();
        }
        InteriorRange inside = InteriorRange.of(across, in.width());
        columns = inside.length() < COLUMNS ? InteriorRange.NONE : inside;
        // It reuses less of what it loads, so it runs at about half the speed of a matrix product.
        split = Split.ofRows(2 * spec.macs(), map.height());
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-any-1x" + COLUMNS + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        int row = map.width() * map.stride();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < columns.from(); x++) {
                pixel(in, inOffset, y, x, out, outOffset);
            }
            for (int next = columns.from(); next < columns.to(); next += COLUMNS) {
                tile(in, inOffset, y, Math.min(next, columns.to() - COLUMNS), out, outOffset);
            }
            for (int x = columns.to(); x < map.width(); x++) {
                pixel(in, inOffset, y, x, out, outOffset);
            }
            Epilogues.apply(spec.epilogue(), residual, residualOffset + y * row, out, outOffset + y * row, map.stride(),
                    map.width(), length);
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + y * row, map, map.width(), length);
        }
    }

    /** First tap inside the input along one side, for a window that begins at {@code start}. */
    static int firstTap(int start, int dilation) {
        return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
    }

    /** One past the last tap inside the input along one side. */
    static int endTap(int start, int dilation, int kernel, int size) {
        return start >= size ? 0 : Math.min(kernel, (size - 1 - start) / dilation + 1);
    }

    private void tile(float[] from, int fromOffset, int y, int x, float[] out, int outOffset) {
        MapLayout in = spec.in();
        int top = down.start(y);
        int fromTap = firstTap(top, down.dilation()) * across.kernel();
        int toTap = endTap(top, down.dilation(), down.kernel(), in.height()) * across.kernel();
        int window = fromOffset + (top * in.width() + across.start(x)) * in.stride();
        int result = outOffset + (y * map.width() + x) * in.stride();
        int c = 0;
        for (; c <= length - 3 * LANES; c += 3 * LANES) {
            tile3(from, window + c, across.stride() * in.stride(), offsets, fromTap, toTap, weight,
                    fromTap * length + c,
                    length, bias, c, out, result + c, in.stride());
        }
        for (; c < length; c += LANES) {
            tile1(from, window + c, across.stride() * in.stride(), offsets, fromTap, toTap, weight,
                    fromTap * length + c,
                    length, bias, c, out, result + c, in.stride());
        }
    }

    private void pixel(float[] from, int fromOffset, int y, int x, float[] out, int outOffset) {
        MapLayout in = spec.in();
        int top = down.start(y);
        int left = across.start(x);
        int fromY = firstTap(top, down.dilation());
        int toY = endTap(top, down.dilation(), down.kernel(), in.height());
        int fromX = firstTap(left, across.dilation());
        int toX = endTap(left, across.dilation(), across.kernel(), in.width());
        int window = fromOffset + (top * in.width() + left) * in.stride();
        int result = outOffset + (y * map.width() + x) * in.stride();
        System.arraycopy(bias, 0, out, result, length);
        for (int ky = fromY; ky < toY; ky++) {
            int tap = ky * across.kernel();
            int c = 0;
            for (; c <= length - 4 * LANES; c += 4 * LANES) {
                addTaps4(from, window + c, offsets, tap + fromX, tap + toX, weight, (tap + fromX) * length + c, length,
                        out, result + c);
            }
            for (; c < length; c += LANES) {
                addTaps1(from, window + c, offsets, tap + fromX, tap + toX, weight, (tap + fromX) * length + c, length,
                        out, result + c);
            }
        }
    }

    /** Three neighboring outputs, three vectors of channels, over some taps. */
    private static void tile3(float[] in, int inOffset, int step, int[] offsets, int fromTap, int toTap, float[] weight,
            int weightOffset, int weightStep, float[] bias, int biasOffset, float[] out, int outOffset,
            int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, bias, biasOffset);
        FloatVector s01 = FloatVector.fromArray(FLOATS, bias, biasOffset + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, bias, biasOffset + 2 * LANES);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        int q = weightOffset;
        for (int t = fromTap; t < toTap; t++) {
            int p = inOffset + offsets[t];
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
            FloatVector w1 = FloatVector.fromArray(FLOATS, weight, q + LANES);
            FloatVector w2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES);
            s00 = w0.fma(FloatVector.fromArray(FLOATS, in, p), s00);
            s01 = w1.fma(FloatVector.fromArray(FLOATS, in, p + LANES), s01);
            s02 = w2.fma(FloatVector.fromArray(FLOATS, in, p + 2 * LANES), s02);
            s10 = w0.fma(FloatVector.fromArray(FLOATS, in, p + step), s10);
            s11 = w1.fma(FloatVector.fromArray(FLOATS, in, p + step + LANES), s11);
            s12 = w2.fma(FloatVector.fromArray(FLOATS, in, p + step + 2 * LANES), s12);
            s20 = w0.fma(FloatVector.fromArray(FLOATS, in, p + 2 * step), s20);
            s21 = w1.fma(FloatVector.fromArray(FLOATS, in, p + 2 * step + LANES), s21);
            s22 = w2.fma(FloatVector.fromArray(FLOATS, in, p + 2 * step + 2 * LANES), s22);
            q += weightStep;
        }
        s00.intoArray(out, outOffset);
        s01.intoArray(out, outOffset + LANES);
        s02.intoArray(out, outOffset + 2 * LANES);
        s10.intoArray(out, outOffset + outRowStride);
        s11.intoArray(out, outOffset + outRowStride + LANES);
        s12.intoArray(out, outOffset + outRowStride + 2 * LANES);
        s20.intoArray(out, outOffset + 2 * outRowStride);
        s21.intoArray(out, outOffset + 2 * outRowStride + LANES);
        s22.intoArray(out, outOffset + 2 * outRowStride + 2 * LANES);
    }

    /** The same for one vector of channels. */
    private static void tile1(float[] in, int inOffset, int step, int[] offsets, int fromTap, int toTap, float[] weight,
            int weightOffset, int weightStep, float[] bias, int biasOffset, float[] out, int outOffset,
            int outRowStride) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, bias, biasOffset);
        FloatVector s10 = s00;
        FloatVector s20 = s00;
        int q = weightOffset;
        for (int t = fromTap; t < toTap; t++) {
            int p = inOffset + offsets[t];
            FloatVector w0 = FloatVector.fromArray(FLOATS, weight, q);
            s00 = w0.fma(FloatVector.fromArray(FLOATS, in, p), s00);
            s10 = w0.fma(FloatVector.fromArray(FLOATS, in, p + step), s10);
            s20 = w0.fma(FloatVector.fromArray(FLOATS, in, p + 2 * step), s20);
            q += weightStep;
        }
        s00.intoArray(out, outOffset);
        s10.intoArray(out, outOffset + outRowStride);
        s20.intoArray(out, outOffset + 2 * outRowStride);
    }

    /** Adds some taps that follow each other to one output, four vectors of channels. */
    static void addTaps4(float[] in, int inOffset, int[] offsets, int fromTap, int toTap, float[] weight,
            int weightOffset, int weightStep, float[] out, int outOffset) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, out, outOffset);
        FloatVector s1 = FloatVector.fromArray(FLOATS, out, outOffset + LANES);
        FloatVector s2 = FloatVector.fromArray(FLOATS, out, outOffset + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(FLOATS, out, outOffset + 3 * LANES);
        int q = weightOffset;
        for (int t = fromTap; t < toTap; t++) {
            int p = inOffset + offsets[t];
            s0 = FloatVector.fromArray(FLOATS, weight, q).fma(FloatVector.fromArray(FLOATS, in, p), s0);
            s1 = FloatVector.fromArray(FLOATS, weight, q + LANES).fma(FloatVector.fromArray(FLOATS, in, p + LANES), s1);
            s2 = FloatVector.fromArray(FLOATS, weight, q + 2 * LANES)
                    .fma(FloatVector.fromArray(FLOATS, in, p + 2 * LANES), s2);
            s3 = FloatVector.fromArray(FLOATS, weight, q + 3 * LANES)
                    .fma(FloatVector.fromArray(FLOATS, in, p + 3 * LANES), s3);
            q += weightStep;
        }
        s0.intoArray(out, outOffset);
        s1.intoArray(out, outOffset + LANES);
        s2.intoArray(out, outOffset + 2 * LANES);
        s3.intoArray(out, outOffset + 3 * LANES);
    }

    static void addTaps1(float[] in, int inOffset, int[] offsets, int fromTap, int toTap, float[] weight,
            int weightOffset, int weightStep, float[] out, int outOffset) {
        FloatVector s = FloatVector.fromArray(FLOATS, out, outOffset);
        int q = weightOffset;
        for (int t = fromTap; t < toTap; t++) {
            s = FloatVector.fromArray(FLOATS, weight, q).fma(FloatVector.fromArray(FLOATS, in, inOffset + offsets[t]),
                    s);
            q += weightStep;
        }
        s.intoArray(out, outOffset);
    }
}
