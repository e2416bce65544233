package io.github.jvig.kernels.vector.norm;

import static io.github.jvig.kernels.vector.common.KnownClass.known;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.scalar.ScalarMapNorm;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.pool.VectorGlobalAveragePool;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link MapNorm}: the statistic, from which follow three numbers for each channel, then
 * {@code out = (in - center[c]) * factor[c] + shift[c]}.
 *
 * <p>A unit is a block of rows. Each thread computes the statistic of the whole map for itself, since units may not wait for each other: the
 * map is read once for that, from a shared cache, and it is always added in the same order.
 */
public final class VectorMapNorm implements Kernel {
    private final MapNorm spec;
    /** Padded to the pixel stride with zeros. */
    private final float[] weight;
    private final float[] bias;
    /** For maps whose sums are beyond the range of float, or that have NaN or infinities. */
    private final ScalarMapNorm wide;
    private final Split split;

    public VectorMapNorm(MapNorm spec, float[] weight, float[] bias) {
        this.spec = spec;
        int stride = spec.in().stride();
        this.weight = weight == null ? null : Arrays.copyOf(weight, stride);
        this.bias = WeightLayout.paddedBias(bias, stride);
        wide = new ScalarMapNorm(spec, weight, bias);
        // An element takes about as long as 16 multiply-accumulates of a matrix product.
        split = Split.ofRows(16L * spec.in().length(), spec.in().height());
    }

    @Override
    public MapNorm spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-map-norm-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return true;
    }

    /** Centers and factors of the channels; behind them the sums of a row's lanes, or those of each channel's squares. */
    @Override
    public int scratch() {
        int stride = spec.in().stride();
        return spec.groups() > 1 ? 3 * stride : 2 * stride + LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        if (from >= to) {
            return;
        }
        int stride = spec.in().stride();
        int row = spec.in().width() * stride;
        int center = offset;
        int factor = offset + stride;
        double extent;
        if (spec.groups() > 1) {
            extent = groups(o, scratch, center, factor, offset + 2 * stride);
        } else if (spec.kind() == MapNorm.Kind.GROUP) {
            extent = group(o, scratch, center, factor, offset + 2 * stride);
        } else {
            extent = lengths(o, scratch, center, factor);
        }
        if (!Double.isFinite(extent)) {
            wide.rows(o, split.row(from), split.row(to));
            return;
        }
        for (int at = split.row(from) * row; at < split.row(to) * row; at += stride) {
            apply(o.in(), o.inOffset() + at, scratch, center, factor, bias, o.out(), o.outOffset() + at, stride);
        }
    }

    /**
     * Pad lanes get the center and the factor zero, so that they come out as zero and never count as deviations.
     *
     * @return the sum of squares, which is not finite where float was too narrow
     */
    private double group(Operands o, float[] scratch, int center, int factor, int lanes) {
        MapLayout map = spec.in();
        int row = map.width() * map.stride();
        long perRow = (long) map.width() * map.channels();
        double mean = 0;
        double squares = 0;
        Arrays.fill(scratch, center, center + map.stride(), 0f);
        for (int y = 0; y < map.height(); y++) {
            int at = o.inOffset() + y * row;
            sum(o.in(), at, row, scratch, lanes);
            double rowMean = total(scratch, lanes, LANES) / perRow;
            Arrays.fill(scratch, center, center + map.channels(), (float) rowMean);
            sumSquares(o.in(), at, row, map.stride(), scratch, center, lanes);
            double rowSquares = total(scratch, lanes, LANES);
            double apart = rowMean - mean;
            mean += apart / (y + 1);
            squares += rowSquares + apart * apart * perRow * y / (y + 1);
        }
        double f = 1 / Math.sqrt(squares / (perRow * map.height()) + spec.epsilon());
        Arrays.fill(scratch, center, center + map.channels(), (float) mean);
        for (int c = 0; c < map.channels(); c++) {
            scratch[factor + c] = (float) (f * weight[c]);
        }
        // Not a product with f, which may be NaN.
        Arrays.fill(scratch, factor + map.channels(), factor + map.stride(), 0f);
        return squares;
    }

    /**
     * Sums for each channel, since a vector may hold several groups. The first mean of a group, which a large map of large values rounds, is
     * only what deviations are taken from: their sum corrects it.
     *
     * @return the sum of the variances, which is not finite where float was too narrow
     */
    private double groups(Operands o, float[] scratch, int center, int factor, int squares) {
        MapLayout map = spec.in();
        int stride = map.stride();
        int row = map.width() * stride;
        int perGroup = map.channels() / spec.groups();
        double count = (double) map.pixels() * perGroup;
        Arrays.fill(scratch, center, center + stride, 0f);
        for (int y = 0; y < map.height(); y++) {
            VectorGlobalAveragePool.addRow(o.in(), o.inOffset() + y * row, map.width(), stride, 1f, scratch, center,
                    stride);
        }
        for (int c = center; c < center + map.channels(); c += perGroup) {
            Arrays.fill(scratch, c, c + perGroup, (float) (total(scratch, c, perGroup) / count));
        }
        Arrays.fill(scratch, factor, squares + stride, 0f);
        double variances = 0;
        for (int y = 0; y < map.height(); y++) {
            addDeviations(o.in(), o.inOffset() + y * row, map.width(), stride, scratch, center, factor, squares);
        }
        for (int c = 0; c < map.channels(); c += perGroup) {
            double apart = total(scratch, factor + c, perGroup) / count;
            double variance = Math.max(0, total(scratch, squares + c, perGroup) / count - apart * apart);
            variances += variance;
            double f = 1 / Math.sqrt(variance + spec.epsilon());
            Arrays.fill(scratch, center + c, center + c + perGroup, (float) (scratch[center + c] + apart));
            for (int i = c; i < c + perGroup; i++) {
                scratch[factor + i] = (float) (f * weight[i]);
            }
        }
        Arrays.fill(scratch, factor + map.channels(), factor + stride, 0f);
        return variances;
    }

    /**
     * The length of each channel, in the place of the centers for a moment.
     *
     * @return the sum of the lengths, which is not finite where float was too narrow
     */
    private double lengths(Operands o, float[] scratch, int center, int factor) {
        MapLayout map = spec.in();
        int stride = map.stride();
        Arrays.fill(scratch, center, center + stride, 0f);
        for (int y = 0; y < map.height(); y++) {
            addSquares(o.in(), o.inOffset() + y * map.width() * stride, map.width(), stride, scratch, center);
        }
        double sum = 0;
        for (int c = 0; c < map.channels(); c++) {
            sum += Math.sqrt(scratch[center + c]);
        }
        double divisor = sum / map.channels() + spec.epsilon();
        for (int c = 0; c < map.channels(); c++) {
            double length = Math.sqrt(scratch[center + c]);
            scratch[factor + c] = (float) (spec.kind() == MapNorm.Kind.RESPONSE
                    ? 1 + weight[c] * (length / divisor)
                    : 1 / Math.max(length, spec.epsilon()));
        }
        Arrays.fill(scratch, factor + map.channels(), factor + stride, 0f);
        Arrays.fill(scratch, center, center + stride, 0f);
        return sum;
    }

    private static double total(float[] x, int offset, int length) {
        double sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static void sum(float[] in, int offset, int length, float[] to, int toOffset) {
        FloatVector s = FloatVector.zero(FLOATS);
        FloatVector t = s;
        int i = offset;
        for (; i <= offset + length - 2 * LANES; i += 2 * LANES) {
            s = FloatVector.fromArray(FLOATS, in, i).add(s);
            t = FloatVector.fromArray(FLOATS, in, i + LANES).add(t);
        }
        if (i < offset + length) {
            s = FloatVector.fromArray(FLOATS, in, i).add(s);
        }
        known(s).add(t).intoArray(to, toOffset);
    }

    /** Squared deviations from the centers of the channels; what {@code center} holds for pad lanes is zero, as they are. */
    private static void sumSquares(float[] in, int offset, int length, int stride, float[] center, int centerOffset,
            int lanes) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int p = offset; p < offset + length; p += stride) {
            for (int c = 0; c < stride; c += LANES) {
                FloatVector deviation = FloatVector.fromArray(FLOATS, in, p + c)
                        .sub(FloatVector.fromArray(FLOATS, center, centerOffset + c));
                s = deviation.fma(deviation, s);
            }
        }
        s.intoArray(center, lanes);
    }

    /** Adds the squares of a row of pixels, summed by themselves first. */
    private static void addSquares(float[] in, int offset, int pixels, int stride, float[] to, int toOffset) {
        for (int c = 0; c < stride; c += LANES) {
            FloatVector s = FloatVector.zero(FLOATS);
            int p = offset + c;
            for (int x = 0; x < pixels; x++) {
                FloatVector v = FloatVector.fromArray(FLOATS, in, p);
                s = v.fma(v, s);
                p += stride;
            }
            FloatVector.fromArray(FLOATS, to, toOffset + c).add(s).intoArray(to, toOffset + c);
        }
    }

    /** Adds the deviations of a row of pixels, and their squares, from the centers of the channels; each summed by itself first. */
    private static void addDeviations(float[] in, int offset, int pixels, int stride, float[] to, int center, int sums,
            int squares) {
        for (int c = 0; c < stride; c += LANES) {
            FloatVector middle = FloatVector.fromArray(FLOATS, to, center + c);
            FloatVector s = FloatVector.zero(FLOATS);
            FloatVector t = s;
            int p = offset + c;
            for (int x = 0; x < pixels; x++) {
                FloatVector v = FloatVector.fromArray(FLOATS, in, p).sub(middle);
                s = v.add(s);
                t = v.fma(v, t);
                p += stride;
            }
            FloatVector.fromArray(FLOATS, to, sums + c).add(s).intoArray(to, sums + c);
            FloatVector.fromArray(FLOATS, to, squares + c).add(t).intoArray(to, squares + c);
        }
    }

    private static void apply(float[] in, int inOffset, float[] numbers, int center, int factor, float[] bias,
            float[] out, int outOffset, int length) {
        for (int c = 0; c < length; c += LANES) {
            FloatVector.fromArray(FLOATS, in, inOffset + c).sub(FloatVector.fromArray(FLOATS, numbers, center + c))
                    .fma(FloatVector.fromArray(FLOATS, numbers, factor + c), FloatVector.fromArray(FLOATS, bias, c))
                    .intoArray(out, outOffset + c);
        }
    }
}
