package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Computes the elements along some axes together: a softmax, a normalization, the order of the greatest. */
public final class Rows extends ItemFunction {
    private final RowOperator operator;
    private final Source source;
    private final Steps outerIn;
    private final Steps outerOut;
    private final Steps rowIn;
    private final Steps rowOut;

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
        super(operator.describe(), inputs, out, Dim.elements(outer), 8L * Dim.elements(outer) * Dim.elements(row));
        this.operator = operator;
        this.source = source;
        this.outerIn = new Steps(outer);
        this.outerOut = new Steps(outerTo);
        this.rowIn = new Steps(row);
        this.rowOut = new Steps(rowTo);
        if (rowOut.count() != operator.results(rowIn.count()) || outerIn.count() != outerOut.count()) {
            throw new IllegalArgumentException("rows of " + row + " give " + rowTo);
        }
    }

    @Override
    public int scratch() {
        return rowIn.count() + rowOut.count();
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = source.array(o);
        int start = source.start(o);
        int n = rowIn.count();
        for (int item = from; item < to; item++) {
            rowIn.gather(x, start + outerIn.at(item), scratch, scratchOffset);
            operator.apply(scratch, scratchOffset, n, scratchOffset + n);
            rowOut.scatter(scratch, scratchOffset + n, o.out(), o.outOffset() + outerOut.at(item));
        }
    }
}
