package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * Picks elements of a tensor by a table for each axis: padding of all modes, nearest neighbors, a gather whose indices are known, a tile.
 * The output is row-major.
 */
public final class AxisGather extends ItemFunction {
    /** In a table: not of the input; the element is the filling. */
    public static final int NONE = Integer.MIN_VALUE;

    private final Source source;
    private final int[][] tables;
    private final Source fill;
    private final int row;

    /**
     * A gather.
     *
     * @param what   in words
     * @param inputs layouts of the buffers
     * @param source what is read
     * @param tables for each axis and index of the output the distance in the source, or {@link #NONE}
     * @param fill   one element: what is put where any axis says {@link #NONE}
     */
    public AxisGather(String what, List<MapLayout> inputs, Source source, List<int[]> tables, Source fill) {
        super(what, inputs, TensorFunction.tensor(elements(tables)), elements(tables) / tables.getLast().length,
                2L * elements(tables));
        this.source = source;
        this.tables = tables.toArray(int[][]::new);
        this.fill = fill;
        this.row = tables.getLast().length;
    }

    private static int elements(List<int[]> tables) {
        return tables.stream().mapToInt(t -> t.length).reduce(1, Math::multiplyExact);
    }

    /**
     * The table of an axis as it is.
     *
     * @param axis digits of the axis
     * @return a distance for each index
     */
    public static int[] table(List<Dim> axis) {
        return Steps.table(axis);
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = source.array(o);
        float filling = fill.array(o)[fill.start(o)];
        int[] last = tables[tables.length - 1];
        for (int item = from; item < to; item++) {
            int at = source.start(o);
            int rest = item;
            boolean none = false;
            for (int d = tables.length - 2; d >= 0; d--) {
                int size = tables[d].length;
                int distance = tables[d][rest % size];
                none |= distance == NONE;
                at += distance;
                rest /= size;
            }
            int io = o.outOffset() + item * row;
            if (none) {
                Arrays.fill(o.out(), io, io + row, filling);
                continue;
            }
            for (int i = 0; i < row; i++) {
                o.out()[io + i] = last[i] == NONE ? filling : x[at + last[i]];
            }
        }
    }
}
