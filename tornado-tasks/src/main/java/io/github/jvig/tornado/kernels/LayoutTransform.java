package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Copies images into the memory and maps out of it. Outside, each channel is a plane; in the memory, the channels of a pixel are adjacent. */
public final class LayoutTransform {
    private LayoutTransform() {
    }

    /**
     * The kernel that writes images into the memory; one pixel per work item.
     *
     * @param planes {@code [batch][channels][pixels]}
     * @param image  floats per image in {@code memory}
     * @param out    offset of the map in the image's memory
     * @param step   floats from one pixel of the map to the next
     */
    public static void upload(KernelContext context, FloatArray planes, FloatArray memory, int image, int out,
            int step, int pixels,
            int channels) {
        pixelIn(context.globalIdx, context.globalIdy, planes, memory, image, out, step, pixels, channels);
    }

    static void pixelIn(int id, int n, FloatArray planes, FloatArray memory, int image, int out, int step, int pixels,
            int channels) {
        float zero = FirstUse.zero(memory, n * image);
        for (int c = 0; c < channels; c++) {
            memory.set(n * image + out + id * step + c, planes.get((n * channels + c) * pixels + id) + zero);
        }
    }

    /**
     * The kernel that copies a map from the memory; one element per work item.
     *
     * @param planes receives {@code [batch][channels][pixels]} from {@code offset} on
     * @param in     offset of the map in the image's memory
     */
    public static void download(KernelContext context, FloatArray memory, FloatArray planes, int image, int in,
            int step,
            int offset, int pixels,
            int channels) {
        elementOut(context.globalIdx, context.globalIdy, memory, planes, image, in, step, offset, pixels, channels);
    }

    static void elementOut(int id, int n, FloatArray memory, FloatArray planes, int image, int in, int step, int offset,
            int pixels,
            int channels) {
        int p = id % pixels;
        int c = id / pixels;
        planes.set(offset + n * pixels * channels + id, memory.get(n * image + in + p * step + c));
    }
}
