package io.github.jvig.model;

import io.github.jvig.kernels.MapLayout;
import java.util.List;

/**
 * The sizes of the images that an input holds, wherever the file has its axes.
 *
 * @param batch        images of the input
 * @param channels     of an image; the elements of an input that is no image
 * @param height       rows; 1 where the input is no image
 * @param width        columns; 1 where the input is no image
 * @param channelsLast whether the input is {@code [batch, height, width, channels]}, as files made from TensorFlow have it
 */
record ImageAxes(int batch, int channels, int height, int width, boolean channelsLast) {
    /** An axis that may be the channels of an image: gray, gray with alpha, colors, colors with alpha. */
    private static final int MAX_CHANNELS = 4;
    /** Of an image of colors. */
    private static final int COLORS = 3;

    static ImageAxes of(TensorInfo input) {
        List<Integer> shape = input.shape();
        if (shape.size() == 3 && shape.getFirst() == COLORS) {
            // An image without a batch, as torchvision's detectors take it.
            return new ImageAxes(1, COLORS, shape.get(1), shape.get(2), false);
        }
        if (shape.size() != 4) {
            return new ImageAxes(1, input.elements(), 1, 1, false);
        }
        if (shape.get(3) <= MAX_CHANNELS && shape.get(1) > MAX_CHANNELS) {
            return new ImageAxes(shape.getFirst(), shape.get(3), shape.get(1), shape.get(2), true);
        }
        return new ImageAxes(shape.getFirst(), shape.get(1), shape.get(2), shape.get(3), false);
    }

    /**
     * Images in the input's order.
     *
     * @param nchw   {@code [images][channels][height][width]}, C order
     * @param images how many there are
     * @return the same array where nothing changes
     */
    float[] fromPlanes(float[] nchw, int images) {
        if (!channelsLast) {
            return nchw;
        }
        float[] nhwc = new float[nchw.length];
        MapLayout image = MapLayout.unpadded(height, width, channels);
        for (int i = 0; i < images; i++) {
            image.fromPlanes(nchw, i * image.length(), nhwc, i * image.length());
        }
        return nhwc;
    }
}
