package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link PointwiseSplitTile} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfPointwiseSplitTile {
    private HalfPointwiseSplitTile() {
    }

    /** See {@link PointwiseSplitTile#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        int item = context.localIdx;
        int columns = (outVectors * VectorTasks.WIDTH + PointwiseSplitTile.OUTPUTS - 1) / PointwiseSplitTile.OUTPUTS;
        int firstOut = context.groupIdx % columns * PointwiseSplitTile.OUTPUTS;
        int firstPixel = context.groupIdx / columns * PointwiseSplitTile.PIXELS;
        int base = context.globalIdy * image;
        float[] xs = context.allocateFloatLocalArray(PointwiseSplitTile.CHANNELS * PointwiseSplitTile.ROW);
        // The weights, at the end the sums of all parts.
        float[] ws = context.allocateFloatLocalArray(PointwiseSplitTile.CHANNELS * PointwiseSplitTile.OUTPUTS);
        int part = item / (PointwiseSplitTile.GROUP / PointwiseSplitTile.PARTS);
        int column = item % 16 * 4;
        int row = item % (PointwiseSplitTile.GROUP / PointwiseSplitTile.PARTS) / 16 * 4;
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
        for (int c0 = 0; c0 < inChannels; c0 += PointwiseSplitTile.CHANNELS) {
            for (int k = 0; k < PointwiseSplitTile.PIXELS * PointwiseSplitTile.CHANNELS
                    / PointwiseSplitTile.GROUP; k++) {
                int pixel = item / PointwiseSplitTile.CHANNELS
                        + PointwiseSplitTile.GROUP / PointwiseSplitTile.CHANNELS * k;
                int channel = Math.min(c0 + item % PointwiseSplitTile.CHANNELS, inChannels - 1);
                xs[item % PointwiseSplitTile.CHANNELS * PointwiseSplitTile.ROW + pixel] = memory
                        .get(base + in + Math.min(firstPixel + pixel, pixels - 1) * inStep + channel).getFloat32();
            }
            for (int k = 0; k < PointwiseSplitTile.CHANNELS * PointwiseSplitTile.OUTPUTS
                    / PointwiseSplitTile.GROUP; k++) {
                int depth = item / PointwiseSplitTile.OUTPUTS
                        + PointwiseSplitTile.GROUP / PointwiseSplitTile.OUTPUTS * k;
                int output = Math.min(firstOut + item % PointwiseSplitTile.OUTPUTS, last);
                // Beyond the last channel the value read above belongs to another map; it must not count.
                float counts = c0 + depth < inChannels ? 1f : 0f;
                int tap = Math.min(c0 + depth, inChannels - 1) + 1;
                ws[depth * PointwiseSplitTile.OUTPUTS + item % PointwiseSplitTile.OUTPUTS] = counts
                        * weights.get(ScalarMath.weight(weight, output, inChannels, tap)).getFloat32();
            }
            context.localBarrier();
            for (int c = 0; c < PointwiseSplitTile.DEPTH; c++) {
                int x = (part * PointwiseSplitTile.DEPTH + c) * PointwiseSplitTile.ROW + row;
                int w = (part * PointwiseSplitTile.DEPTH + c) * PointwiseSplitTile.OUTPUTS + column;
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
        int sums = part * PointwiseSplitTile.PIXELS * PointwiseSplitTile.OUTPUTS + row * PointwiseSplitTile.OUTPUTS
                + column;
        ws[sums + 0 * PointwiseSplitTile.OUTPUTS + 0] = s00;
        ws[sums + 0 * PointwiseSplitTile.OUTPUTS + 1] = s01;
        ws[sums + 0 * PointwiseSplitTile.OUTPUTS + 2] = s02;
        ws[sums + 0 * PointwiseSplitTile.OUTPUTS + 3] = s03;
        ws[sums + 1 * PointwiseSplitTile.OUTPUTS + 0] = s10;
        ws[sums + 1 * PointwiseSplitTile.OUTPUTS + 1] = s11;
        ws[sums + 1 * PointwiseSplitTile.OUTPUTS + 2] = s12;
        ws[sums + 1 * PointwiseSplitTile.OUTPUTS + 3] = s13;
        ws[sums + 2 * PointwiseSplitTile.OUTPUTS + 0] = s20;
        ws[sums + 2 * PointwiseSplitTile.OUTPUTS + 1] = s21;
        ws[sums + 2 * PointwiseSplitTile.OUTPUTS + 2] = s22;
        ws[sums + 2 * PointwiseSplitTile.OUTPUTS + 3] = s23;
        ws[sums + 3 * PointwiseSplitTile.OUTPUTS + 0] = s30;
        ws[sums + 3 * PointwiseSplitTile.OUTPUTS + 1] = s31;
        ws[sums + 3 * PointwiseSplitTile.OUTPUTS + 2] = s32;
        ws[sums + 3 * PointwiseSplitTile.OUTPUTS + 3] = s33;
        context.localBarrier();
        for (int k = 0; k < PointwiseSplitTile.PIXELS * PointwiseSplitTile.OUTPUTS / PointwiseSplitTile.GROUP; k++) {
            int at = item + PointwiseSplitTile.GROUP * k;
            int pixel = firstPixel + at / PointwiseSplitTile.OUTPUTS;
            int output = firstOut + at % PointwiseSplitTile.OUTPUTS;
            if (pixel < pixels && output <= last) {
                float sum = ws[at] + ws[at + PointwiseSplitTile.PIXELS * PointwiseSplitTile.OUTPUTS]
                        + (ws[at + 2 * PointwiseSplitTile.PIXELS * PointwiseSplitTile.OUTPUTS]
                                + ws[at + 3 * PointwiseSplitTile.PIXELS * PointwiseSplitTile.OUTPUTS])
                        + weights.get(ScalarMath.weight(weight, output, inChannels, 0)).getFloat32();
                HalfMath.finish(memory, base + out + pixel * outStep + output,
                        base + residual + pixel * outStep + output,
                        residual, epilogue, output, sum);
            }
        }
    }
}
