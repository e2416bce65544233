package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/**
 * What the windows of a deformable convolution read: planes {@code [n, c, h, w]} at the places of each tap plus an offset that comes at run
 * time, bilinear, zero outside, times a mask. The result is {@code [n, c, kh kw, oh ow]}, whose product with the weights is the
 * convolution. Dai et al., Deformable Convolutional Networks, 2017; with the mask Zhu et al., Deformable ConvNets v2, 2018.
 */
public final class DeformedColumns extends ItemFunction {
    private final Source x;
    private final Source offsets;
    /** Null for none. */
    private final Source mask;
    private final Geometry geometry;
    private final int channels;
    private final int groups;

    /**
     * Reads windows.
     *
     * @param inputs   layouts of the buffers
     * @param x        the planes
     * @param offsets  {@code [n, groups kh kw 2, oh, ow]}, rows before columns
     * @param mask     {@code [n, groups kh kw, oh, ow]}; null for ones
     * @param images   n
     * @param channels c
     * @param groups   of channels that share offsets
     * @param geometry of the windows, over two axes
     */
    public DeformedColumns(List<MapLayout> inputs, Source x, Source offsets, Source mask, int images, int channels,
            int groups, Geometry geometry) {
        super("deformed windows", inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(images * channels, taps(geometry)),
                        places(geometry))),
                images * channels * taps(geometry), 16L * images * channels * taps(geometry) * places(geometry));
        this.x = x;
        this.offsets = offsets;
        this.mask = mask;
        this.geometry = geometry;
        this.channels = channels;
        this.groups = groups;
    }

    private static int taps(Geometry geometry) {
        return geometry.kernel()[1] * geometry.kernel()[2];
    }

    private static int places(Geometry geometry) {
        return geometry.out()[1] * geometry.out()[2];
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] in = x.array(o);
        float[] shifts = offsets.array(o);
        float[] factors = mask == null ? null : mask.array(o);
        int height = geometry.in()[1];
        int width = geometry.in()[2];
        int taps = taps(geometry);
        int places = places(geometry);
        int columns = geometry.out()[2];
        for (int item = from; item < to; item++) {
            int plane = item / taps;
            int tap = item % taps;
            int image = plane / channels;
            int group = plane % channels / (channels / groups);
            int start = x.start(o) + plane * height * width;
            int row = (image * groups + group) * taps + tap;
            int shift = offsets.start(o) + 2 * row * places;
            int factor = mask == null ? 0 : mask.start(o) + row * places;
            int top = tap / geometry.kernel()[2] * geometry.dilation()[1] - geometry.pad()[1];
            int left = tap % geometry.kernel()[2] * geometry.dilation()[2] - geometry.pad()[2];
            for (int p = 0; p < places; p++) {
                float py = p / columns * geometry.stride()[1] + top + shifts[shift + p];
                float px = p % columns * geometry.stride()[2] + left + shifts[shift + places + p];
                float value = sample(in, start, height, width, py, px);
                o.out()[o.outOffset() + item * places + p] = factors == null ? value : value * factors[factor + p];
            }
        }
    }

    private static float sample(float[] in, int start, int height, int width, float py, float px) {
        if (!(py > -1 && py < height && px > -1 && px < width)) {
            return 0;
        }
        int y = (int) Math.floor(py);
        int x = (int) Math.floor(px);
        float fy = py - y;
        float fx = px - x;
        float value = 0;
        for (int j = 0; j < 2; j++) {
            for (int i = 0; i < 2; i++) {
                if (y + j >= 0 && y + j < height && x + i >= 0 && x + i < width) {
                    value += (j == 0 ? 1 - fy : fy) * (i == 0 ? 1 - fx : fx) * in[start + (y + j) * width + x + i];
                }
            }
        }
        return value;
    }
}
