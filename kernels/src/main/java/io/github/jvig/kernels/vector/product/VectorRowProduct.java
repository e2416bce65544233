package io.github.jvig.kernels.vector.product;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MatrixProduct.Matrices;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link MatrixProduct} with few rows, for which packing the right matrix would take longer than the product: it is read where it lies, by
 * vectors of columns or by vectors along the depth, whichever lie side by side. A unit is some products, or some columns of one.
 */
public final class VectorRowProduct implements Kernel {
    /** Rows up to which this is faster than packing. */
    private static final int MOST_ROWS = 3;

    private final MatrixProduct spec;
    /** Kept, since the spec makes it anew for each call. */
    private final MapLayout out;
    /** Weights of the left side; null for others. */
    private final float[] leftWeights;
    private final int[] leftStarts;
    private final int[] rightStarts;
    private final Split split;
    /** Parts of the columns. */
    private final int pieces;

    public VectorRowProduct(MatrixProduct spec, float[] weight) {
        this.spec = spec;
        out = spec.out();
        leftWeights = spec.left().constant() ? weight.clone() : null;
        leftStarts = spec.left().starts(spec.batch());
        rightStarts = spec.right().starts(spec.batch());
        int wanted = Split.ofRows(spec.macs(), Integer.MAX_VALUE).units();
        pieces = Math.clamp(Math.ceilDiv(wanted, leftStarts.length), 1,
                Math.max(1, spec.columns() / (4 * LANES)));
        split = Split.ofRows(spec.macs(), Math.multiplyExact(leftStarts.length, pieces));
    }

    /** Whether the right matrices are no weights, and lie as the loops need it. */
    public static boolean takes(MatrixProduct spec) {
        return !spec.right().constant() && (spec.right().columnStride() == 1 || alongDepth(spec));
    }

    public static boolean pays(MatrixProduct spec) {
        return spec.rows() <= MOST_ROWS;
    }

    private static boolean alongDepth(MatrixProduct spec) {
        return spec.right().rowStride() == 1 && spec.left().columnStride() == 1;
    }

    @Override
    public MatrixProduct spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-matrix-product-rows-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** The lanes of four sums. */
    @Override
    public int scratch() {
        return 4 * LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        Matrices left = spec.left();
        Matrices right = spec.right();
        float[] a = leftWeights != null ? leftWeights : o.input(left.input());
        float[] b = o.input(right.input());
        int end = split.row(to);
        for (int part = split.row(from); part < end; part++) {
            int product = part / pieces;
            int piece = part % pieces;
            int ia = (leftWeights != null ? 0 : o.inputOffset(left.input())) + leftStarts[product];
            int ib = o.inputOffset(right.input()) + rightStarts[product];
            int first = column(piece);
            int last = column(piece + 1);
            for (int row = 0; row < spec.rows(); row++) {
                int io = o.outOffset() + (product * spec.rows() + row) * spec.columns();
                if (right.columnStride() == 1) {
                    byColumns(a, ia + row * left.rowStride(), left.columnStride(), b, ib, right.rowStride(), o.out(),
                            io, first, last);
                } else {
                    byDepth(a, ia + row * left.rowStride(), b, ib, right.columnStride(), o.out(), io, first, last,
                            scratch, offset);
                }
            }
        }
        if (to == units()) {
            Arrays.fill(o.out(), o.outOffset() + out.channels(), o.outOffset() + out.length(), 0f);
        }
    }

    /** First column of a piece, a whole number of four vectors but for the end. */
    private int column(int piece) {
        return piece == pieces
                ? spec.columns()
                : (int) ((long) piece * (spec.columns() / (4 * LANES)) / pieces) * 4 * LANES;
    }

    private void byColumns(float[] a, int ia, int step, float[] b, int ib, int rowStride, float[] out, int io,
            int first, int last) {
        int j = first;
        for (; j + 4 * LANES <= last; j += 4 * LANES) {
            four(a, ia, step, spec.depth(), b, ib + j, rowStride, out, io + j);
        }
        for (; j + LANES <= last; j += LANES) {
            one(a, ia, step, spec.depth(), b, ib + j, rowStride, out, io + j);
        }
        for (; j < last; j++) {
            float sum = 0;
            for (int k = 0; k < spec.depth(); k++) {
                sum = Math.fma(a[ia + k * step], b[ib + k * rowStride + j], sum);
            }
            out[io + j] = sum;
        }
    }

    private static void four(float[] a, int ia, int step, int depth, float[] b, int ib, int rowStride, float[] out,
            int io) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int at = ib;
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(FLOATS, a[ia + k * step]);
            s0 = x.fma(FloatVector.fromArray(FLOATS, b, at), s0);
            s1 = x.fma(FloatVector.fromArray(FLOATS, b, at + LANES), s1);
            s2 = x.fma(FloatVector.fromArray(FLOATS, b, at + 2 * LANES), s2);
            s3 = x.fma(FloatVector.fromArray(FLOATS, b, at + 3 * LANES), s3);
            at += rowStride;
        }
        s0.intoArray(out, io);
        s1.intoArray(out, io + LANES);
        s2.intoArray(out, io + 2 * LANES);
        s3.intoArray(out, io + 3 * LANES);
    }

    private static void one(float[] a, int ia, int step, int depth, float[] b, int ib, int rowStride, float[] out,
            int io) {
        FloatVector s = FloatVector.zero(FLOATS);
        int at = ib;
        for (int k = 0; k < depth; k++) {
            s = FloatVector.broadcast(FLOATS, a[ia + k * step]).fma(FloatVector.fromArray(FLOATS, b, at), s);
            at += rowStride;
        }
        s.intoArray(out, io);
    }

    private void byDepth(float[] a, int ia, float[] b, int ib, int columnStride, float[] out, int io, int first,
            int last, float[] lanes, int lanesAt) {
        int depth = spec.depth();
        int whole = depth / LANES * LANES;
        int j = first;
        for (; j + 4 <= last; j += 4) {
            int at = ib + j * columnStride;
            dots(a, ia, whole, b, at, columnStride, lanes, lanesAt);
            for (int c = 0; c < 4; c++) {
                out[io + j + c] = finish(a, ia, b, at + c * columnStride, whole, depth, lanes, lanesAt + c * LANES);
            }
        }
        for (; j < last; j++) {
            int at = ib + j * columnStride;
            dot(a, ia, whole, b, at, lanes, lanesAt);
            out[io + j] = finish(a, ia, b, at, whole, depth, lanes, lanesAt);
        }
    }

    /** The sum of the lanes, in their order, and of what is behind the last whole vector. */
    private static float finish(float[] a, int ia, float[] b, int ib, int whole, int depth, float[] lanes, int at) {
        double sum = 0;
        for (int i = at; i < at + LANES; i++) {
            sum += lanes[i];
        }
        for (int k = whole; k < depth; k++) {
            sum += (double) a[ia + k] * b[ib + k];
        }
        return (float) sum;
    }

    private static void dots(float[] a, int ia, int depth, float[] b, int ib, int columnStride, float[] lanes, int at) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int k = 0; k < depth; k += LANES) {
            FloatVector x = FloatVector.fromArray(FLOATS, a, ia + k);
            s0 = x.fma(FloatVector.fromArray(FLOATS, b, ib + k), s0);
            s1 = x.fma(FloatVector.fromArray(FLOATS, b, ib + columnStride + k), s1);
            s2 = x.fma(FloatVector.fromArray(FLOATS, b, ib + 2 * columnStride + k), s2);
            s3 = x.fma(FloatVector.fromArray(FLOATS, b, ib + 3 * columnStride + k), s3);
        }
        s0.intoArray(lanes, at);
        s1.intoArray(lanes, at + LANES);
        s2.intoArray(lanes, at + 2 * LANES);
        s3.intoArray(lanes, at + 3 * LANES);
    }

    private static void dot(float[] a, int ia, int depth, float[] b, int ib, float[] lanes, int at) {
        FloatVector s = FloatVector.zero(FLOATS);
        for (int k = 0; k < depth; k += LANES) {
            s = FloatVector.fromArray(FLOATS, a, ia + k).fma(FloatVector.fromArray(FLOATS, b, ib + k), s);
        }
        s.intoArray(lanes, at);
    }
}
