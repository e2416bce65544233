package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * Separable attention: a pixel of the input holds one score s, a key k and a value v of {@code dim} channels, in this order. Within each
 * window, {@code out[p] = max(0, v[p]) * sum over pixels j of softmax_j(s)[j] k[j]}. No weights.
 *
 * <p>MobileViTv2, Mehta and Rastegari, arXiv 2206.02680, where pixels of the same place in their patch make a window
 * ({@link Partition#samePlace}).
 *
 * <p>Rounding: the scalar kernel computes in double and rounds once. The vector kernel adds in float, with exponentials by a polynomial of a
 * relative error below 1.2e-7.
 *
 * <p>NaN in a score makes the results of its window NaN; in a key, its channel of these results; in a value, its channel of its pixel.
 *
 * @param in        shape of the input: {@code 1 + 2 * dim} channels
 * @param out       shape of the result: the same size, {@code dim} channels
 * @param partition which pixels make a window
 */
public record SeparableAttention(MapLayout in, MapLayout out, Partition partition) implements Spec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the shapes do not fit each other, or the windows do not divide the map
     */
    public SeparableAttention {
        Objects.requireNonNull(partition, "partition");
        in.requirePadded();
        out.requirePadded();
        if (in.channels() < 3 || in.channels() % 2 == 0) {
            throw new IllegalArgumentException(
                    "separable attention reads a score, a key and a value of as many channels, not " + in);
        }
        if (!out.sameShape(in.withChannels(in.channels() / 2))) {
            throw new IllegalArgumentException("separable attention of " + in + " does not give " + out);
        }
        partition.check(in);
    }

    /**
     * Separable attention whose result gets a layout of its own.
     *
     * @param in        shape of the input: {@code 1 + 2 * dim} channels
     * @param partition which pixels make a window
     * @throws IllegalArgumentException when the map is not padded, has no such channels, or the windows do not divide it
     */
    public SeparableAttention(MapLayout in, Partition partition) {
        this(in, in.withChannels(Math.max(1, in.channels() / 2)), partition);
    }

    /** {@return channels of a key and of a value} */
    public int dim() {
        return in.channels() / 2;
    }

    @Override
    public long macs() {
        return 2L * in.pixels() * dim();
    }

    @Override
    public String operation() {
        return "separable-attention";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public String toString() {
        return "separable-attention " + in
                + (partition.kind() == Partition.Kind.WHOLE ? "" : ", " + partition);
    }
}
