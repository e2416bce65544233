package io.github.jvig.kernels.vector.depthwise;

/**
 * The loop over some tiles of a line: a tile is one call of {@link DepthwiseLoops}, chosen by the taps, the stride and the outputs of a tile. Nothing else
 * is done for it; on maps of one or two vectors of channels all that was in between took a quarter of the time.
 *
 * @param weightStep floats of a row of the window
 * @param stride     1 or 2
 * @param outputs    of a tile
 * @param weight     as {@link DepthwiseWeights} has them
 * @param groupStep  floats of the weights of a vector of channels
 * @param low        lower bound of the results
 */
record TileLoops(int weightStep, int stride, int outputs, float[] weight, int groupStep, float low) {
    /**
     * Some tiles side by side.
     *
     * @param count    tiles; of several the pixels are all present
     * @param taps     of the window's part along
     * @param at       first pixel of the first tile, which may be outside of the map
     * @param rowStep  floats from one row of the window to the next
     * @param step     floats from one pixel to the next
     * @param rows     of the window that are inside the map
     * @param present  a bit for each pixel of a tile that is inside the map
     * @param bias     where the weights of the first vector of channels start
     * @param firstTap from there to the first weight
     * @param width    floats of a pixel to do, a whole number of vectors
     * @param first    whether sums start from the bias, not from what the results hold
     * @param outStep  floats from one result to the next
     * @param high     upper bound of the results; not above the lower one for none
     */
    void run(int count, int taps, float[] in, int at, int rowStep, int step, int rows, int present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        int inTile = outputs * stride * step;
        int outTile = outputs * outStep;
        for (int t = 0; t < count; t++) {
            int from = at + t * inTile;
            int to = outOffset + t * outTile;
            if (outputs == VectorDepthwiseTiles.MORE_OUTPUTS) {
                eights(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, out, to, outStep, high);
            } else if (stride == 1) {
                stride1(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, first, out, to, outStep,
                        high);
            } else {
                stride2(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, first, out, to, outStep,
                        high);
            }
        }
    }

    /** One part, with stride 1. */
    private void stride1(int taps, float[] in, int at, int rowStep, int step, int rows, int present,
            int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        switch (taps) {
            case 3 -> DepthwiseLoops.taps3s1(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    groupStep, width, out, outOffset, outStep, low, high);
            case 4 -> DepthwiseLoops.taps4s1(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 5 -> DepthwiseLoops.taps5s1(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 6 -> DepthwiseLoops.taps6s1(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            default -> DepthwiseLoops.taps7s1(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
        }
    }

    private void stride2(int taps, float[] in, int at, int rowStep, int step, int rows, int present,
            int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        switch (taps) {
            case 3 -> DepthwiseLoops.taps3s2(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    groupStep, width, out, outOffset, outStep, low, high);
            case 5 -> DepthwiseLoops.taps5s2(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            default -> DepthwiseLoops.taps7s2(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
        }
    }

    /** Tiles of eight outputs, the whole window. */
    private void eights(int taps, float[] in, int at, int rowStep, int step, int rows, int present, int bias,
            int firstTap, int width, float[] out, int outOffset, int outStep, float high) {
        switch (taps + stride) {
            case 3 + 1 -> DepthwiseLoops.taps3s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 + 1 -> DepthwiseLoops.taps5s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 7 + 1 -> DepthwiseLoops.taps7s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 3 + 2 -> DepthwiseLoops.taps3s2x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 + 2 -> DepthwiseLoops.taps5s2x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            default -> DepthwiseLoops.taps7s2x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap,
                    groupStep, width, out, outOffset, outStep, low, high);
        }
    }
}
