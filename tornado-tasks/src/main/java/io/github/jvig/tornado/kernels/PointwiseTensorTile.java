package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * A 1x1 convolution of maps and weights in half precision by the tensor cores of NVIDIA's GPUs, with sums in single precision; for the CUDA
 * backend. A work-group of four warps computes 64 pixels by 64 output channels, a warp 32 by 32 of them: two by four products of 16 pixels,
 * 8 outputs and 16 input channels (PTX: {@code mma.m16n8k16}). While the tensor cores multiply, the next 32 input channels are copied to the
 * other half of local memory.
 *
 * <p>TornadoVM gives no access to the sums of a product but a store to an array in single precision. So each work-group has a place of its
 * own there; it reads the sums back, in the order of the map, for the bias, the activation and the residual.
 *
 * <p>Weights: a bias for each output, then for each 64 outputs, each 16 input channels and each 8 of the outputs the weights of the 16 channels
 * in rows of 8. Outputs and channels are padded by zeros to multiples of 64 and of {@value #DEPTH}.
 */
public final class PointwiseTensorTile {
    /** Work-group size. */
    public static final int GROUP = 128;

    /** Pixels, and output channels, per work-group. */
    static final int SIDE = 64;
    /** Input channels in local memory at a time; there are twice as many, those that are multiplied and those that are copied. */
    static final int DEPTH = 32;

    /** Input channels of one product. */
    private static final int STEP = 16;
    /** Output channels of one product. */
    private static final int COLUMNS = 8;
    /** Pairs of numbers in local memory of one product's 16 input channels, for all pixels or all outputs of the group. */
    private static final int PAIRS = SIDE * STEP / 2;
    private static final int SLABS = DEPTH / STEP;
    private static final int BYTES_OF_PAIR = 4;

    private PointwiseTensorTile() {
    }

    /** Work items per image. */
    public static int items(int pixels, int outVectors) {
        return tiles(pixels) * tiles(outVectors * VectorTasks.WIDTH) * GROUP;
    }

    /** Floats per image for the sums. */
    public static int scratch(int pixels, int outVectors) {
        return tiles(pixels) * tiles(outVectors * VectorTasks.WIDTH) * SIDE * SIDE;
    }

    private static int tiles(int length) {
        return (length + SIDE - 1) / SIDE;
    }

    /** Packs weights {@code [out][in]}; a null bias means zeros. */
    public static float[] pack(float[] weight, float[] bias, int inChannels, int outChannels) {
        int outputs = tiles(outChannels) * SIDE;
        int channels = (inChannels + DEPTH - 1) / DEPTH * DEPTH;
        float[] packed = new float[Math.multiplyExact(outputs, channels + 1)];
        for (int o = 0; o < outChannels; o++) {
            packed[o] = bias == null ? 0 : bias[o];
            for (int c = 0; c < inChannels; c++) {
                int product = (o / SIDE * (channels / STEP) + c / STEP) * (SIDE / COLUMNS) + o % SIDE / COLUMNS;
                packed[outputs + (product * STEP + c % STEP) * COLUMNS + o % COLUMNS] = weight[o * inChannels + c];
            }
        }
        return packed;
    }

    /**
     * The kernel.
     *
     * @param sums       single precision, of which {@code scratch} is the offset of this step's place in an image's {@code floats}
     * @param image      numbers per image in {@code memory}
     * @param in         offset of the input map in the image's memory, an even number
     * @param inStep     numbers from one pixel of the input to the next, an even number
     * @param residual   offset of the map that is added last, laid out like the output; negative for none
     * @param weight     offset of this step's weights, an even number
     * @param inChannels an even number: two are copied at once
     * @param outVectors vectors of 16 output channels per pixel
     */
    public static void run(KernelContext context, HalfFloatArray memory, HalfFloatArray weights, FloatArray sums,
            int image, int floats, int scratch, int in, int inStep, int out, int outStep, int residual, int weight,
            int pixels, int inChannels, int outVectors, int epilogue) {
        int item = context.localIdx;
        int columns = (outVectors * VectorTasks.WIDTH + SIDE - 1) / SIDE;
        int tile = context.groupIdx % columns;
        int firstPixel = context.groupIdx / columns * SIDE;
        int base = context.globalIdy * image;
        int place = context.globalIdy * floats + scratch + context.groupIdx * (SIDE * SIDE);
        int steps = (inChannels + DEPTH - 1) / DEPTH;
        int packed = weight + columns * SIDE + tile * steps * (SLABS * PAIRS * 2);
        int[] xs = context.allocateIntLocalArray(2 * SLABS * PAIRS);
        int[] ws = context.allocateIntLocalArray(2 * SLABS * PAIRS);
        // In bytes: where the pixels and the outputs of this warp start in local memory.
        int rows = item / 64 * (32 * STEP * 2);
        int outs = item / 32 % 2 * (4 * STEP * COLUMNS * 2);
        float[] s00 = context.mmaFragment(0f);
        float[] s01 = context.mmaFragment(0f);
        float[] s02 = context.mmaFragment(0f);
        float[] s03 = context.mmaFragment(0f);
        float[] s10 = context.mmaFragment(0f);
        float[] s11 = context.mmaFragment(0f);
        float[] s12 = context.mmaFragment(0f);
        float[] s13 = context.mmaFragment(0f);
        // TornadoVM must not know the number of steps: it unrolls loops of any length in which products are added up.
        int last = steps - 1 + (item >> 31);
        copy(context, xs, ws, 0, memory, weights, base, in, inStep, firstPixel, pixels, 0, inChannels, packed, item);
        context.asyncCopyWaitGroup(0);
        context.localBarrier();
        // While a step is multiplied, the next one is copied. Products must not be in a condition: what TornadoVM generates then does not compile.
        for (int s = 0; s <= last; s++) {
            int half = (s + 1) % 2 * (SLABS * PAIRS);
            if (s < last) {
                copy(context, xs, ws, half, memory, weights, base, in, inStep, firstPixel, pixels, (s + 1) * DEPTH,
                        inChannels, packed + (s + 1) * (SLABS * PAIRS * 2), item);
            }
            int at = s % 2 * (SLABS * PAIRS * BYTES_OF_PAIR);
            HalfFloat[] x0 = context.mmaLoadA(xs, STEP, at + rows);
            HalfFloat[] x1 = context.mmaLoadA(xs, STEP, at + rows + 16 * STEP * 2);
            HalfFloat[] w0 = context.mmaLoadB(ws, STEP, at + outs);
            HalfFloat[] w1 = context.mmaLoadB(ws, STEP, at + outs + STEP * COLUMNS * 2);
            HalfFloat[] w2 = context.mmaLoadB(ws, STEP, at + outs + 2 * STEP * COLUMNS * 2);
            HalfFloat[] w3 = context.mmaLoadB(ws, STEP, at + outs + 3 * STEP * COLUMNS * 2);
            s00 = context.mma(x0, w0, s00, MMAShape.M16N8K16);
            s01 = context.mma(x0, w1, s01, MMAShape.M16N8K16);
            s02 = context.mma(x0, w2, s02, MMAShape.M16N8K16);
            s03 = context.mma(x0, w3, s03, MMAShape.M16N8K16);
            s10 = context.mma(x1, w0, s10, MMAShape.M16N8K16);
            s11 = context.mma(x1, w1, s11, MMAShape.M16N8K16);
            s12 = context.mma(x1, w2, s12, MMAShape.M16N8K16);
            s13 = context.mma(x1, w3, s13, MMAShape.M16N8K16);
            int next = at + PAIRS * BYTES_OF_PAIR;
            HalfFloat[] x2 = context.mmaLoadA(xs, STEP, next + rows);
            HalfFloat[] x3 = context.mmaLoadA(xs, STEP, next + rows + 16 * STEP * 2);
            HalfFloat[] w4 = context.mmaLoadB(ws, STEP, next + outs);
            HalfFloat[] w5 = context.mmaLoadB(ws, STEP, next + outs + STEP * COLUMNS * 2);
            HalfFloat[] w6 = context.mmaLoadB(ws, STEP, next + outs + 2 * STEP * COLUMNS * 2);
            HalfFloat[] w7 = context.mmaLoadB(ws, STEP, next + outs + 3 * STEP * COLUMNS * 2);
            s00 = context.mma(x2, w4, s00, MMAShape.M16N8K16);
            s01 = context.mma(x2, w5, s01, MMAShape.M16N8K16);
            s02 = context.mma(x2, w6, s02, MMAShape.M16N8K16);
            s03 = context.mma(x2, w7, s03, MMAShape.M16N8K16);
            s10 = context.mma(x3, w4, s10, MMAShape.M16N8K16);
            s11 = context.mma(x3, w5, s11, MMAShape.M16N8K16);
            s12 = context.mma(x3, w6, s12, MMAShape.M16N8K16);
            s13 = context.mma(x3, w7, s13, MMAShape.M16N8K16);
            context.asyncCopyWaitGroup(0);
            context.localBarrier();
        }
        int row = item / 64 * 32;
        int column = place + item / 32 % 2 * 32;
        context.mmaStore(s00, sums, row, column, SIDE);
        context.mmaStore(s01, sums, row, column + COLUMNS, SIDE);
        context.mmaStore(s02, sums, row, column + 2 * COLUMNS, SIDE);
        context.mmaStore(s03, sums, row, column + 3 * COLUMNS, SIDE);
        context.mmaStore(s10, sums, row + 16, column, SIDE);
        context.mmaStore(s11, sums, row + 16, column + COLUMNS, SIDE);
        context.mmaStore(s12, sums, row + 16, column + 2 * COLUMNS, SIDE);
        context.mmaStore(s13, sums, row + 16, column + 3 * COLUMNS, SIDE);
        context.localBarrier();
        int output = tile * SIDE + item % SIDE;
        float bias = weights.get(weight + output).getFloat32();
        for (int k = 0; k < SIDE * SIDE / GROUP; k++) {
            int pixel = firstPixel + k * (GROUP / SIDE) + item / SIDE;
            if (pixel < pixels && output < outVectors * VectorTasks.WIDTH) {
                HalfMath.finish(memory, base + out + pixel * outStep + output,
                        base + residual + pixel * outStep + output, residual, epilogue, output,
                        sums.get(place + k * GROUP + item) + bias);
            }
        }
    }

    /** Starts to copy {@value #DEPTH} input channels of the group's pixels, from {@code channel} on, and their weights, into a half of local memory. */
    private static void copy(KernelContext context, int[] xs, int[] ws, int half, HalfFloatArray memory,
            HalfFloatArray weights, int base, int in, int inStep, int firstPixel, int pixels, int first, int inChannels,
            int packed, int item) {
        for (int k = item; k < SLABS * PAIRS; k += GROUP) {
            int pixel = Math.min(firstPixel + k % PAIRS / (STEP / 2), pixels - 1);
            int channel = first + k / PAIRS * STEP + k % (STEP / 2) * 2;
            // Behind the last channel there are numbers of other maps, whose product with zero need not be zero; an image's memory starts with
            // zeros. TornadoVM writes a zero itself to a wrong place of an array of ints in local memory.
            int from = channel < inChannels ? in + pixel * inStep + channel : 0;
            context.asyncCopyToLocal(xs, half + k, memory, base + from);
            context.asyncCopyToLocal(ws, half + k, weights, packed + k * 2);
        }
        context.asyncCopyCommit();
    }
}
