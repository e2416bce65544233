package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the elements along some axes together: a softmax, a normalization, the order of the greatest. A softmax whose elements are apart
 * while those of neighboring rows lie side by side is computed of some rows at a time, and so is one of few elements: both as the columns of a
 * matrix, of which a vector holds as many as it has lanes.
 */
public final class Rows extends ItemFunction {
    /** Rows that are computed at a time, at most, and elements of these. */
    private static final int MOST_ROWS = 64;
    private static final int MOST_ELEMENTS = 1 << 10;
    private static final int LEAST_ROWS = 8;
    /** Elements up to which a row is better a column than by itself. */
    private static final int FEW_ELEMENTS = 32;

    private final RowOperator operator;
    private final ArrayMath math;
    private final Source source;
    private final Steps outerIn;
    private final Steps outerOut;
    private final Steps rowIn;
    private final Steps rowOut;
    /** Rows of an item, but for the last. */
    private final int together;
    /** Whether the rows of an item lie side by side. */
    private final boolean sideBySide;

    /**
     * An operator on rows.
     *
     * @param operator what is computed
     * @param inputs   layouts of the buffers
     * @param source   what is read
     * @param outer    digits of the rows
     * @param row      digits of a row's elements
     * @param outerTo  digits of the rows in the output
     * @param rowTo    digits of a row's results in the output
     * @param out      layout of the output
     */
    public Rows(RowOperator operator, List<MapLayout> inputs, Source source, List<Dim> outer, List<Dim> row,
            List<Dim> outerTo, List<Dim> rowTo, MapLayout out) {
        this(operator, ArrayMath.scalar(), inputs, source, new Steps(outer), new Steps(outerTo), new Steps(row),
                new Steps(rowTo), sideBySide(operator, outer, row, outerTo), out);
        if (rowOut.count() != operator.results(rowIn.count()) || outerIn.count() != outerOut.count()) {
            throw new IllegalArgumentException("rows of " + row + " give " + rowTo);
        }
    }

    private Rows(RowOperator operator, ArrayMath math, List<MapLayout> inputs, Source source, Steps outerIn,
            Steps outerOut, Steps rowIn, Steps rowOut, int sideBySide, MapLayout out) {
        super(operator.describe(), inputs, out,
                Math.ceilDiv(outerIn.count(), together(operator, rowIn.count(), sideBySide)),
                8L * outerIn.count() * rowIn.count());
        this.operator = operator;
        this.math = math;
        this.source = source;
        this.outerIn = outerIn;
        this.outerOut = outerOut;
        this.rowIn = rowIn;
        this.rowOut = rowOut;
        this.together = together(operator, rowIn.count(), sideBySide);
        this.sideBySide = sideBySide > 1;
    }

    private static int together(RowOperator operator, int elements, int sideBySide) {
        return sideBySide == 1 && operator.isSoftmax() && elements <= FEW_ELEMENTS ? MOST_ROWS : sideBySide;
    }

    /** A divisor of the rows that lie side by side in the input and the output, where that is better than row by row. */
    private static int sideBySide(RowOperator operator, List<Dim> outer, List<Dim> row, List<Dim> outerTo) {
        List<Dim> from = Dim.merged(outer);
        List<Dim> to = Dim.merged(outerTo);
        int elements = Dim.elements(row);
        if (!operator.isSoftmax() || from.isEmpty() || to.isEmpty() || elements > MOST_ELEMENTS || elements == 1
                || from.getLast().stride() != 1 || to.getLast().stride() != 1) {
            return 1;
        }
        for (int size = MOST_ROWS; size >= LEAST_ROWS; size--) {
            if (from.getLast().extent() % size == 0 && to.getLast().extent() % size == 0) {
                return size;
            }
        }
        return 1;
    }

    @Override
    public Rows with(ArrayMath other) {
        return new Rows(operator, other, inputs(), source, outerIn, outerOut, rowIn, rowOut,
                sideBySide ? together : 1, out());
    }

    @Override
    public int scratch() {
        return together > 1
                ? rowIn.count() * stepped(together)
                : rowIn.count() + rowOut.count() + RowOperator.SPARE;
    }

    private static int stepped(int n) {
        return Math.ceilDiv(n, ArrayMath.STEP) * ArrayMath.STEP;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = source.array(o);
        int start = source.start(o);
        int n = rowIn.count();
        for (int item = from; item < to; item++) {
            if (together > 1 && !sideBySide) {
                turned(x, start, o.out(), o.outOffset(), item * together, scratch, scratchOffset);
                continue;
            }
            int in = start + outerIn.at(item * together);
            int out = o.outOffset() + outerOut.at(item * together);
            if (sideBySide) {
                columns(x, in, o.out(), out, scratch, scratchOffset);
                continue;
            }
            rowIn.gather(x, in, scratch, scratchOffset);
            operator.apply(math, scratch, scratchOffset, n, scratchOffset + n);
            rowOut.scatter(scratch, scratchOffset + n, o.out(), out);
        }
    }

    /** Rows from one on, wherever they lie, as the columns of a matrix. */
    private void turned(float[] x, int start, float[] to, int outStart, int first, float[] scratch, int at) {
        int n = rowIn.count();
        int step = stepped(together);
        int rows = Math.min(together, outerIn.count() - first);
        for (int r = 0; r < rows; r++) {
            int in = start + outerIn.at(first + r);
            for (int i = 0; i < n; i++) {
                scratch[at + i * step + r] = x[in + rowIn.at(i)];
            }
        }
        for (int i = 0; i < n; i++) {
            Arrays.fill(scratch, at + i * step + rows, at + i * step + step, 0f);
        }
        math.softmaxColumns(scratch, at, n, step);
        for (int r = 0; r < rows; r++) {
            int out = outStart + outerOut.at(first + r);
            for (int i = 0; i < n; i++) {
                to[out + rowOut.at(i)] = scratch[at + i * step + r];
            }
        }
    }

    /** Some rows, as the columns of a matrix. */
    private void columns(float[] x, int in, float[] to, int out, float[] scratch, int at) {
        int n = rowIn.count();
        int step = stepped(together);
        for (int i = 0; i < n; i++) {
            System.arraycopy(x, in + rowIn.at(i), scratch, at + i * step, together);
            Arrays.fill(scratch, at + i * step + together, at + (i + 1) * step, 0f);
        }
        math.softmaxColumns(scratch, at, n, step);
        for (int i = 0; i < n; i++) {
            System.arraycopy(scratch, at + i * step, to, out + rowOut.at(i), together);
        }
    }
}
