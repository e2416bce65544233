package io.github.jvig.kernels;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link PointwiseConv} most of whose weights are zero, as in a pruned checkpoint (Elsen et al., Fast Sparse ConvNets, arXiv 1911.09723; Xu
 * et al., SparseByteNN): {@code out[p][o] = epilogue(bias[o] + sum over i of in[p][i] * weight[o][i])}. Its kernels skip zeros in blocks.
 * Weights: {@code [out][in]}, zeros included; biases: {@code [out]}.
 *
 * <p>How many weights are zero and how they lie decides which kernel is fast, so the spec has these counts. They decide nothing else: a
 * kernel gives the right result for any weights.
 *
 * <p>Rounding: as {@link PointwiseConv}. NaN or infinity in a channel of a pixel reaches the outputs whose weight for it is not zero; others
 * it may reach or not.
 *
 * @param in       shape of the input
 * @param out      shape of the result: the same height and width, any channels
 * @param nonZeros how many weights, and blocks of them, are not zero
 * @param epilogue what follows the sum; a residual is a second input of the result's shape and layout
 */
public record SparsePointwiseConv(MapLayout in, MapLayout out, NonZeros nonZeros, Epilogue epilogue)
        implements
            PixelSpec {
    /** Outputs of a small block. */
    private static final int FOUR = 4;
    /** Outputs of a large block. */
    private static final int SIXTEEN = 16;
    /**
     * What sixteen weights of one input take by kernels that go over blocks, relative to the dense kernel, and what they add for each sixteen
     * channels of a pixel. Measured at 14x14x512->512, 28x28x256->256, 56x56x32->192 and 7x7x1024->1024 with 60 to 95 % of zeros.
     */
    private static final double SIXTEENS_COST = 2.2;
    private static final double SIXTEENS_OVERHEAD = 15;
    private static final double FOURS_COST = 1.6 / 4;
    private static final double FOURS_OVERHEAD = 26;
    /** The share of the dense kernel's time below which the difference is worth another kernel. */
    private static final double WORTH = 0.9;
    /** With a larger share of weights that are not zero, blocks can't be few enough. */
    private static final double MOST = 0.6;
    /** Fewer pixels do not fill the kernels' tiles. */
    private static final int MIN_PIXELS = 16;

    /**
     * How many weights are not zero.
     *
     * @param weights  weights that are not zero
     * @param fours    blocks of one input and four outputs, from a multiple of four on, that have such a weight
     * @param sixteens blocks of one input and sixteen outputs, from a multiple of sixteen on, that have such a weight
     */
    public record NonZeros(int weights, int fours, int sixteens) {
        /**
         * Checks the counts.
         *
         * @throws IllegalArgumentException when one is negative, or there are more weights than the blocks hold, or more blocks than weights
         */
        public NonZeros {
            if (sixteens < 0 || fours < sixteens || weights < fours || weights > (long) FOUR * fours
                    || fours > (long) SIXTEEN / FOUR * sixteens) {
                throw new IllegalArgumentException(weights + " weights can't lie in " + fours + " blocks of four and "
                        + sixteens + " of sixteen");
            }
        }

        /**
         * Counts.
         *
         * @param weight  {@code [outputs][inputs]}
         * @param outputs rows
         * @param inputs  columns
         * @return the counts
         */
        public static NonZeros count(float[] weight, int outputs, int inputs) {
            int weights = 0;
            int fours = 0;
            int sixteens = 0;
            for (int first = 0; first < outputs; first += SIXTEEN) {
                for (int i = 0; i < inputs; i++) {
                    int seen = 0;
                    for (int o = first; o < Math.min(first + SIXTEEN, outputs); o++) {
                        if (weight[o * inputs + i] != 0) {
                            weights++;
                            seen |= 1 << (o - first) / FOUR;
                        }
                    }
                    fours += Integer.bitCount(seen);
                    sixteens += seen == 0 ? 0 : 1;
                }
            }
            return new NonZeros(weights, fours, sixteens);
        }
    }

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the maps differ in height or width, or there are more weights than there can
     *                                  be
     */
    public SparsePointwiseConv {
        PointwiseConv dense = new PointwiseConv(in, out, epilogue);
        Objects.requireNonNull(nonZeros, "nonZeros");
        if (nonZeros.weights > dense.weightCount()) {
            throw new IllegalArgumentException(
                    nonZeros.weights + " weights that are not zero, of " + dense.weightCount());
        }
    }

    /**
     * The same convolution by kernels that skip zeros, where these are faster.
     *
     * @param conv   the convolution
     * @param weight its weights; a factor for each output makes no difference
     * @return the spec; empty where the dense kernel is as good
     */
    public static Optional<SparsePointwiseConv> of(PointwiseConv conv, float[] weight) {
        if (conv.in().pixels() < MIN_PIXELS || !hasZeros(weight)) {
            return Optional.empty();
        }
        NonZeros nonZeros = NonZeros.count(weight, conv.out().channels(), conv.in().channels());
        SparsePointwiseConv sparse = new SparsePointwiseConv(conv.in(), conv.out(), nonZeros, conv.epilogue());
        double dense = (double) conv.in().channels() * blocks(conv.out().channels());
        return Math.min(sparse.foursCost(), sparse.sixteensCost()) <= WORTH * dense
                ? Optional.of(sparse)
                : Optional.empty();
    }

    /**
     * Whether so many weights are zero that {@link #of} may give a spec, at any size. Looks at all of them.
     *
     * @param weight weights in any order
     * @return whether it is worth to ask
     */
    public static boolean hasZeros(float[] weight) {
        int count = 0;
        for (float w : weight) {
            count += w == 0 ? 0 : 1;
        }
        return count <= MOST * weight.length;
    }

    private static int blocks(int channels) {
        return (channels + SIXTEEN - 1) / SIXTEEN;
    }

    /**
     * Whether there are so many zeros side by side along the outputs that a kernel should go over blocks of sixteen of them; otherwise over
     * blocks of four.
     *
     * @return whether the estimate for sixteen is the lower one
     */
    public boolean skipsSixteens() {
        return sixteensCost() <= foursCost();
    }

    /** Time for a pixel, in sixteens of weights of the dense kernel. */
    private double sixteensCost() {
        return SIXTEENS_COST * nonZeros.sixteens + SIXTEENS_OVERHEAD * blocks(out.channels());
    }

    private double foursCost() {
        return FOURS_COST * nonZeros.fours + FOURS_OVERHEAD * (blocks(in.channels()) + blocks(out.channels()));
    }

    @Override
    public String operation() {
        return "sparse-pointwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return epilogue.inputs(in, out);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(in.channels(), out.channels());
    }

    @Override
    public int biasCount() {
        return out.channels();
    }

    /** Of the weights that are not zero. */
    @Override
    public long macs() {
        return (long) in.pixels() * nonZeros.weights;
    }

    private static double zeros(int nonZeros, int all) {
        return 100 - 100.0 * nonZeros / all;
    }

    /** With the shares of zeros, alone and in blocks: a kernel is chosen by all of them. */
    @Override
    public String toString() {
        int inputs = in.channels();
        return String.format(Locale.ROOT,
                "sparse-pointwise %s->%d, %.0f %% zeros, %.0f %% by four, %.0f %% by sixteen%s",
                in, out.channels(), zeros(nonZeros.weights, weightCount()),
                zeros(nonZeros.fours, inputs * ((out.channels() + FOUR - 1) / FOUR)),
                zeros(nonZeros.sixteens, inputs * blocks(out.channels())), epilogue);
    }
}
