package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The way into a plan's memory and out of it: planes, one for each channel, outside; pixels inside. */
public final class LayoutTransform {
    private LayoutTransform() {
    }

    /**
     * A task's method: brings images in, a work item for each pixel.
     *
     * @param planes {@code [batch][channels][pixels]}
     * @param image  floats of one image in {@code memory}
     * @param out    where the map lies in them
     * @param step   floats from one of its pixels to the next
     */
    public static void upload(KernelContext context, FloatArray planes, FloatArray memory, int image, int out,
            int step, int pixels,
            int channels) {
        pixelIn(context.globalIdx, context.globalIdy, planes, memory, image, out, step, pixels, channels);
    }

    static void pixelIn(int id, int n, FloatArray planes, FloatArray memory, int image, int out, int step, int pixels,
            int channels) {
        for (int c = 0; c < channels; c++) {
            memory.set(n * image + out + id * step + c, planes.get((n * channels + c) * pixels + id));
        }
    }

    /**
     * A task's method: takes a map out, a work item for each number.
     *
     * @param planes takes {@code [batch][channels][pixels]} from {@code at} on
     * @param in     where the map lies in the image's floats
     */
    public static void download(KernelContext context, FloatArray memory, FloatArray planes, int image, int in,
            int step,
            int at, int pixels,
            int channels) {
        numberOut(context.globalIdx, context.globalIdy, memory, planes, image, in, step, at, pixels, channels);
    }

    static void numberOut(int id, int n, FloatArray memory, FloatArray planes, int image, int in, int step, int at,
            int pixels,
            int channels) {
        int p = id % pixels;
        int c = id / pixels;
        planes.set(at + n * pixels * channels + id, memory.get(n * image + in + p * step + c));
    }
}
