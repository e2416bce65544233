package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AddOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.Arrays;
import java.util.List;

/**
 * The layers that nets are made of. Each reads its tensors under its own name, as PyTorch's module of that name holds them, and gives a node
 * of that name. A tensor that is missing, mis-shaped or not finite is a {@link WeightsException} that names it.
 */
public final class GraphBuilder {
    /** PyTorch's default epsilon of BatchNorm2d and of LayerNorm. */
    private static final double NORM_EPSILON = 1e-5;

    private final Parameters parameters;

    /**
     * A builder that reads its layers' tensors from one place.
     *
     * @param parameters tensors by name
     */
    public GraphBuilder(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Number of classes of a checkpoint.
     *
     * @param head name of the last layer's weight, {@code [classes][...]}
     */
    static int classes(Weights weights, String head) throws WeightsException {
        int[] shape = weights.shape(head);
        if (shape.length == 0 || shape[0] < 1) {
            throw new WeightsException(weights.source() + ": tensor '" + head + "' has no classes");
        }
        return shape[0];
    }

    /** The image. */
    public Node input(int channels) {
        return new Node("input", new InputOp(channels), List.of());
    }

    /** Conv2d with bias. */
    public Node conv(String name, Node x, int outChannels, Window window) throws WeightsException {
        return conv(name, x, outChannels, window, 1, bias(name, outChannels));
    }

    /** Conv2d without bias. */
    public Node convWithoutBias(String name, Node x, int outChannels, Window window) throws WeightsException {
        return conv(name, x, outChannels, window, 1, new double[outChannels]);
    }

    /** Conv2d 1x1 with bias. */
    public Node pointwise(String name, Node x, int outChannels) throws WeightsException {
        return conv(name, x, outChannels, Window.same(1));
    }

    /** Conv2d with bias and as many groups as channels. */
    public Node depthwise(String name, Node x, Window window) throws WeightsException {
        return conv(name, x, x.channels(), window, x.channels(), bias(name, x.channels()));
    }

    /** Conv2d without bias and with as many groups as channels. */
    public Node depthwiseWithoutBias(String name, Node x, Window window) throws WeightsException {
        return conv(name, x, x.channels(), window, x.channels(), new double[x.channels()]);
    }

    private Node conv(String name, Node x, int outChannels, Window window, int groups, double[] bias)
            throws WeightsException {
        int k = window.kernel();
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels() / groups, k, k);
        return conv(name, x, outChannels, window, groups, weight, bias);
    }

    /** Linear with bias, on every pixel; its weight is {@code [out][in]}. */
    public Node linear(String name, Node x, int outChannels) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels());
        return conv(name, x, outChannels, Window.same(1), 1, weight, bias(name, outChannels));
    }

    private static Node conv(String name, Node x, int outChannels, Window window, int groups, float[] weight,
            double[] bias) {
        return new Node(name,
                new ConvOp(x.channels(), outChannels, groups, window, weight, filled(outChannels, 1), bias,
                        Epilogue.NONE),
                List.of(x));
    }

    private double[] bias(String name, int channels) throws WeightsException {
        return doubles(parameters.floats(name + ".bias", channels));
    }

    /** BatchNorm2d in evaluation: {@code (x - mean) / sqrt(var + eps) * weight + bias} (Ioffe and Szegedy, arXiv 1502.03167). */
    public Node norm(String name, Node x) throws WeightsException {
        int channels = x.channels();
        float[] weight = parameters.floats(name + ".weight", channels);
        float[] bias = parameters.floats(name + ".bias", channels);
        float[] mean = parameters.floats(name + ".running_mean", channels);
        float[] variance = parameters.floats(name + ".running_var", channels);
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            if (variance[c] < 0) {
                throw new WeightsException(parameters.source() + ": tensor '" + name
                        + ".running_var' holds a negative variance, " + variance[c] + " at element " + c);
            }
            scale[c] = weight[c] / Math.sqrt(variance[c] + NORM_EPSILON);
            shift[c] = bias[c] - mean[c] * scale[c];
        }
        return new Node(name, new AffineOp(scale, shift), List.of(x));
    }

    /** LayerNorm over the channels of each pixel. */
    public Node layerNorm(String name, Node x) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", x.channels());
        float[] bias = parameters.floats(name + ".bias", x.channels());
        return new Node(name, new LayerNormOp(weight, bias, NORM_EPSILON), List.of(x));
    }

    /** The average over a square around each pixel, less the pixel itself. */
    public Node averagePoolMinusInput(String name, Node x, int kernel) {
        return new Node(name, new AvgPoolBlendOp(kernel, filled(x.channels(), 1), filled(x.channels(), -1)),
                List.of(x));
    }

    /**
     * Attention with a learned bias for each head and distance, {@code attention_biases}.
     *
     * @param x    query, key and value of each head
     * @param side of the map that the biases are for
     */
    public Node attention(String name, Node x, int heads, int keyDim, int valueDim, int side) throws WeightsException {
        float[] biases = parameters.floats(name + ".attention_biases", heads, side * side);
        return new Node(name, new AttentionOp(heads, keyDim, valueDim, side, side, biases), List.of(x));
    }

    /** The exact GELU. */
    public Node gelu(String name, Node x) {
        return activation(name, x, Activation.GELU);
    }

    /** An activation by itself; it goes into the convolution in front of it. */
    public Node activation(String name, Node x, Activation activation) {
        return new Node(name, new ActivateOp(activation), List.of(x));
    }

    /**
     * A learned factor for each channel.
     *
     * @param shape of the tensor: {@code [C]} or {@code [C][1][1]}
     */
    public Node layerScale(String name, Node x, int... shape) throws WeightsException {
        double[] scale = doubles(parameters.floats(name, shape));
        return new Node(name, new AffineOp(scale, new double[scale.length]), List.of(x));
    }

    /** The same constant factor for all channels. */
    public Node times(String name, Node x, double factor) {
        return new Node(name, new AffineOp(filled(x.channels(), factor), new double[x.channels()]), List.of(x));
    }

    /** The sum of two maps of one shape. */
    public Node add(String name, Node a, Node b) {
        return new Node(name, new AddOp(), List.of(a, b));
    }

    /** {@code concat(x, m)}, m the max-relative feature of neighbors at fixed distances. */
    public Node maxRelative(String name, Node x, Neighbors neighbors, int k) {
        return new Node(name, new MaxRelativeOp(neighbors, k), List.of(x));
    }

    /**
     * {@code concat(x, m)}, m the max-relative feature of those among every k-th pixel that are near: closer to x than pixels of this map
     * usually are, less its deviation.
     */
    public Node thresholdedMaxRelative(String name, Node x, int k) {
        Node distance = new Node(name + ":distance", new RolledL1DistanceOp(), List.of(x));
        Node limit = new Node(name + ":limit", new MeanMinusStdOp(), List.of(distance));
        return new Node(name, new ThresholdedMaxRelativeOp(k), List.of(x, limit));
    }

    /** AdaptiveAvgPool2d(1). */
    public Node globalAveragePool(String name, Node x) {
        return new Node(name, new GlobalAveragePoolOp(), List.of(x));
    }

    private static double[] filled(int length, double value) {
        double[] result = new double[length];
        Arrays.fill(result, value);
        return result;
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
