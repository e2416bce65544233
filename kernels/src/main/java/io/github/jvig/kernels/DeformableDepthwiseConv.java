package io.github.jvig.kernels;

import java.util.List;

/**
 * A depthwise 3x3 convolution whose taps form a square around each pixel, as large as a second map says there (Huang et al., CoDeNet, arXiv
 * 2006.08357): {@code out[y][x][c] = bias[c] + sum over i, j in -1, 0, 1 of in(y*stride + i*r, x*stride + j*r)[c] * weight[c][i + 1][j + 1]},
 * where {@code r = min(max(scale[y][x], 1 - bound), bound)}. A place between pixels is interpolated bilinearly from the four around it, with
 * zero outside the input. With r = 1 it is a depthwise convolution with a padding of 1. Weights: {@code [channels][3][3]}; biases:
 * {@code [channels]}.
 *
 * <p>The inputs are the map and the scales, one channel of the result's height and width.
 *
 * <p>Rounding: a place is computed relative to its pixel, so its share of each pixel is exact but for one rounding. Sums are in float in an
 * order that is not specified; products may be rounded together with a sum (fused multiply-add). The tests allow every kernel an error of
 * {@code 32 * 2^-24 * (|bias| + sum of |products|)}.
 *
 * <p>A scale that is NaN makes all channels of its output NaN. NaN in a pixel of the map makes its channel NaN in outputs of which it has a
 * share; where the share is zero, it may.
 *
 * @param in     shape of the map
 * @param scale  layout of the scales: the result's height and width, one channel
 * @param out    shape of the result: {@code (height - 1) / stride + 1} by {@code (width - 1) / stride + 1}, the map's channels and pixel
 *               stride
 * @param stride pixels of the map from one output to the next, along both sides
 * @param bound  largest scale, at least 1; the least one is {@code 1 - bound}
 */
public record DeformableDepthwiseConv(MapLayout in, MapLayout scale, MapLayout out, int stride, int bound)
        implements
            Spec {
    /** Taps of the square. */
    public static final int TAPS = 9;
    /** With larger bounds the share of a pixel would lose precision. */
    private static final int MAX_BOUND = 1 << 10;

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the scales or the result have another shape than they should, the stride is
     *                                  below 1, or the bound is below 1 or above 1024
     */
    public DeformableDepthwiseConv {
        in.requirePadded();
        scale.requirePadded();
        out.requirePadded();
        if (stride < 1 || bound < 1 || bound > MAX_BOUND) {
            throw new IllegalArgumentException(
                    "a deformable convolution with stride " + stride + " and bound " + bound);
        }
        if (!out.equals(outOf(in, stride))) {
            throw new IllegalArgumentException(
                    "a deformable convolution of " + in + " with stride " + stride + " does not give " + out);
        }
        if (scale.height() != out.height() || scale.width() != out.width() || scale.channels() != 1) {
            throw new IllegalArgumentException(
                    "a deformable convolution that gives " + out + " does not take scales of "
                            + scale + "; they must have one channel");
        }
    }

    /**
     * One with the usual layouts.
     *
     * @param in     shape of the map
     * @param stride pixels of the map from one output to the next, along both sides
     * @param bound  largest scale, at least 1
     * @throws IllegalArgumentException when the map is not padded, or a number is out of its range
     */
    public DeformableDepthwiseConv(MapLayout in, int stride, int bound) {
        this(in, outOf(in, stride).withChannels(1), outOf(in, stride), stride, bound);
    }

    private static MapLayout outOf(MapLayout in, int stride) {
        int step = Math.max(1, stride);
        return new MapLayout((in.height() - 1) / step + 1, (in.width() - 1) / step + 1, in.channels(), in.stride());
    }

    @Override
    public String operation() {
        return "deformable-depthwise";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, scale);
    }

    @Override
    public int weightCount() {
        return Math.multiplyExact(in.channels(), TAPS);
    }

    @Override
    public int biasCount() {
        return in.channels();
    }

    /** One for each tap; the interpolation is not counted. */
    @Override
    public long macs() {
        return (long) out.pixels() * in.channels() * TAPS;
    }

    @Override
    public int firstInputRow(int y) {
        return Math.max(0, y * stride - reach());
    }

    @Override
    public int lastInputRow(int y) {
        return Math.min(in.height() - 1, y * stride + reach());
    }

    private int reach() {
        return bound;
    }

    @Override
    public String toString() {
        return "deformable-depthwise 3x3s" + stride + " " + in + ", scales " + (1 - bound) + " to " + bound;
    }
}
