package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels as FPGAs take them: for each operation one circuit, which computes every layer of its kind. Each is a single work item that
 * goes in a loop over images and outputs; compilers for FPGAs make a pipeline of that.
 *
 * <p>Making a circuit takes hours, and TornadoVM keeps circuits by the name of the method. So each method here has a name of its own, and
 * takes the numbers of its layer (shapes, places, the activation) from memory, where other kernels have them as constants. They are no
 * kernels of many work items, since of those TornadoVM 5.2 drops the first loop on FPGAs, all but its closing brace. There are neither
 * vectors nor local memory.
 *
 * <p>{@code sizes} holds, in the order in which they are read here, how many images there are, how many outputs of the kind that is made
 * at a time, and what else that takes.
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
        int window = sizes.get(14);
        int activation = sizes.get(15);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                PipelinedConv2d.pixel(id, n, memory, weights, image, in, inStep, out, residual, weight, height, width,
                        inChannels, outHeight, outWidth, outChannels, window, activation);
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
        int taps = sizes.get(12);
        int stride = sizes.get(13);
        int padding = sizes.get(14);
        int dilation = sizes.get(15);
        int activation = sizes.get(16);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                PipelinedDepthwise.pixel(id, n, memory, weights, image, in, out, residual, weight, height, width,
                        channels,
                        outHeight, outWidth, taps, stride, padding, dilation, activation);
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

    /** See {@link ResidualSum#number}. */
    public static void pipelinedResidualAdd(FloatArray memory, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int residual = sizes.get(4);
        int out = sizes.get(5);
        int activation = sizes.get(6);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                ResidualSum.number(id, n, memory, image, in, residual, out, activation);
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

    /** See {@link LayerNormPerItem}; what is added to the variance lies ahead of the weights. */
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

    /** See {@link AvgPoolBlendPerItem#number}. */
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
                AvgPoolBlendPerItem.number(id, n, memory, weights, image, in, out, weight, height, width,
                        channelVectors,
                        side);
            }
        }
    }

    /** See {@link AttentionPerItem}; the scale lies ahead of the biases. */
    public static void pipelinedAttention(FloatArray memory, FloatArray weights, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int out = sizes.get(5);
        int outStep = sizes.get(6);
        int weight = sizes.get(7);
        int pixels = sizes.get(8);
        int keyDim = sizes.get(9);
        int valueDim = sizes.get(10);
        float scale = weights.get(weight);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                AttentionPerItem.item(id, n, memory, weights, image, in, inStep, out, outStep, weight + 1, pixels,
                        keyDim,
                        valueDim, scale);
            }
        }
    }

    /** Images come in; see {@link LayoutTransform#upload}. */
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

    /** A map goes out; see {@link LayoutTransform#download}. */
    public static void pipelinedDownload(FloatArray memory, FloatArray planes, IntArray sizes) {
        int images = sizes.get(0);
        int outputs = sizes.get(1);
        int image = sizes.get(2);
        int in = sizes.get(3);
        int inStep = sizes.get(4);
        int at = sizes.get(5);
        int pixels = sizes.get(6);
        int channels = sizes.get(7);
        for (int n = 0; n < images; n++) {
            for (int id = 0; id < outputs; id++) {
                LayoutTransform.numberOut(id, n, memory, planes, image, in, inStep, at, pixels, channels);
            }
        }
    }
}
