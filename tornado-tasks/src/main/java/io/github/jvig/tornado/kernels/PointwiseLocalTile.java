package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A 1x1 convolution, for GPUs. A work-group of 256 work items computes 64 pixels by 64 output channels. All work items together load 16
 * input channels at a time into local memory; then each work item reads from there and computes four pixels by four output channels in
 * registers. A work item's pixels and channels lie side by side in local memory, so that it loads four of them at once; a row of pixels has four
 * floats more than pixels, so that the stores of neighboring work items go to different banks. Arguments and weights are those of
 * {@link PointwiseTiles}.
 */
public final class PointwiseLocalTile {
    /** Pixels, and output channels, per work-group. */
    static final int SIDE = 64;
    /** Floats from one row of pixels in local memory to the next. */
    static final int ROW = SIDE + 4;
    /** Number of input channels in local memory at a time. */
    static final int DEPTH = 16;
    /** Work-group size. */
    public static final int GROUP = 256;

    private PointwiseLocalTile() {
    }

    /** Work items per image. */
    public static int items(int pixels, int outVectors) {
        return (pixels + SIDE - 1) / SIDE * ((outVectors * VectorTasks.WIDTH + SIDE - 1) / SIDE) * GROUP;
    }

    /** The kernel; see {@link PointwiseTiles#run}. */
    public static void run(KernelContext context, FloatArray memory, FloatArray weights, int image, int in, int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        int item = context.localIdx;
        int columns = (outVectors * VectorTasks.WIDTH + SIDE - 1) / SIDE;
        int firstOut = context.groupIdx % columns * SIDE;
        int firstPixel = context.groupIdx / columns * SIDE;
        int base = context.globalIdy * image;
        float[] xs = context.allocateFloatLocalArray(DEPTH * ROW);
        float[] ws = context.allocateFloatLocalArray(DEPTH * SIDE);
        int column = item % 16 * 4;
        int row = item / 16 * 4;
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
        for (int c0 = 0; c0 < inChannels; c0 += DEPTH) {
            for (int k = 0; k < 4; k++) {
                int pixel = Math.min(firstPixel + item / DEPTH + 16 * k, pixels - 1);
                int channel = Math.min(c0 + item % DEPTH, inChannels - 1);
                xs[item % DEPTH * ROW + item / DEPTH + 16 * k] = memory.get(base + in + pixel * inStep + channel);
                int depth = item / SIDE + 4 * k;
                int output = Math.min(firstOut + item % SIDE, last);
                // Beyond the last channel the value read above belongs to another map; it must not count.
                float counts = c0 + depth < inChannels ? 1f : 0f;
                int tap = Math.min(c0 + depth, inChannels - 1) + 1;
                ws[depth * SIDE + item % SIDE] = counts
                        * weights.get(ScalarMath.weight(weight, output, inChannels, tap));
            }
            context.localBarrier();
            for (int c = 0; c < DEPTH; c++) {
                int x = c * ROW + row;
                int w = c * SIDE + column;
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
        int o0 = firstOut + column + 0;
        float b0 = weights.get(ScalarMath.weight(weight, Math.min(o0, last), inChannels, 0));
        int o1 = firstOut + column + 1;
        float b1 = weights.get(ScalarMath.weight(weight, Math.min(o1, last), inChannels, 0));
        int o2 = firstOut + column + 2;
        float b2 = weights.get(ScalarMath.weight(weight, Math.min(o2, last), inChannels, 0));
        int o3 = firstOut + column + 3;
        float b3 = weights.get(ScalarMath.weight(weight, Math.min(o3, last), inChannels, 0));
        int p0 = firstPixel + row + 0;
        if (p0 < pixels && o0 <= last) {
            ScalarMath.finish(memory, base + out + p0 * outStep + o0, base + residual + p0 * outStep + o0, residual,
                    epilogue, o0, s00 + b0);
        }
        if (p0 < pixels && o1 <= last) {
            ScalarMath.finish(memory, base + out + p0 * outStep + o1, base + residual + p0 * outStep + o1, residual,
                    epilogue, o1, s01 + b1);
        }
        if (p0 < pixels && o2 <= last) {
            ScalarMath.finish(memory, base + out + p0 * outStep + o2, base + residual + p0 * outStep + o2, residual,
                    epilogue, o2, s02 + b2);
        }
        if (p0 < pixels && o3 <= last) {
            ScalarMath.finish(memory, base + out + p0 * outStep + o3, base + residual + p0 * outStep + o3, residual,
                    epilogue, o3, s03 + b3);
        }
        int p1 = firstPixel + row + 1;
        if (p1 < pixels && o0 <= last) {
            ScalarMath.finish(memory, base + out + p1 * outStep + o0, base + residual + p1 * outStep + o0, residual,
                    epilogue, o0, s10 + b0);
        }
        if (p1 < pixels && o1 <= last) {
            ScalarMath.finish(memory, base + out + p1 * outStep + o1, base + residual + p1 * outStep + o1, residual,
                    epilogue, o1, s11 + b1);
        }
        if (p1 < pixels && o2 <= last) {
            ScalarMath.finish(memory, base + out + p1 * outStep + o2, base + residual + p1 * outStep + o2, residual,
                    epilogue, o2, s12 + b2);
        }
        if (p1 < pixels && o3 <= last) {
            ScalarMath.finish(memory, base + out + p1 * outStep + o3, base + residual + p1 * outStep + o3, residual,
                    epilogue, o3, s13 + b3);
        }
        int p2 = firstPixel + row + 2;
        if (p2 < pixels && o0 <= last) {
            ScalarMath.finish(memory, base + out + p2 * outStep + o0, base + residual + p2 * outStep + o0, residual,
                    epilogue, o0, s20 + b0);
        }
        if (p2 < pixels && o1 <= last) {
            ScalarMath.finish(memory, base + out + p2 * outStep + o1, base + residual + p2 * outStep + o1, residual,
                    epilogue, o1, s21 + b1);
        }
        if (p2 < pixels && o2 <= last) {
            ScalarMath.finish(memory, base + out + p2 * outStep + o2, base + residual + p2 * outStep + o2, residual,
                    epilogue, o2, s22 + b2);
        }
        if (p2 < pixels && o3 <= last) {
            ScalarMath.finish(memory, base + out + p2 * outStep + o3, base + residual + p2 * outStep + o3, residual,
                    epilogue, o3, s23 + b3);
        }
        int p3 = firstPixel + row + 3;
        if (p3 < pixels && o0 <= last) {
            ScalarMath.finish(memory, base + out + p3 * outStep + o0, base + residual + p3 * outStep + o0, residual,
                    epilogue, o0, s30 + b0);
        }
        if (p3 < pixels && o1 <= last) {
            ScalarMath.finish(memory, base + out + p3 * outStep + o1, base + residual + p3 * outStep + o1, residual,
                    epilogue, o1, s31 + b1);
        }
        if (p3 < pixels && o2 <= last) {
            ScalarMath.finish(memory, base + out + p3 * outStep + o2, base + residual + p3 * outStep + o2, residual,
                    epilogue, o2, s32 + b2);
        }
        if (p3 < pixels && o3 <= last) {
            ScalarMath.finish(memory, base + out + p3 * outStep + o3, base + residual + p3 * outStep + o3, residual,
                    epilogue, o3, s33 + b3);
        }
    }
}
