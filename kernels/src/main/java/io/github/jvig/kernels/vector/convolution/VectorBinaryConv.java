package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.INTS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.common.InteriorRange;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link BinaryConv}: signs are bits, 1 for plus, 32 channels an int. A unit packs the rows of the input that it reads; then signs that differ
 * are counted, an int of a pixel and one of each of a vector of outputs at a time. The sum is the number of signs minus twice the count.
 *
 * <p>Ints lie in the float scratch by their bits; only moves touch them, which keep all bits. Columns whose window is inside the input's width
 * are done four at a time, two vectors of outputs together, the others one at a time.
 */
public final class VectorBinaryConv implements Kernel {
    private static final int COLUMNS = 4;

    private final BinaryConv spec;
    private final MapLayout map;
    private final Window.Axis down;
    private final Window.Axis across;
    /** Ints of a pixel. */
    private final int words;
    /** The bits of the last int of a pixel that are channels. */
    private final int lastMask;
    /** Outputs up to whole vectors. */
    private final int length;
    /** {@code [taps * words][length]}. */
    private final int[] weight;
    private final float[] factor;
    private final float[] bias;
    /** From the first pixel of a window to each int of each tap's, in packed ints. */
    private final int[] offsets;
    private final InteriorRange columns;
    private final Split split;
    /** Rows of the input that the largest unit reads. */
    private final int packedRows;

    public VectorBinaryConv(BinaryConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        MapLayout in = spec.in();
        map = spec.out();
        down = spec.window().rows();
        across = spec.window().columns();
        words = (in.channels() + Integer.SIZE - 1) / Integer.SIZE;
        lastMask = -1 >>> words * Integer.SIZE - in.channels();
        length = VectorConfig.vectors(map.channels()) * LANES;
        int taps = spec.window().taps();
        this.weight = new int[taps * words * length];
        for (int i = 0; i < weight.length - map.channels(); i++) {
            if (weight[i] >= 0) {
                int tap = i % taps;
                int channel = i / taps % in.channels();
                int output = i / taps / in.channels();
                this.weight[(tap * words + channel / Integer.SIZE) * length + output] |= 1 << channel;
            }
        }
        factor = Arrays.copyOf(Arrays.copyOfRange(weight, weight.length - map.channels(), weight.length), length);
        this.bias = bias == null ? new float[length] : Arrays.copyOf(bias, length);
        offsets = new int[taps * words];
        for (int i = 0; i < offsets.length; i++) {
            int tap = i / words;
            offsets[i] = (tap / across.kernel() * down.dilation() * in.width()
                    + tap % across.kernel() * across.dilation()) * words + i % words;
        }
        InteriorRange inside = InteriorRange.of(across, in.width());
        columns = inside.length() < COLUMNS ? InteriorRange.NONE : inside;
        // An instruction does 16 times as many signs as floats, and signs have to be packed.
        split = Split.ofRows(spec.macs() / 16 + in.length(), map.height());
        packedRows = Math.min(in.height(), (split.maxBlockRows() - 1) * down.stride() + down.extent());
    }

    @Override
    public BinaryConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-binary-conv-4x2-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public int scratch() {
        return packedRows * spec.in().width() * words;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int first = split.row(unit);
            int end = split.row(unit + 1);
            int firstInput = spec.firstInputRow(first);
            int inputs = Math.max(0, spec.lastInputRow(end - 1) + 1 - firstInput);
            int width = spec.in().width();
            pack(o.in(), o.inOffset() + firstInput * width * spec.in().stride(), spec.in().stride(), inputs * width,
                    words, lastMask, scratch, scratchOffset);
            for (int y = first; y < end; y++) {
                row(scratch, scratchOffset - firstInput * width * words, y, o.out(), o.outOffset());
            }
        }
    }

    /** The signs of some pixels. */
    private static void pack(float[] in, int at, int step, int pixels, int words, int lastMask, float[] packed,
            int packedAt) {
        for (int p = 0; p < pixels; p++) {
            int pixel = at + p * step;
            int to = packedAt + p * words;
            for (int w = 0; w < words; w++) {
                int bits = 0;
                for (int i = 0; i < Math.min(Integer.SIZE, step - w * Integer.SIZE); i += LANES) {
                    bits |= (int) FloatVector.fromArray(FLOATS, in, pixel + w * Integer.SIZE + i)
                            .compare(VectorOperators.GE, 0f).toLong() << i;
                }
                packed[to + w] = Float.intBitsToFloat(w + 1 == words ? bits & lastMask : bits);
            }
        }
    }

    private void row(float[] packed, int packedAt, int y, float[] out, int outOffset) {
        for (int x = 0; x < columns.from(); x++) {
            pixel(packed, packedAt, y, x, out, outOffset);
        }
        for (int next = columns.from(); next < columns.to(); next += COLUMNS) {
            tile(packed, packedAt, y, Math.min(next, columns.to() - COLUMNS), out, outOffset);
        }
        for (int x = columns.to(); x < map.width(); x++) {
            pixel(packed, packedAt, y, x, out, outOffset);
        }
        int rows = Math.max(0, endRow(y) - firstRow(y));
        for (int x = 0; x < map.width(); x++) {
            int taps = rows * Math.max(0, across.endTap(x, spec.in().width()) - across.firstTap(x));
            int at = outOffset + (y * map.width() + x) * map.stride();
            finish(out, at, taps * spec.in().channels(), factor, bias, length);
            Arrays.fill(out, at + map.channels(), at + map.stride(), 0f);
        }
    }

    private int firstRow(int y) {
        return down.firstTap(y);
    }

    private int endRow(int y) {
        return down.endTap(y, spec.in().height());
    }

    private int window(int y, int x) {
        return (down.start(y) * spec.in().width() + across.start(x)) * words;
    }

    private void tile(float[] packed, int packedAt, int y, int x, float[] out, int outOffset) {
        int from = firstRow(y) * across.kernel() * words;
        int to = endRow(y) * across.kernel() * words;
        int at = packedAt + window(y, x);
        int result = outOffset + (y * map.width() + x) * map.stride();
        int c = 0;
        for (; c <= length - 2 * LANES; c += 2 * LANES) {
            count4x2(packed, at, across.stride() * words, offsets, from, to, weight, c, length, out, result + c,
                    map.stride());
        }
        if (c < length) {
            count4x1(packed, at, across.stride() * words, offsets, from, to, weight, c, length, out, result + c,
                    map.stride());
        }
    }

    private void pixel(float[] packed, int packedAt, int y, int x, float[] out, int outOffset) {
        int fromX = across.firstTap(x);
        int toX = across.endTap(x, spec.in().width());
        int at = packedAt + window(y, x);
        int result = outOffset + (y * map.width() + x) * map.stride();
        Arrays.fill(out, result, result + length, 0f);
        for (int ky = firstRow(y); ky < endRow(y); ky++) {
            int from = (ky * across.kernel() + fromX) * words;
            int to = (ky * across.kernel() + toX) * words;
            for (int c = 0; c < length; c += LANES) {
                add(packed, at, offsets, from, to, weight, c, length, out, result + c);
            }
        }
    }

    /** Four neighboring outputs, two vectors of channels. */
    private static void count4x2(float[] x, int at, int step, int[] offsets, int from, int to, int[] weight, int c,
            int weightStep, float[] out, int outAt, int outStep) {
        IntVector s00 = IntVector.zero(INTS);
        IntVector s01 = s00;
        IntVector s10 = s00;
        IntVector s11 = s00;
        IntVector s20 = s00;
        IntVector s21 = s00;
        IntVector s30 = s00;
        IntVector s31 = s00;
        for (int i = from; i < to; i++) {
            int p = at + offsets[i];
            int q = i * weightStep + c;
            IntVector w0 = IntVector.fromArray(INTS, weight, q);
            IntVector w1 = IntVector.fromArray(INTS, weight, q + LANES);
            IntVector v = IntVector.broadcast(INTS, Float.floatToRawIntBits(x[p]));
            s00 = v.lanewise(VectorOperators.XOR, w0).lanewise(VectorOperators.BIT_COUNT).add(s00);
            s01 = v.lanewise(VectorOperators.XOR, w1).lanewise(VectorOperators.BIT_COUNT).add(s01);
            v = IntVector.broadcast(INTS, Float.floatToRawIntBits(x[p + step]));
            s10 = v.lanewise(VectorOperators.XOR, w0).lanewise(VectorOperators.BIT_COUNT).add(s10);
            s11 = v.lanewise(VectorOperators.XOR, w1).lanewise(VectorOperators.BIT_COUNT).add(s11);
            v = IntVector.broadcast(INTS, Float.floatToRawIntBits(x[p + 2 * step]));
            s20 = v.lanewise(VectorOperators.XOR, w0).lanewise(VectorOperators.BIT_COUNT).add(s20);
            s21 = v.lanewise(VectorOperators.XOR, w1).lanewise(VectorOperators.BIT_COUNT).add(s21);
            v = IntVector.broadcast(INTS, Float.floatToRawIntBits(x[p + 3 * step]));
            s30 = v.lanewise(VectorOperators.XOR, w0).lanewise(VectorOperators.BIT_COUNT).add(s30);
            s31 = v.lanewise(VectorOperators.XOR, w1).lanewise(VectorOperators.BIT_COUNT).add(s31);
        }
        store(s00, out, outAt);
        store(s01, out, outAt + LANES);
        store(s10, out, outAt + outStep);
        store(s11, out, outAt + outStep + LANES);
        store(s20, out, outAt + 2 * outStep);
        store(s21, out, outAt + 2 * outStep + LANES);
        store(s30, out, outAt + 3 * outStep);
        store(s31, out, outAt + 3 * outStep + LANES);
    }

    /** The same for one vector of channels. */
    private static void count4x1(float[] x, int at, int step, int[] offsets, int from, int to, int[] weight, int c,
            int weightStep, float[] out, int outAt, int outStep) {
        IntVector s0 = IntVector.zero(INTS);
        IntVector s1 = s0;
        IntVector s2 = s0;
        IntVector s3 = s0;
        for (int i = from; i < to; i++) {
            int p = at + offsets[i];
            IntVector w = IntVector.fromArray(INTS, weight, i * weightStep + c);
            s0 = w.lanewise(VectorOperators.XOR, Float.floatToRawIntBits(x[p]))
                    .lanewise(VectorOperators.BIT_COUNT).add(s0);
            s1 = w.lanewise(VectorOperators.XOR, Float.floatToRawIntBits(x[p + step]))
                    .lanewise(VectorOperators.BIT_COUNT).add(s1);
            s2 = w.lanewise(VectorOperators.XOR, Float.floatToRawIntBits(x[p + 2 * step]))
                    .lanewise(VectorOperators.BIT_COUNT).add(s2);
            s3 = w.lanewise(VectorOperators.XOR, Float.floatToRawIntBits(x[p + 3 * step]))
                    .lanewise(VectorOperators.BIT_COUNT).add(s3);
        }
        store(s0, out, outAt);
        store(s1, out, outAt + outStep);
        store(s2, out, outAt + 2 * outStep);
        store(s3, out, outAt + 3 * outStep);
    }

    /** Adds the counts of some taps of one row of the window to one output. */
    private static void add(float[] x, int at, int[] offsets, int from, int to, int[] weight, int c, int weightStep,
            float[] out, int outAt) {
        IntVector s = IntVector.zero(INTS);
        for (int i = from; i < to; i++) {
            s = IntVector.fromArray(INTS, weight, i * weightStep + c)
                    .lanewise(VectorOperators.XOR, Float.floatToRawIntBits(x[at + offsets[i]]))
                    .lanewise(VectorOperators.BIT_COUNT).add(s);
        }
        ((FloatVector) s.convertShape(VectorOperators.I2F, FLOATS, 0)).add(FloatVector.fromArray(FLOATS, out, outAt))
                .intoArray(out, outAt);
    }

    private static void store(IntVector counts, float[] out, int at) {
        ((FloatVector) counts.convertShape(VectorOperators.I2F, FLOATS, 0)).intoArray(out, at);
    }

    /** From counts to results. */
    private static void finish(float[] out, int at, int signs, float[] factor, float[] bias, int length) {
        FloatVector all = FloatVector.broadcast(FLOATS, (float) signs);
        for (int c = 0; c < length; c += LANES) {
            FloatVector count = FloatVector.fromArray(FLOATS, out, at + c);
            FloatVector sum = all.sub(count.add(count));
            FloatVector.fromArray(FLOATS, factor, c).fma(sum, FloatVector.fromArray(FLOATS, bias, c))
                    .intoArray(out, at + c);
        }
    }
}
