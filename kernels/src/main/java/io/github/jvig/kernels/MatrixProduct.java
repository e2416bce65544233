package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Products of matrices: {@code out[b][i][j] = sum over k of left[b][i][k] * right[b][k][j]}. The result is row-major, in a map of one pixel.
 * The matrices lie anywhere in the maps that are read, at equal distances, so that transposes, heads of attention and broadcasts need no
 * copy; those of one side may be weights. No bias.
 *
 * <p>Rounding: the scalar kernel adds in double, in the order of k, and rounds once. The vector kernels multiply and add in float, in an
 * order that is fixed for one vector width; the error is relative to the sum of the absolute products.
 *
 * <p>NaN in a row of the left matrix makes that row of the result NaN, in a column of the right one that column.
 *
 * @param inputs  layouts of the maps that are read, each by one side or both; at least one
 * @param batch   extents of the digits that count the products, the slowest first; empty for one product
 * @param rows    rows of a left matrix, at least 1
 * @param depth   columns of a left matrix and rows of a right one, at least 1
 * @param columns columns of a right matrix, at least 1
 * @param left    the left matrices
 * @param right   the right matrices
 */
public record MatrixProduct(List<MapLayout> inputs, List<Integer> batch, int rows, int depth, int columns,
        Matrices left, Matrices right) implements Spec {
    /**
     * Where the matrices of one side lie. Element {@code (i, j)} of a product's matrix is
     * {@code offset + i * rowStride + j * columnStride} and, for each digit of the batch, its value times its stride.
     *
     * @param input        number of the map among those that are read; {@link #WEIGHTS} for weights
     * @param offset       element of the map or of the weights that comes first
     * @param rowStride    elements from one row to the next, at least 0
     * @param columnStride elements from one column to the next, at least 0
     * @param batchStrides elements from one matrix to the next for each digit of the batch, at least 0; 0 repeats one
     */
    public record Matrices(int input, int offset, int rowStride, int columnStride, List<Integer> batchStrides) {
        /** Stands for the weights in place of a map. */
        public static final int WEIGHTS = -1;

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException when one is negative
         */
        public Matrices {
            batchStrides = List.copyOf(batchStrides);
            if (input < WEIGHTS || offset < 0 || rowStride < 0 || columnStride < 0
                    || batchStrides.stream().anyMatch(stride -> stride < 0)) {
                throw new IllegalArgumentException("matrices lie at distances that are not negative, not at " + offset
                        + " of map " + input + " by " + rowStride + ", " + columnStride + " and " + batchStrides);
            }
        }

        /** {@return whether they are weights} */
        public boolean constant() {
            return input == WEIGHTS;
        }

        /** The last element of all. */
        private long last(List<Integer> batch, int rows, int columns) {
            long last = offset + (rows - 1L) * rowStride + (columns - 1L) * columnStride;
            for (int i = 0; i < batch.size(); i++) {
                last += (batch.get(i) - 1L) * batchStrides.get(i);
            }
            return last;
        }

        /**
         * Where each product's matrix starts.
         *
         * @param batch extents of the digits
         * @return an element for each product
         */
        public int[] starts(List<Integer> batch) {
            int[] starts = {offset};
            for (int d = 0; d < batch.size(); d++) {
                int extent = batch.get(d);
                int stride = batchStrides.get(d);
                int[] before = starts;
                starts = IntStream.range(0, Math.multiplyExact(before.length, extent))
                        .map(i -> before[i / extent] + i % extent * stride).toArray();
            }
            return starts;
        }
    }

    /**
     * Checks the numbers, and that all matrices lie within their maps.
     *
     * @throws IllegalArgumentException when a number is below 1, both sides are weights, a map is missing or not read, a matrix ends behind
     *                                  its map, or the result is longer than {@link MapLayout#MAX_LENGTH}
     */
    public MatrixProduct {
        inputs = List.copyOf(inputs);
        batch = List.copyOf(batch);
        Objects.requireNonNull(left, "left");
        Objects.requireNonNull(right, "right");
        if (rows < 1 || depth < 1 || columns < 1 || batch.stream().anyMatch(extent -> extent < 1)) {
            throw new IllegalArgumentException("matrices of " + rows + "x" + depth + " and " + depth + "x" + columns
                    + " in a batch of " + batch + " have no elements");
        }
        if (left.constant() && right.constant()) {
            throw new IllegalArgumentException("both sides of a matrix product are weights");
        }
        long elements = (long) rows * columns;
        for (int extent : batch) {
            elements = Math.multiplyExact(elements, (long) extent);
        }
        if (elements > MapLayout.MAX_LENGTH) {
            throw new IllegalArgumentException("a matrix product of " + elements + " numbers is larger than 4 GiB");
        }
        check(left, inputs, batch, rows, depth);
        check(right, inputs, batch, depth, columns);
        for (int i = 0; i < inputs.size(); i++) {
            if (left.input != i && right.input != i) {
                throw new IllegalArgumentException("a matrix product reads nothing from map " + (i + 1));
            }
        }
    }

    private static void check(Matrices side, List<MapLayout> inputs, List<Integer> batch, int rows, int columns) {
        if (side.batchStrides.size() != batch.size() || side.input >= inputs.size()) {
            throw new IllegalArgumentException("matrices of map " + side.input + " with " + side.batchStrides.size()
                    + " batch strides do not fit " + inputs.size() + " maps and a batch of " + batch);
        }
        long last = side.last(batch, rows, columns);
        long length = side.constant() ? MapLayout.MAX_LENGTH : inputs.get(side.input).length();
        if (last >= length) {
            throw new IllegalArgumentException("matrices that end at element " + last + " do not lie within "
                    + (side.constant() ? "an array" : inputs.get(side.input)));
        }
    }

    /** {@return the number of products} */
    public int products() {
        return batch.stream().reduce(1, Math::multiplyExact);
    }

    @Override
    public MapLayout out() {
        return MapLayout.of(1, 1, products() * rows * columns);
    }

    @Override
    public String operation() {
        return "matrix-product";
    }

    /** Up to the last element that a side of weights has. */
    @Override
    public int weightCount() {
        if (left.constant()) {
            return Math.toIntExact(left.last(batch, rows, depth) + 1);
        }
        return right.constant() ? Math.toIntExact(right.last(batch, depth, columns) + 1) : 0;
    }

    @Override
    public long macs() {
        return (long) products() * rows * depth * columns;
    }

    @Override
    public String toString() {
        return "matrix-product " + (batch.isEmpty() ? "" : products() + " times ") + rows + "x" + depth
                + (left.constant() ? " (weights)" : "") + " by " + depth + "x" + columns
                + (right.constant() ? " (weights)" : "");
    }
}
