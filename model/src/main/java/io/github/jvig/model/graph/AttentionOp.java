package io.github.jvig.model.graph;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * Multi-head attention among the pixels of a map, whose channels hold a query, a key and a value for each head
 * ({@link Attention}). To a score is added a bias that depends on the head and on how far the two pixels are
 * apart, down and across, which ties it to maps of one size.
 *
 * @param heads     number of heads
 * @param keyDim    channels of a query and of a key
 * @param valueDim  channels of a value
 * @param height    rows of the map
 * @param width     columns of the map
 * @param biasTable {@code [heads][rows apart][columns apart]}, of {@code heads * height * width} numbers in C order
 */
public record AttentionOp(int heads, int keyDim, int valueDim, int height, int width, float[] biasTable) implements Op {
    /**
     * Checks the number of biases.
     *
     * @throws IllegalArgumentException when {@code biasTable} does not have {@code heads * height * width} numbers
     */
    public AttentionOp {
        if (biasTable.length != (long) heads * height * width) {
            throw new IllegalArgumentException("attention of " + heads + " heads on " + height + "x" + width
                    + " pixels with " + biasTable.length + " biases");
        }
    }

    @Override
    public int arity() {
        return 1;
    }

    @Override
    public int channels(List<Integer> inputs) {
        Channels.require(inputs, heads * (2 * keyDim + valueDim));
        return heads * valueDim;
    }

    /** @throws IllegalArgumentException when the map is not of the size that the biases are for */
    @Override
    public Attention spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        if (in.height() != height || in.width() != width) {
            throw new IllegalArgumentException("the biases of its attention are for a map of " + height + "x" + width
                    + ", not " + in.height() + "x" + in.width());
        }
        return new Attention(in, heads, keyDim, valueDim);
    }

    @Override
    public float[] weights(Spec spec) {
        return pairBiases();
    }

    @Override
    public long parameters() {
        return biasTable.length;
    }

    @Override
    public String describe() {
        return "attention, " + heads + " heads";
    }

    /**
     * Spreads the table out over pairs of pixels.
     *
     * @return {@code [heads][pixels][pixels]} in C order, the bias of each head, query pixel and key pixel; a new array
     */
    public float[] pairBiases() {
        int pixels = height * width;
        float[] result = new float[Math.multiplyExact(heads * pixels, pixels)];
        int at = 0;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < pixels; i++) {
                for (int j = 0; j < pixels; j++) {
                    int down = Math.abs(i / width - j / width);
                    int across = Math.abs(i % width - j % width);
                    result[at++] = biasTable[head * pixels + down * width + across];
                }
            }
        }
        return result;
    }
}
