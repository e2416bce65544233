package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/** A row-major tensor some rows of which are replaced by those of another: a scatter whose indices are known. */
public final class PlacedRows extends ItemFunction {
    private final Source data;
    private final float fill;
    private final Source updates;
    private final int[] places;
    private final int row;

    /**
     * Placed rows.
     *
     * @param inputs  layouts of the buffers
     * @param data    rows that are replaced or stay; null where all of its elements are alike
     * @param fill    its elements where {@code data} is null
     * @param updates rows that replace them
     * @param places  of each row of the result the row of the updates, -1 for that of the data
     * @param row     elements of a row, at least 1
     */
    public PlacedRows(List<MapLayout> inputs, Source data, float fill, Source updates, int[] places, int row) {
        super("placed rows", inputs, TensorFunction.tensor(Math.multiplyExact(places.length, row)), places.length,
                (long) places.length * row);
        this.data = data;
        this.fill = fill;
        this.updates = updates;
        this.places = places;
        this.row = row;
    }

    /**
     * For each row the last of the updates that is placed there.
     *
     * @param indices of each row of the updates its place; a negative one counts from the end, one that is out of range is as the nearest
     * @param rows    of the result
     * @return -1 where none is
     */
    public static int[] places(float[] indices, int rows) {
        int[] places = new int[rows];
        Arrays.fill(places, -1);
        for (int i = 0; i < indices.length; i++) {
            places[IndexedRead.position(indices[i], rows)] = i;
        }
        return places;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = o.outOffset() + i * row;
            if (places[i] >= 0) {
                System.arraycopy(updates.array(o), updates.start(o) + places[i] * row, o.out(), at, row);
            } else if (data != null) {
                System.arraycopy(data.array(o), data.start(o) + i * row, o.out(), at, row);
            } else {
                Arrays.fill(o.out(), at, at + row, fill);
            }
        }
    }
}
