package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The twin of {@link PointwiseLocalTile} for maps and weights in half precision, with sums in single precision. Generated: the test class
 * {@code HalfTwins} says how; do not edit it.
 */
public final class HalfPointwiseLocalTile {
    private HalfPointwiseLocalTile() {
    }

    /** See {@link PointwiseLocalTile#run}. */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, int image, int in,
            int inStep,
            int out, int outStep, int residual, int weight, int pixels, int inChannels, int outVectors,
            int epilogue) {
        int item = context.localIdx;
        int columns = (outVectors * VectorTasks.WIDTH + PointwiseLocalTile.SIDE - 1) / PointwiseLocalTile.SIDE;
        int firstOut = context.groupIdx % columns * PointwiseLocalTile.SIDE;
        int firstPixel = context.groupIdx / columns * PointwiseLocalTile.SIDE;
        int base = context.globalIdy * image;
        float[] xs = context.allocateFloatLocalArray(PointwiseLocalTile.DEPTH * PointwiseLocalTile.ROW);
        float[] ws = context.allocateFloatLocalArray(PointwiseLocalTile.DEPTH * PointwiseLocalTile.SIDE);
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
        for (int c0 = 0; c0 < inChannels; c0 += PointwiseLocalTile.DEPTH) {
            for (int k = 0; k < 4; k++) {
                int pixel = Math.min(firstPixel + item / PointwiseLocalTile.DEPTH + 16 * k, pixels - 1);
                int channel = Math.min(c0 + item % PointwiseLocalTile.DEPTH, inChannels - 1);
                xs[item % PointwiseLocalTile.DEPTH * PointwiseLocalTile.ROW + item / PointwiseLocalTile.DEPTH
                        + 16 * k] = memory.get(base + in + pixel * inStep + channel).getFloat32();
                int depth = item / PointwiseLocalTile.SIDE + 4 * k;
                int output = Math.min(firstOut + item % PointwiseLocalTile.SIDE, last);
                // Beyond the last channel the value read above belongs to another map; it must not count.
                float counts = c0 + depth < inChannels ? 1f : 0f;
                int tap = Math.min(c0 + depth, inChannels - 1) + 1;
                ws[depth * PointwiseLocalTile.SIDE + item % PointwiseLocalTile.SIDE] = counts
                        * weights.get(ScalarMath.weight(weight, output, inChannels, tap)).getFloat32();
            }
            context.localBarrier();
            for (int c = 0; c < PointwiseLocalTile.DEPTH; c++) {
                int x = c * PointwiseLocalTile.ROW + row;
                int w = c * PointwiseLocalTile.SIDE + column;
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
        float b0 = weights.get(ScalarMath.weight(weight, Math.min(o0, last), inChannels, 0)).getFloat32();
        int o1 = firstOut + column + 1;
        float b1 = weights.get(ScalarMath.weight(weight, Math.min(o1, last), inChannels, 0)).getFloat32();
        int o2 = firstOut + column + 2;
        float b2 = weights.get(ScalarMath.weight(weight, Math.min(o2, last), inChannels, 0)).getFloat32();
        int o3 = firstOut + column + 3;
        float b3 = weights.get(ScalarMath.weight(weight, Math.min(o3, last), inChannels, 0)).getFloat32();
        int p0 = firstPixel + row + 0;
        if (p0 < pixels && o0 <= last) {
            HalfMath.finish(memory, base + out + p0 * outStep + o0, base + residual + p0 * outStep + o0, residual,
                    epilogue, o0, s00 + b0);
        }
        if (p0 < pixels && o1 <= last) {
            HalfMath.finish(memory, base + out + p0 * outStep + o1, base + residual + p0 * outStep + o1, residual,
                    epilogue, o1, s01 + b1);
        }
        if (p0 < pixels && o2 <= last) {
            HalfMath.finish(memory, base + out + p0 * outStep + o2, base + residual + p0 * outStep + o2, residual,
                    epilogue, o2, s02 + b2);
        }
        if (p0 < pixels && o3 <= last) {
            HalfMath.finish(memory, base + out + p0 * outStep + o3, base + residual + p0 * outStep + o3, residual,
                    epilogue, o3, s03 + b3);
        }
        int p1 = firstPixel + row + 1;
        if (p1 < pixels && o0 <= last) {
            HalfMath.finish(memory, base + out + p1 * outStep + o0, base + residual + p1 * outStep + o0, residual,
                    epilogue, o0, s10 + b0);
        }
        if (p1 < pixels && o1 <= last) {
            HalfMath.finish(memory, base + out + p1 * outStep + o1, base + residual + p1 * outStep + o1, residual,
                    epilogue, o1, s11 + b1);
        }
        if (p1 < pixels && o2 <= last) {
            HalfMath.finish(memory, base + out + p1 * outStep + o2, base + residual + p1 * outStep + o2, residual,
                    epilogue, o2, s12 + b2);
        }
        if (p1 < pixels && o3 <= last) {
            HalfMath.finish(memory, base + out + p1 * outStep + o3, base + residual + p1 * outStep + o3, residual,
                    epilogue, o3, s13 + b3);
        }
        int p2 = firstPixel + row + 2;
        if (p2 < pixels && o0 <= last) {
            HalfMath.finish(memory, base + out + p2 * outStep + o0, base + residual + p2 * outStep + o0, residual,
                    epilogue, o0, s20 + b0);
        }
        if (p2 < pixels && o1 <= last) {
            HalfMath.finish(memory, base + out + p2 * outStep + o1, base + residual + p2 * outStep + o1, residual,
                    epilogue, o1, s21 + b1);
        }
        if (p2 < pixels && o2 <= last) {
            HalfMath.finish(memory, base + out + p2 * outStep + o2, base + residual + p2 * outStep + o2, residual,
                    epilogue, o2, s22 + b2);
        }
        if (p2 < pixels && o3 <= last) {
            HalfMath.finish(memory, base + out + p2 * outStep + o3, base + residual + p2 * outStep + o3, residual,
                    epilogue, o3, s23 + b3);
        }
        int p3 = firstPixel + row + 3;
        if (p3 < pixels && o0 <= last) {
            HalfMath.finish(memory, base + out + p3 * outStep + o0, base + residual + p3 * outStep + o0, residual,
                    epilogue, o0, s30 + b0);
        }
        if (p3 < pixels && o1 <= last) {
            HalfMath.finish(memory, base + out + p3 * outStep + o1, base + residual + p3 * outStep + o1, residual,
                    epilogue, o1, s31 + b1);
        }
        if (p3 < pixels && o2 <= last) {
            HalfMath.finish(memory, base + out + p3 * outStep + o2, base + residual + p3 * outStep + o2, residual,
                    epilogue, o2, s32 + b2);
        }
        if (p3 < pixels && o3 <= last) {
            HalfMath.finish(memory, base + out + p3 * outStep + o3, base + residual + p3 * outStep + o3, residual,
                    epilogue, o3, s33 + b3);
        }
    }
}
