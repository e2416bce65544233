package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels for FPGAs: one circuit per operation, which computes all layers of this operation. Each kernel is a single work item that
 * loops over images and outputs; compilers for FPGAs turn such a loop into a pipeline.
 *
 * <p>Synthesizing a circuit takes hours, and TornadoVM caches circuits by method name. So each method here has a unique name, and reads
 * the sizes of its layer (shapes, offsets, the activation) from memory, whereas other kernels get them as constants. The kernels do not
 * use several work items, because for FPGAs TornadoVM 5.2 drops the first loop of such kernels except for its closing brace. They use
 * neither vectors nor local memory.
 *
 * <p>{@code sizes} holds the number of images, the number of outputs per image, and the sizes of the layer, in the order in which they are
 * read here. FpgaKernels writes them in the same order. Kernels that use {@link Sizes} have their loop beside their other form.
 */
public final class Pipelined {
    private Pipelined() {
    }

    /** See {@link PipelinedConv2d}. */
    public static void pipelinedConv2d(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int residual = sizes.get(6);
        int weight = sizes.get(7);
        int height = sizes.get(8);
        int width = sizes.get(9);
        int inChannels = sizes.get(10);
        int outHeight = sizes.get(11);
        int outWidth = sizes.get(12);
        int outChannels = sizes.get(13);
        int rows = sizes.get(14);
        int columns = sizes.get(15);
        int padding = sizes.get(16);
        int epilogue = sizes.get(17);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                PipelinedConv2d.pixel(id, n, memory, weights, image, in, inStep, out, residual, weight, height, width,
                        inChannels, outHeight, outWidth, outChannels, rows, columns, padding, epilogue);
            }
        }
    }

    /** See {@link PipelinedDepthwise}. */
    public static void pipelinedDepthwise(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int out = sizes.get(4);
        int residual = sizes.get(5);
        int weight = sizes.get(6);
        int height = sizes.get(7);
        int width = sizes.get(8);
        int channels = sizes.get(9);
        int outHeight = sizes.get(10);
        int outWidth = sizes.get(11);
        int rows = sizes.get(12);
        int columns = sizes.get(13);
        int padding = sizes.get(14);
        int epilogue = sizes.get(15);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                PipelinedDepthwise.pixel(id, n, memory, weights, image, in, out, residual, weight, height, width,
                        channels,
                        outHeight, outWidth, rows, columns, padding, epilogue);
            }
        }
    }

    /** See {@link MaxRelativePerItem}. */
    public static void pipelinedMaxRelative(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int outStep = sizes.get(6);
        int shifts = sizes.get(7);
        int shiftCount = sizes.get(8);
        int height = sizes.get(9);
        int width = sizes.get(10);
        int channels = sizes.get(11);
        int neighborFirst = sizes.get(12);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                MaxRelativePerItem.item(id, n, memory, weights, image, in, inStep, out, outStep, shifts, shiftCount,
                        height, width, channels, neighborFirst);
            }
        }
    }

    /** See {@link GlobalAverage#channel}. */
    public static void pipelinedGlobalAveragePool(FloatArray memory, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int pixels = sizes.get(6);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                GlobalAverage.channel(id, n, memory, image, in, inStep, out, pixels);
            }
        }
    }

    /** See {@link BinaryPerItem}. */
    public static void pipelinedBinary(FloatArray memory, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int step = sizes.get(4);
        int in2 = sizes.get(5);
        int pixelStep = sizes.get(6);
        int channelStep = sizes.get(7);
        int out = sizes.get(8);
        int channels = sizes.get(9);
        int operator = sizes.get(10);
        int activation = sizes.get(11);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                BinaryPerItem.item(id, n, memory, image, in, step, in2, pixelStep, channelStep, out, channels, operator,
                        activation);
            }
        }
    }

    /** See {@link GroupedConvPerItem}. */
    public static void pipelinedGroupedConv(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int outStep = sizes.get(6);
        int residual = sizes.get(7);
        int weight = sizes.get(8);
        int height = sizes.get(9);
        int width = sizes.get(10);
        int outWidth = sizes.get(11);
        int outChannels = sizes.get(12);
        int groupIn = sizes.get(13);
        int groupOut = sizes.get(14);
        int rows = sizes.get(15);
        int columns = sizes.get(16);
        int padding = sizes.get(17);
        int epilogue = sizes.get(18);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                GroupedConvPerItem.item(id, n, memory, weights, image, in, inStep, out, outStep, residual, weight,
                        height, width, outWidth, outChannels, groupIn, groupOut, rows, columns, padding, epilogue);
            }
        }
    }

    /** See {@link RolledL1DistancePerItem}. */
    public static void pipelinedRolledL1Distance(FloatArray memory, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int outStep = sizes.get(6);
        int height = sizes.get(7);
        int width = sizes.get(8);
        int channels = sizes.get(9);
        int dy = sizes.get(10);
        int dx = sizes.get(11);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                RolledL1DistancePerItem.item(id, n, memory, image, in, inStep, out, outStep, height, width, channels,
                        dy, dx);
            }
        }
    }

    /** See {@link MeanMinusStdSingleItem}. */
    public static void pipelinedMeanMinusStd(FloatArray memory, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int height = sizes.get(6);
        int width = sizes.get(7);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                MeanMinusStdSingleItem.item(id, n, memory, image, in, inStep, out, height, width);
            }
        }
    }

    /** See {@link ThresholdedMaxRelativePerItem}. */
    public static void pipelinedThresholdedMaxRelative(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int limit = sizes.get(5);
        int out = sizes.get(6);
        int outStep = sizes.get(7);
        int shifts = sizes.get(8);
        int shiftCount = sizes.get(9);
        int height = sizes.get(10);
        int width = sizes.get(11);
        int channels = sizes.get(12);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                ThresholdedMaxRelativePerItem.item(id, n, memory, weights, image, in, inStep, limit, out, outStep,
                        shifts,
                        shiftCount, height, width, channels);
            }
        }
    }

    /** See {@link LayerNormPerItem}; the epsilon precedes the weights. */
    public static void pipelinedLayerNorm(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int out = sizes.get(4);
        int step = sizes.get(5);
        int weight = sizes.get(6);
        int channels = sizes.get(7);
        float epsilon = weights.get(weight);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                LayerNormPerItem.item(id, n, memory, weights, image, in, out, step, weight + 1, channels, epsilon);
            }
        }
    }

    /** See {@link AvgPoolBlendPerItem#element}. */
    public static void pipelinedAvgPoolBlend(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int out = sizes.get(4);
        int weight = sizes.get(5);
        int height = sizes.get(6);
        int width = sizes.get(7);
        int channelVectors = sizes.get(8);
        int side = sizes.get(9);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                AvgPoolBlendPerItem.element(id, n, memory, weights, image, in, out, weight, height, width,
                        channelVectors,
                        side);
            }
        }
    }

    /** Writes images into the memory; see {@link LayoutTransform#upload}. */
    public static void pipelinedUpload(FloatArray memory, FloatArray planes, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int out = sizes.get(3);
        int outStep = sizes.get(4);
        int pixels = sizes.get(5);
        int channels = sizes.get(6);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                LayoutTransform.pixelIn(id, n, planes, memory, image, out, outStep, pixels, channels);
            }
        }
    }

    /** Copies a map from the memory; see {@link LayoutTransform#download}. */
    public static void pipelinedDownload(FloatArray memory, FloatArray planes, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int offset = sizes.get(5);
        int pixels = sizes.get(6);
        int channels = sizes.get(7);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                LayoutTransform.elementOut(id, n, memory, planes, image, in, inStep, offset, pixels, channels);
            }
        }
    }
}
