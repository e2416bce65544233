package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An operator on the elements of one to three operands, each read where it lies: a broadcast is a stride of zero. The loops go in the order
 * of the output's buffer; the innermost works on pieces that lie side by side, operands of another stride being gathered first.
 */
public final class Elementwise extends ItemFunction {
    private static final int PIECE = 512;

    private final Pointwise operator;
    private final ArrayMath math;
    private final Source[] sources;
    /** Extents of all digits, the slowest of the output first. */
    private final int[] extents;
    /** Of each operand and, last, the output: a stride for each digit. */
    private final int[][] strides;
    private final int pieces;

    /**
     * An operator.
     *
     * @param operator what is computed
     * @param inputs   layouts of the buffers
     * @param sources  an operand each
     * @param extents  extents of the digits in any order
     * @param strides  of each operand and, last, the output: a stride for each digit
     * @param out      layout of the output
     */
    public Elementwise(Pointwise operator, List<MapLayout> inputs, List<Source> sources, List<Integer> extents,
            List<List<Integer>> strides, MapLayout out) {
        this(operator, inputs, sources, ordered(extents, strides), out);
    }

    private Elementwise(Pointwise operator, List<MapLayout> inputs, List<Source> sources, int[][] digits,
            MapLayout out) {
        super(operator.describe(), inputs, out, items(digits[0]), 4L * elements(digits[0]));
        this.operator = operator;
        this.math = ArrayMath.scalar();
        this.extents = digits[0];
        this.strides = Arrays.copyOfRange(digits, 1, digits.length);
        this.sources = sources.toArray(Source[]::new);
        this.pieces = pieces(extents);
        for (int k = 0; k < this.sources.length; k++) {
            compact(k);
        }
    }

    private Elementwise(Elementwise like, ArrayMath math) {
        super(like.operator.describe(), like.inputs(), like.out(), items(like.extents), 4L * elements(like.extents));
        this.operator = like.operator;
        this.math = math;
        this.extents = like.extents;
        this.strides = like.strides;
        this.sources = like.sources;
        this.pieces = like.pieces;
    }

    /** Sorted by the output's strides, neighbors that step evenly merged: extents, then the strides of each operand and the output. */
    private static int[][] ordered(List<Integer> extents, List<List<Integer>> strides) {
        List<int[]> digits = new ArrayList<>();
        for (int d = 0; d < extents.size(); d++) {
            if (extents.get(d) > 1) {
                int[] digit = new int[1 + strides.size()];
                digit[0] = extents.get(d);
                for (int k = 0; k < strides.size(); k++) {
                    digit[1 + k] = strides.get(k).get(d);
                }
                digits.add(digit);
            }
        }
        digits.sort(Comparator.comparing((int[] digit) -> -digit[strides.size()]));
        List<int[]> merged = new ArrayList<>();
        for (int[] digit : digits) {
            int[] before = merged.isEmpty() ? null : merged.getLast();
            boolean even = before != null;
            for (int k = 1; even && k < digit.length; k++) {
                even = before[k] == digit[k] * digit[0];
            }
            if (even) {
                digit[0] *= before[0];
                merged.set(merged.size() - 1, digit);
            } else {
                merged.add(digit);
            }
        }
        if (merged.isEmpty()) {
            int[] one = new int[1 + strides.size()];
            one[0] = 1;
            merged.add(one);
        }
        int[][] result = new int[1 + strides.size()][merged.size()];
        for (int d = 0; d < merged.size(); d++) {
            for (int k = 0; k < result.length; k++) {
                result[k][d] = merged.get(d)[k];
            }
        }
        return result;
    }

    private static int pieces(int[] extents) {
        return Math.ceilDiv(extents[extents.length - 1], PIECE);
    }

    private static int elements(int[] extents) {
        return Arrays.stream(extents).reduce(1, Math::multiplyExact);
    }

    private static int items(int[] extents) {
        return elements(extents) / extents[extents.length - 1] * pieces(extents);
    }

    /** Puts a constant into the order in which it is read. */
    private void compact(int k) {
        float[] values = sources[k].constant();
        if (values == null) {
            return;
        }
        List<Dim> read = new ArrayList<>();
        int stride = 1;
        int[] dense = new int[extents.length];
        for (int d = extents.length - 1; d >= 0; d--) {
            if (strides[k][d] != 0) {
                read.addFirst(new Dim(extents[d], strides[k][d]));
                dense[d] = stride;
                stride *= extents[d];
            }
        }
        int[] table = Steps.table(read);
        float[] copy = new float[table.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[sources[k].offset() + table[i]];
        }
        sources[k] = Source.of(copy);
        strides[k] = dense;
    }

    @Override
    public Elementwise with(ArrayMath other) {
        return operator.function() == null ? this : new Elementwise(this, other);
    }

    @Override
    public int scratch() {
        return PIECE * (sources.length + (operator.function() == null ? 0 : 1));
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] a = sources[0].array(o);
        float[] b = sources.length > 1 ? sources[1].array(o) : null;
        float[] c = sources.length > 2 ? sources[2].array(o) : null;
        int last = extents.length - 1;
        for (int item = from; item < to; item++) {
            int row = item / pieces;
            int start = (item - row * pieces) * PIECE;
            int n = Math.min(PIECE, extents[last] - start);
            int ia = at(o, 0, row, start);
            float[] ra = a;
            if (strides[0][last] != 1) {
                ia = gathered(a, ia, strides[0][last], scratch, scratchOffset, n);
                ra = scratch;
            }
            int ib = 0;
            float[] rb = b;
            if (b != null) {
                ib = at(o, 1, row, start);
                if (strides[1][last] != 1) {
                    ib = gathered(b, ib, strides[1][last], scratch, scratchOffset + PIECE, n);
                    rb = scratch;
                }
            }
            int ic = 0;
            float[] rc = c;
            if (c != null) {
                ic = at(o, 2, row, start);
                if (strides[2][last] != 1) {
                    ic = gathered(c, ic, strides[2][last], scratch, scratchOffset + 2 * PIECE, n);
                    rc = scratch;
                }
            }
            int step = strides[sources.length][last];
            int io = o.outOffset() + position(strides[sources.length], row) + start * step;
            if (operator.function() != null) {
                function(ra, ia, o.out(), io, step, n, scratch, scratchOffset + PIECE);
            } else if (step == 1 || n == 1) {
                operator.apply(ra, ia, rb, ib, rc, ic, o.out(), io, n);
            } else {
                spread(ra, ia, rb, ib, rc, ic, o.out(), io, step, n);
            }
        }
    }

    /** By vectors, where the result goes or, what is no whole number of them, in the scratch. */
    private void function(float[] a, int ia, float[] out, int io, int step, int n, float[] scratch, int at) {
        int whole = step == 1 ? n / ArrayMath.STEP * ArrayMath.STEP : 0;
        if (whole > 0) {
            System.arraycopy(a, ia, out, io, whole);
            math.apply(operator.function(), out, io, whole);
        }
        int rest = n - whole;
        if (rest > 0) {
            int steps = Math.ceilDiv(rest, ArrayMath.STEP) * ArrayMath.STEP;
            System.arraycopy(a, ia + whole, scratch, at, rest);
            Arrays.fill(scratch, at + rest, at + steps, 0f);
            math.apply(operator.function(), scratch, at, steps);
            for (int i = 0; i < rest; i++) {
                out[io + (whole + i) * step] = scratch[at + i];
            }
        }
    }

    private void spread(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int step, int n) {
        for (int i = 0; i < n; i++) {
            operator.apply(a, ia + i, b, ib + i, c, ic + i, out, io + i * step, 1);
        }
    }

    private int at(Operands o, int k, int row, int start) {
        return sources[k].start(o) + position(strides[k], row) + start * strides[k][extents.length - 1];
    }

    /** Where a row starts: a row is all but the innermost digit. */
    private int position(int[] stride, int row) {
        int at = 0;
        int rest = row;
        for (int d = extents.length - 2; d >= 0; d--) {
            int quotient = rest / extents[d];
            at += (rest - quotient * extents[d]) * stride[d];
            rest = quotient;
        }
        return at;
    }

    private static int gathered(float[] from, int at, int stride, float[] scratch, int start, int n) {
        if (stride == 0) {
            Arrays.fill(scratch, start, start + n, from[at]);
        } else {
            for (int i = 0; i < n; i++) {
                scratch[start + i] = from[at + i * stride];
            }
        }
        return start;
    }
}
