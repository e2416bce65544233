package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A 1x1 convolution of a map with few pixels, for GPUs: {@link PointwiseLocalTile} would have a handful of work-groups, each with a long way
 * through the input channels. A work-group of 256 work items computes 16 pixels by 64 output channels, and each quarter of it takes a quarter
 * of the input channels. The quarters leave their sums in local memory, where they are added. Arguments and weights are those of
 * {@link PointwiseTiles}.
 */
public final class PointwiseSplitTile {
    /** Pixels per work-group. */
    static final int PIXELS = 16;
    /** Output channels per work-group. */
    static final int OUTPUTS = 64;
    /** Parts of the input channels, each with a quarter of the work items. */
    static final int PARTS = 4;
    /** Input channels of a part in local memory at a time. */
    static final int DEPTH = 16;
    /** Input channels of all parts in local memory at a time. */
    static final int CHANNELS = PARTS * DEPTH;
    /** Floats from one row of pixels in local memory to the next; a multiple of four, so that four are loaded at once. */
    static final int ROW = PIXELS + 4;
    /** Work-group size. */
    public static final int GROUP = 256;

    private PointwiseSplitTile() {
    }

    /** Work items per image. */
    public static int items(int pixels, int outVectors) {
        return (pixels + PIXELS - 1) / PIXELS * ((outVectors * VectorTasks.WIDTH + OUTPUTS - 1) / OUTPUTS) * GROUP;
    }

    /** The kernel; see {@link PointwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        int item = context.localIdx;
        int columns = (outVectors * VectorTasks.WIDTH + OUTPUTS - 1) / OUTPUTS;
        int firstOut = context.groupIdx % columns * OUTPUTS;
        int firstPixel = context.groupIdx / columns * PIXELS;
        int base = context.globalIdy * image;
        float[] xs = context.allocateFloatLocalArray(CHANNELS * ROW);
        // The weights, at the end the sums of all parts.
        float[] ws = context.allocateFloatLocalArray(CHANNELS * OUTPUTS);
        int part = item / (GROUP / PARTS);
        int column = item % 16 * 4;
        int row = item % (GROUP / PARTS) / 16 * 4;
        int last = outVectors * VectorTasks.WIDTH - 1;
        float s00 = 0f;
        float s01 = 0f;
        float s02 = 0f;
        float s03 = 0f;
        float s10 = 0f;
        float s11 = 0f;
        float s12 = 0f;
        float s13 = 0f;
        float s20 = 0f;
        float s21 = 0f;
        float s22 = 0f;
        float s23 = 0f;
        float s30 = 0f;
        float s31 = 0f;
        float s32 = 0f;
        float s33 = 0f;
        for (int c0 = 0; c0 < inChannels; c0 += CHANNELS) {
            for (int k = 0; k < PIXELS * CHANNELS / GROUP; k++) {
                int pixel = item / CHANNELS + GROUP / CHANNELS * k;
                int channel = Math.min(c0 + item % CHANNELS, inChannels - 1);
                xs[item % CHANNELS * ROW + pixel] = memory
                        .get(base + in + Math.min(firstPixel + pixel, pixels - 1) * inStep + channel);
            }
            for (int k = 0; k < CHANNELS * OUTPUTS / GROUP; k++) {
                int depth = item / OUTPUTS + GROUP / OUTPUTS * k;
                int output = Math.min(firstOut + item % OUTPUTS, last);
                // Beyond the last channel the value read above belongs to another map; it must not count.
                float counts = c0 + depth < inChannels ? 1f : 0f;
                int tap = Math.min(c0 + depth, inChannels - 1) + 1;
                ws[depth * OUTPUTS + item % OUTPUTS] = counts
                        * weights.get(ScalarMath.weight(weight, output, inChannels, tap));
            }
            context.localBarrier();
            for (int c = 0; c < DEPTH; c++) {
                int x = (part * DEPTH + c) * ROW + row;
                int w = (part * DEPTH + c) * OUTPUTS + column;
                float w0 = ws[w + 0];
                float w1 = ws[w + 1];
                float w2 = ws[w + 2];
                float w3 = ws[w + 3];
                float x0 = xs[x + 0];
                s00 += x0 * w0;
                s01 += x0 * w1;
                s02 += x0 * w2;
                s03 += x0 * w3;
                float x1 = xs[x + 1];
                s10 += x1 * w0;
                s11 += x1 * w1;
                s12 += x1 * w2;
                s13 += x1 * w3;
                float x2 = xs[x + 2];
                s20 += x2 * w0;
                s21 += x2 * w1;
                s22 += x2 * w2;
                s23 += x2 * w3;
                float x3 = xs[x + 3];
                s30 += x3 * w0;
                s31 += x3 * w1;
                s32 += x3 * w2;
                s33 += x3 * w3;
            }
            context.localBarrier();
        }
        int sums = part * PIXELS * OUTPUTS + row * OUTPUTS + column;
        ws[sums + 0 * OUTPUTS + 0] = s00;
        ws[sums + 0 * OUTPUTS + 1] = s01;
        ws[sums + 0 * OUTPUTS + 2] = s02;
        ws[sums + 0 * OUTPUTS + 3] = s03;
        ws[sums + 1 * OUTPUTS + 0] = s10;
        ws[sums + 1 * OUTPUTS + 1] = s11;
        ws[sums + 1 * OUTPUTS + 2] = s12;
        ws[sums + 1 * OUTPUTS + 3] = s13;
        ws[sums + 2 * OUTPUTS + 0] = s20;
        ws[sums + 2 * OUTPUTS + 1] = s21;
        ws[sums + 2 * OUTPUTS + 2] = s22;
        ws[sums + 2 * OUTPUTS + 3] = s23;
        ws[sums + 3 * OUTPUTS + 0] = s30;
        ws[sums + 3 * OUTPUTS + 1] = s31;
        ws[sums + 3 * OUTPUTS + 2] = s32;
        ws[sums + 3 * OUTPUTS + 3] = s33;
        context.localBarrier();
        for (int k = 0; k < PIXELS * OUTPUTS / GROUP; k++) {
            int at = item + GROUP * k;
            int pixel = firstPixel + at / OUTPUTS;
            int output = firstOut + at % OUTPUTS;
            if (pixel < pixels && output <= last) {
                float sum = ws[at] + ws[at + PIXELS * OUTPUTS]
                        + (ws[at + 2 * PIXELS * OUTPUTS] + ws[at + 3 * PIXELS * OUTPUTS])
                        + weights.get(ScalarMath.weight(weight, output, inChannels, 0));
                ScalarMath.finish(memory, base + out + pixel * outStep + output,
                        base + residual + pixel * outStep + output,
                        residual, epilogue, output, sum);
            }
        }
    }
}
