package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.nets.GreedyViG;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.MobileViGv2;
import io.github.jvig.model.weights.Weights;

/** What a node of the graph computes from its inputs. Arrays in an op belong to it and are never changed. */
public sealed interface Op {

    /** The image, NCHW outside, normalized. No inputs. */
    record Input(int channels) implements Op {}

    /**
     * A convolution. Its effective weight is {@code weight * scale} per output channel, kept apart so that folding works in double
     * without a second copy of the weights. With {@link Epilogue#residual()} the second input is added last.
     *
     * @param groups 1, or as many as channels (depthwise)
     * @param weight {@code [out][in / groups][k][k]}, C order
     * @param scale  one factor for each output channel
     * @param bias   one for each output channel, not scaled
     */
    record Conv(int inChannels, int outChannels, int groups, Window window, float[] weight, double[] scale,
            double[] bias,
            Epilogue epilogue) implements Op {
        public Conv {
            if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
                throw new IllegalArgumentException(
                        groups + " groups do not divide " + inChannels + " and " + outChannels
                                + " channels");
            }
            int perOutput = inChannels / groups * window.kernel() * window.kernel();
            if (weight.length != (long) outChannels * perOutput || scale.length != outChannels
                    || bias.length != outChannels) {
                throw new IllegalArgumentException("a convolution " + inChannels + "->" + outChannels + " with "
                        + weight.length + " weights, " + scale.length + " scales and " + bias.length + " biases");
            }
        }

        /** The same convolution behind another epilogue. */
        public Conv with(Epilogue newEpilogue) {
            return new Conv(inChannels, outChannels, groups, window, weight, scale, bias, newEpilogue);
        }

        /** Weights of one output channel. */
        public int perOutput() {
            return inChannels / groups * window.kernel() * window.kernel();
        }

        /** {@code weight * scale}, multiplied in double and rounded once; a new array. */
        public float[] effectiveWeight() {
            float[] result = new float[weight.length];
            int perOutput = perOutput();
            for (int i = 0; i < result.length; i++) {
                result[i] = (float) (weight[i] * scale[i / perOutput]);
            }
            return result;
        }

        /** The bias rounded to float; a new array. */
        public float[] effectiveBias() {
            float[] result = new float[bias.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = (float) bias[i];
            }
            return result;
        }
    }

    /** {@code x * scale[c] + shift[c]} for each channel: batch normalization in evaluation, a layer scale, a constant factor. */
    record Affine(double[] scale, double[] shift) implements Op {}

    /** An activation by itself. */
    record Activate(Activation activation) implements Op {}

    /** The sum of two inputs of one shape. */
    record Add() implements Op {}

    /**
     * {@code concat(x, m)}, m the max-relative feature of graph neighbors at distances that {@code k} decides. Which shifts these are
     * depends on the size of the map.
     */
    record MaxRelative(Neighbors neighbors, int k) implements Op {
        /** What is computed on a map of this shape. */
        public io.github.jvig.kernels.MaxRelative on(MapLayout in) {
            return switch (neighbors) {
                case EVERY_KTH -> io.github.jvig.kernels.MaxRelative.svga(in, k);
                case CROSS -> io.github.jvig.kernels.MaxRelative.cross(in, k);
            };
        }
    }

    /** The graph around a pixel. */
    enum Neighbors {
        /** Every k-th pixel of its row and of its column: Sparse Vision Graph Attention, MobileViG. */
        EVERY_KTH,
        /** The four pixels k away up, down, left and right: Mobile Graph Convolution, MobileViGv2. */
        CROSS
    }

    /** How far each pixel is from the one half the map away along both sides, by L1 over the channels: one channel. */
    record RolledL1Distance() implements Op {}

    /** The mean of a map of one channel less its standard deviation: one number. */
    record MeanMinusStd() implements Op {}

    /**
     * {@code concat(x, m)}, m the max-relative feature over every k-th pixel of the row and of the column that is nearer than the second
     * input, one number: dynamic axial graph construction, GreedyViG.
     */
    record ThresholdedMaxRelative(int k) implements Op {}

    /**
     * Layer normalization of each pixel over its channels.
     *
     * @param weight  one factor for each channel
     * @param bias    one for each channel
     * @param epsilon added to the variance
     */
    record LayerNorm(float[] weight, float[] bias, double epsilon) implements Op {}

    /**
     * {@code mean[c] * average + own[c] * x}, the average over a square around each pixel, of the pixels inside the map.
     *
     * @param kernel pixels along a side of the square, odd
     */
    record AvgPoolBlend(int kernel, double[] mean, double[] own) implements Op {}

    /**
     * Multi-head attention among the pixels of a map, whose channels hold a query, a key and a value for each head
     * ({@link io.github.jvig.kernels.Attention}). To a score is added a bias that depends on the head and on how far the two pixels are
     * apart, down and across, which ties it to maps of one size.
     *
     * @param height of the map
     * @param width  of the map
     * @param biases {@code [heads][rows apart][columns apart]}
     */
    record Attention(int heads, int keyDim, int valueDim, int height, int width, float[] biases) implements Op {
        public Attention {
            if (biases.length != (long) heads * height * width) {
                throw new IllegalArgumentException("attention of " + heads + " heads on " + height + "x" + width
                        + " pixels with " + biases.length + " biases");
            }
        }

        /**
         * What is computed on a map of this shape.
         *
         * @throws IllegalArgumentException when the map is not of the size that the biases are for
         */
        public io.github.jvig.kernels.Attention on(MapLayout in) {
            if (in.height() != height || in.width() != width) {
                throw new IllegalArgumentException("the biases of its attention are for a map of " + height + "x"
                        + width + ", not " + in.height() + "x" + in.width());
            }
            return new io.github.jvig.kernels.Attention(in, heads, keyDim, valueDim);
        }

        /** The bias of each head and pair of pixels; a new array. */
        public float[] pairBiases() {
            int pixels = height * width;
            float[] result = new float[Math.multiplyExact(heads * pixels, pixels)];
            int at = 0;
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < pixels; i++) {
                    for (int j = 0; j < pixels; j++) {
                        int down = Math.abs(i / width - j / width);
                        int across = Math.abs(i % width - j % width);
                        result[at++] = biases[head * pixels + down * width + across];
                    }
                }
            }
            return result;
        }
    }

    /** The mean over all pixels. */
    record GlobalAveragePool() implements Op {}
}
