package io.github.jvig.kernels.vector.convolution;

import io.github.jvig.kernels.Window;

/**
 * Winograd's minimal filtering (Lavin and Gray, <a href="https://arxiv.org/abs/1509.09308">arXiv:1509.09308</a>) of windows of 3x3, 2x2 outputs
 * at a time, for a stride of 1 and of 2. Both are made of the same algorithm for one side, applied to rows and to columns.
 *
 * <p>A side has some <em>points</em>, and a point some <em>terms</em>: a product of a combination of the inputs that are seen and one of the three
 * taps. The outputs are combinations of the points. So a point of both sides is a matrix product over all its terms and all channels.
 */
enum WinogradScheme {
    /**
     * F(2, 3): four inputs d, four points of one term each. Of d0-d2, d1+d2, d2-d1, d1-d3 and g0, (g0+g1+g2)/2, (g0-g1+g2)/2, g2 come m0 to m3;
     * the outputs are m0+m1+m2 and m1-m2-m3. 16 products in place of 36.
     */
    STRIDE_1(1, 4, new double[][][]{{{1, 0, 0}}, {{0.5, 0.5, 0.5}}, {{0.5, -0.5, 0.5}}, {{0, 0, 1}}},
            new double[][]{{1, 0, 0, 0}, {0, 1, -1, 0}, {0, 0, 0, 1}}),
    /**
     * F(2, 2) for the taps 0 and 2, which see every other input, and tap 1 directly: five inputs, m0 = (d0-d2) g0 + d1 g1, m1 = d2 (g0+g2),
     * m2 = (d4-d2) g2 + d3 g1; the outputs are m0+m1 and m1+m2. 25 products in place of 36. An output depends on its own window only.
     */
    STRIDE_2(2, 5, new double[][][]{{{1, 0, 0}, {0, 1, 0}}, {{1, 0, 1}}, {{0, 0, 1}, {0, 1, 0}}},
            new double[][]{{1, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, {0, 0, 0, 1, 0}});

    /** Outputs of a tile along a side. */
    static final int TILE = 2;
    /** The point of a side that is in both outputs with factor 1, so that a bias can be its part. */
    private static final int BIAS_POINT = 1;

    private final int stride;
    /** Inputs that a tile sees along a side. */
    final int seen;
    /** {@code [points][terms][3]}: the combination of the taps. */
    private final double[][][] taps;
    /** {@code [3][terms of all points]}: how a tap comes back from its combinations. */
    private final double[][] inverse;

    WinogradScheme(int stride, int seen, double[][][] taps, double[][] inverse) {
        this.stride = stride;
        this.seen = seen;
        this.taps = taps;
        this.inverse = inverse;
    }

    /** The one for a window; null if there is none. */
    static WinogradScheme of(Window window) {
        for (WinogradScheme scheme : values()) {
            if (scheme.takes(window.rows()) && scheme.takes(window.columns())) {
                return scheme;
            }
        }
        return null;
    }

    private boolean takes(Window.Axis axis) {
        return axis.kernel() == 3 && axis.stride() == stride && axis.dilation() == 1;
    }

    /** Points of both sides. */
    int points() {
        return taps.length * taps.length;
    }

    int biasPoint() {
        return BIAS_POINT * taps.length + BIAS_POINT;
    }

    /** Terms of a point. */
    int terms(int point) {
        return taps[point / taps.length].length * taps[point % taps.length].length;
    }

    /** Terms of all points. */
    int terms() {
        return inverse[0].length * inverse[0].length;
    }

    /** The combination of the taps of a window, row by row from {@code at} on, for a term of a point. */
    double weight(float[] window, int at, int point, int term) {
        double[][] columns = taps[point % taps.length];
        double[] down = taps[point / taps.length][term / columns.length];
        double[] across = columns[term % columns.length];
        double sum = 0;
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 3; x++) {
                sum += down[y] * across[x] * window[at + 3 * y + x];
            }
        }
        return sum;
    }

    /**
     * A tap from the combinations that {@link #weight} makes.
     *
     * @param weights all terms of the first point, then those of the next
     */
    double tap(double[] weights, int tap) {
        double sum = 0;
        int next = 0;
        for (int py = 0, firstY = 0; py < taps.length; firstY += taps[py++].length) {
            for (int px = 0, firstX = 0; px < taps.length; firstX += taps[px++].length) {
                for (int ty = 0; ty < taps[py].length; ty++) {
                    for (int tx = 0; tx < taps[px].length; tx++) {
                        sum += inverse[tap / 3][firstY + ty] * inverse[tap % 3][firstX + tx] * weights[next++];
                    }
                }
            }
        }
        return sum;
    }

    /**
     * Transforms the inputs that one tile sees.
     *
     * @param at        where the first pixel starts
     * @param rowStep   floats from one row of pixels to the next
     * @param pixelStep floats from one pixel to the next
     * @param toOffset  where the first tile's terms of the first point start
     * @param plane     floats of a term of all tiles
     * @param gap       floats between points besides
     * @param tile      how many tiles precede this one
     * @param term      floats of a term of a tile: with stride 1 a whole number of vectors, with stride 2 the channels
     */
    void input(float[] from, int at, int rowStep, int pixelStep, float[] to, int toOffset, int plane, int gap, int tile,
            int term) {
        if (this == STRIDE_1) {
            WinogradLoops.inputStride1(from, at, rowStep, pixelStep, to, toOffset + tile * term, plane + gap, term);
        } else {
            WinogradLoops.inputStride2(from, at, rowStep, pixelStep, to, toOffset, plane, gap, tile, term);
        }
    }

    /** {@link WinogradLoops#outputStride1} or {@link WinogradLoops#outputStride2}. */
    int output(float[] products, int at, int plane, float[] to, int toOffset, int rowStep, int pixelStep, int width,
            float low, float high) {
        return this == STRIDE_1
                ? WinogradLoops.outputStride1(products, at, plane, to, toOffset, rowStep, pixelStep, width, low, high)
                : WinogradLoops.outputStride2(products, at, plane, to, toOffset, rowStep, pixelStep, width, low, high);
    }
}
