package io.github.jvig.kernels;

/**
 * The order in which the pixels of a block of {@code factor * factor} lie in the channels of one pixel. Pixel {@code (dy, dx)} of the block
 * has channels 0 to C-1.
 */
public enum BlockOrder {
    /**
     * Channel {@code c * factor^2 + dy * factor + dx}: PyTorch's {@code pixel_shuffle} and {@code pixel_unshuffle}, ONNX's "CRD" (Shi et al.,
     * arXiv 1609.05158).
     */
    CHANNELS_FIRST,
    /** Channel {@code (dy * factor + dx) * C + c}: ONNX's "DCR", TensorFlow's {@code depth_to_space}. */
    ROWS_FIRST,
    /** Channel {@code (dx * factor + dy) * C + c}: the patch merging of the Swin Transformer (Liu et al., arXiv 2103.14030). */
    COLUMNS_FIRST;

    /**
     * Where the channels of a pixel of the block begin. The others follow at a distance of {@link #step}.
     *
     * @param dy       row in the block, from 0
     * @param dx       column in the block, from 0
     * @param factor   pixels along a side of the block
     * @param channels channels of a pixel of the block
     * @return the place of its channel 0 among all
     */
    public int first(int dy, int dx, int factor, int channels) {
        return switch (this) {
            case CHANNELS_FIRST -> dy * factor + dx;
            case ROWS_FIRST -> (dy * factor + dx) * channels;
            case COLUMNS_FIRST -> (dx * factor + dy) * channels;
        };
    }

    /**
     * From one channel of a pixel of the block to its next.
     *
     * @param factor pixels along a side of the block
     * @return the distance in channels
     */
    public int step(int factor) {
        return this == CHANNELS_FIRST ? factor * factor : 1;
    }
}
