package io.github.jvig.kernels.vector.depthwise;

/**
 * The loop over some tiles of a line: a tile is one call of {@link DepthwiseLoops} or {@link WideDepthwiseLoops}, chosen by the taps, the
 * stride and the outputs of a tile. Nothing else is done for it; on maps of one or two vectors of channels all that was in between took a quarter of the time.
 *
 * @param weightStep floats of a row of the window
 * @param stride     1 or 2
 * @param tile       outputs that are done together
 * @param weight     as {@link DepthwiseWeights} has them
 * @param groupStep  floats of the weights of a vector of channels
 * @param low        lower bound of the results
 */
record TileLoops(int weightStep, int stride, DepthwiseTile tile, float[] weight, int groupStep, float low) {
    /** Strides there are and one more, to tell taps and stride by one number. */
    private static final int STRIDES = 3;

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
    void run(int count, int taps, float[] in, int at, int rowStep, int step, int rows, long present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        int inTile = tile.outputs() * stride * step;
        int outTile = tile.outputs() * outStep;
        for (int t = 0; t < count; t++) {
            int from = at + t * inTile;
            int to = outOffset + t * outTile;
            switch (tile) {
                case SEVEN -> sevens(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, first, out,
                        to, outStep, high);
                case EIGHT ->
                    eights(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, out, to, outStep, high);
                case FOURTEEN -> fourteens(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, first,
                        out, to, outStep, high);
                case SIXTEEN -> sixteens(taps, in, from, rowStep, step, rows, present, bias, firstTap, width, out, to,
                        outStep, high);
            }
        }
    }

    /** A part of the window. */
    private void sevens(int taps, float[] in, int at, int rowStep, int step, int rows, long present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        switch (taps * STRIDES + stride) {
            case 3 * STRIDES + 1 -> DepthwiseLoops.taps3s1x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 4 * STRIDES + 1 -> DepthwiseLoops.taps4s1x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 1 -> DepthwiseLoops.taps5s1x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 6 * STRIDES + 1 -> DepthwiseLoops.taps6s1x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 7 * STRIDES + 1 -> DepthwiseLoops.taps7s1x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 3 * STRIDES + 2 -> DepthwiseLoops.taps3s2x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 2 -> DepthwiseLoops.taps5s2x7(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            default -> DepthwiseLoops.taps7s2x7(in, at, rowStep, step, rows, present, weight, bias, firstTap,
                    groupStep, width, out, outOffset, outStep, low, high);
        }
    }

    /** The whole window. */
    private void eights(int taps, float[] in, int at, int rowStep, int step, int rows, long present, int bias,
            int firstTap, int width, float[] out, int outOffset, int outStep, float high) {
        switch (taps * STRIDES + stride) {
            case 3 * STRIDES + 1 -> DepthwiseLoops.taps3s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 1 -> DepthwiseLoops.taps5s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 7 * STRIDES + 1 -> DepthwiseLoops.taps7s1x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 3 * STRIDES + 2 -> DepthwiseLoops.taps3s2x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 2 -> DepthwiseLoops.taps5s2x8(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            default -> DepthwiseLoops.taps7s2x8(in, at, rowStep, step, rows, present, weight, bias, firstTap, groupStep,
                    width, out, outOffset, outStep, low, high);
        }
    }

    /** A part of the window. */
    private void fourteens(int taps, float[] in, int at, int rowStep, int step, int rows, long present, int bias,
            int firstTap, int width, boolean first, float[] out, int outOffset, int outStep, float high) {
        switch (taps * STRIDES + stride) {
            case 3 * STRIDES + 1 -> WideDepthwiseLoops.taps3s1x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 4 * STRIDES + 1 -> WideDepthwiseLoops.taps4s1x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 1 -> WideDepthwiseLoops.taps5s1x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 6 * STRIDES + 1 -> WideDepthwiseLoops.taps6s1x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 7 * STRIDES + 1 -> WideDepthwiseLoops.taps7s1x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, weightStep, groupStep, width, first, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 2 -> WideDepthwiseLoops.taps5s2x14(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            default -> WideDepthwiseLoops.taps7s2x14(in, at, rowStep, step, rows, present, weight, bias, firstTap,
                    groupStep, width, out, outOffset, outStep, low, high);
        }
    }

    /** The whole window. */
    private void sixteens(int taps, float[] in, int at, int rowStep, int step, int rows, long present, int bias,
            int firstTap, int width, float[] out, int outOffset, int outStep, float high) {
        switch (taps * STRIDES + stride) {
            case 3 * STRIDES + 1 -> WideDepthwiseLoops.taps3s1x16(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            case 5 * STRIDES + 1 -> WideDepthwiseLoops.taps5s1x16(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
            default -> WideDepthwiseLoops.taps7s1x16(in, at, rowStep, step, rows, present, weight, bias,
                    firstTap, groupStep, width, out, outOffset, outStep, low, high);
        }
    }
}
