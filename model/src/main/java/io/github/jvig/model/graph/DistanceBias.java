package io.github.jvig.model.graph;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Partition;

/**
 * Biases of attention that depend on the rounded distance of two pixels, for maps of any size: iRPE's Euclidean method with biases (Wu et al.,
 * arXiv 2107.14222). Up to {@code near} pixels each distance has a number; above, they grow by the logarithm of the distance, up to
 * {@code 2 * near} from {@code 8 * near} pixels on.
 *
 * @param heads number of heads
 * @param near  up to which distance each has a number
 * @param table {@code [heads][4 * near + 1]} in C order, the distance 0 in the middle of a row. What lies before it would be for negative
 *              distances, and is not read
 */
public record DistanceBias(int heads, int near, float[] table) implements ScoreBias {
    private static final int FAR = 8;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when there is no head, no distance, or the table has another length
     */
    public DistanceBias {
        if (heads < 1 || near < 1 || table.length != heads * (4L * near + 1)) {
            throw new IllegalArgumentException("biases of " + heads + " heads for distances up to " + near
                    + " are not " + table.length + " in number");
        }
    }

    /** {@return number of a distance, 0 to {@code 2 * near}} */
    private int number(double distance) {
        double rounded = Math.rint(distance);
        double number = rounded <= near ? rounded : near + Math.log(rounded / near) / Math.log(FAR) * near;
        return (int) Math.min(2.0 * near, Math.rint(number));
    }

    @Override
    public int windows() {
        return 1;
    }

    @Override
    public long parameters() {
        return table.length;
    }

    @Override
    public void check(Attention spec) {
        if (spec.partition().kind() != Partition.Kind.WHOLE || spec.queryMap().height() != spec.keyMap().height()
                || spec.queryMap().width() != spec.keyMap().width()) {
            throw new IllegalArgumentException("biases by distance are for attention among all pixels of a map");
        }
    }

    @Override
    public float[] pairs(Attention spec) {
        int rows = spec.queryMap().height();
        int columns = spec.queryMap().width();
        int pixels = rows * columns;
        int numbers = 4 * near + 1;
        float[] apart = new float[Math.multiplyExact(heads, pixels)];
        for (int i = 0; i < apart.length; i++) {
            int number = number(Math.hypot(i % pixels / columns, i % columns));
            apart[i] = table[i / pixels * numbers + 2 * near + number];
        }
        return AttentionBias.byDistance(heads, rows, columns, apart).pairs();
    }
}
