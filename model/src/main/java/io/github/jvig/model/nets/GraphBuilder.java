package io.github.jvig.model.nets;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionBias;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.FourierPositionsOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.NeighborhoodAggregationOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.SelectiveScanOp;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.Arrays;
import java.util.List;

/**
 * The layers that nets are made of. Those with tensors read them under their own name, as PyTorch's module of that name holds
 * them, and give a node of that name. A tensor that is missing, mis-shaped or not finite is a {@link WeightsException} that names it.
 */
public final class GraphBuilder extends PaperBuilder {
    /** PyTorch's default epsilon of BatchNorm2d and of LayerNorm. */
    private static final double NORM_EPSILON = 1e-5;

    /**
     * A builder that reads its layers' tensors from one place.
     *
     * @param parameters tensors by name
     */
    public GraphBuilder(Parameters parameters) {
        super(parameters);
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

    /**
     * PyTorch's BatchNorm2d in evaluation: {@code (x - mean) / sqrt(var + 1e-5) * weight + bias} (Ioffe and Szegedy, arXiv 1502.03167).
     * Tensors {@code weight}, {@code bias}, {@code running_mean} and {@code running_var}, {@code [channels]} each. A negative variance is an
     * error, too.
     *
     * @param name name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x    what it reads
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node batchNorm(String name, Node x) throws WeightsException {
        return batchNorm(name, x, NORM_EPSILON);
    }

    /**
     * {@link #batchNorm(String, Node)} with another epsilon.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x       what it reads
     * @param epsilon added to the variance
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node batchNorm(String name, Node x, double epsilon) throws WeightsException {
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
            scale[c] = weight[c] / Math.sqrt(variance[c] + epsilon);
            shift[c] = bias[c] - mean[c] * scale[c];
            if (Math.abs(scale[c]) > Float.MAX_VALUE || Math.abs(shift[c]) > Float.MAX_VALUE) {
                throw new WeightsException(parameters.source() + ": the normalization '" + name
                        + "' scales or shifts channel " + c + " beyond float32");
            }
        }
        return new Node(name, new AffineOp(scale, shift), List.of(x));
    }

    /**
     * PyTorch's LayerNorm over the channels of each pixel, with an epsilon of 1e-5: tensors {@code weight} and {@code bias},
     * {@code [channels]} each.
     *
     * @param name name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x    what it reads
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node layerNorm(String name, Node x) throws WeightsException {
        return layerNorm(name, x, NORM_EPSILON);
    }

    /**
     * {@link #layerNorm(String, Node)} with another epsilon.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x       what it reads
     * @param epsilon added to the variance
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node layerNorm(String name, Node x, double epsilon) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", x.channels());
        float[] bias = parameters.floats(name + ".bias", x.channels());
        return new Node(name, new LayerNormOp(weight, bias, epsilon), List.of(x));
    }

    /**
     * PyTorch's GroupNorm with one group, over all pixels and channels: tensors {@code weight} and {@code bias}, {@code [channels]} each.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x       what it reads
     * @param epsilon added to the variance
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node groupNorm(String name, Node x, double epsilon) throws WeightsException {
        return groupNorm(name, x, 1, epsilon);
    }

    /**
     * PyTorch's GroupNorm, over all pixels and the channels of a group: tensors {@code weight} and {@code bias}, {@code [channels]} each.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x       what it reads
     * @param groups  groups of adjacent channels, a divisor of the channels
     * @param epsilon added to the variance
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node groupNorm(String name, Node x, int groups, double epsilon) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", x.channels());
        float[] bias = parameters.floats(name + ".bias", x.channels());
        return new Node(name, new MapNormOp(MapNorm.Kind.GROUP, groups, weight, bias, epsilon), List.of(x));
    }

    /**
     * Global response normalization, whose two tensors have different names and shapes from net to net.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param epsilon added to the mean length
     * @param weight  name of the tensor with the factor of each channel
     * @param bias    name of the tensor that is added to each channel
     * @param shape   shape of both: {@code [C]}, or the same with dimensions of 1
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node globalResponseNorm(String name, Node x, double epsilon, String weight, String bias, int... shape)
            throws WeightsException {
        return new Node(name, new MapNormOp(MapNorm.Kind.RESPONSE, parameters.floats(weight, shape),
                parameters.floats(bias, shape), epsilon), List.of(x));
    }

    /**
     * Global response normalization without a bias.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param epsilon added to the mean length
     * @param weight  name of the tensor with the factor of each channel
     * @param shape   its shape: {@code [C]}, or the same with dimensions of 1
     * @return a new node
     * @throws WeightsException when the tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node globalResponseNorm(String name, Node x, double epsilon, String weight, int... shape)
            throws WeightsException {
        return new Node(name, new MapNormOp(MapNorm.Kind.RESPONSE, parameters.floats(weight, shape),
                new float[x.channels()], epsilon), List.of(x));
    }

    /**
     * RMS normalization of each pixel over its channels: tensor {@code weight}, {@code [channels]}.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x       what it reads
     * @param epsilon added to the mean square
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node rmsNorm(String name, Node x, double epsilon) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", x.channels());
        return new Node(name, new ChannelNormOp(ChannelNorm.Kind.RMS, weight, epsilon), List.of(x));
    }

    /**
     * Attention with a learned bias for each head and distance: tensor {@code attention_biases}, {@code [heads][side * side]}.
     *
     * @param name     name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x        query, key and value of each head, {@code heads * (2 * keyDim + valueDim)} channels
     * @param heads    number of heads
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @param side     rows and columns of the map that the biases are for
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node attention(String name, Node x, int heads, int keyDim, int valueDim, int side) throws WeightsException {
        float[] biases = parameters.floats(name + ".attention_biases", heads, side * side);
        return new Node(name, new AttentionOp(heads, keyDim, valueDim, side, side, biases), List.of(x));
    }

    /**
     * Attention with a learned bias for each head and distance in its general form: tensor {@code attention_biases},
     * {@code [heads][rows * columns]}.
     *
     * @param name      name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param layout    number and sizes of the heads, and where they lie in the maps
     * @param partition which pixels attend to each other
     * @param rows      rows of a window, or of the map
     * @param columns   columns of a window, or of the map
     * @param maps      what it reads, in the order in which the layout counts them
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node attention(String name, AttentionHeads layout, Partition partition, int rows, int columns, Node... maps)
            throws WeightsException {
        float[] table = parameters.floats(name + ".attention_biases", layout.heads(), rows * columns);
        return new Node(name, new AttentionOp(layout, partition, Attention.usualScale(layout.keyDim()),
                AttentionBias.byDistance(layout.heads(), rows, columns, table)), List.of(maps));
    }

    /**
     * Attention among the channels of a head: tensor {@code temperature}, {@code [heads][1][1]}.
     *
     * @param name    name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param layout  number and sizes of the heads, and where they lie in the maps
     * @param epsilon the least length that a channel is divided by
     * @param maps    what it reads, in the order in which the layout counts them
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node crossCovariance(String name, AttentionHeads layout, double epsilon, Node... maps)
            throws WeightsException {
        float[] temperature = parameters.floats(name + ".temperature", layout.heads(), 1, 1);
        return new Node(name, new CrossCovarianceOp(layout, temperature, epsilon), List.of(maps));
    }

    /**
     * A sum of neighbors with weights that were computed for each pixel and head, and a bias for each head and distance: one tensor,
     * {@code [heads][2 * kernel - 1][2 * kernel - 1]}, whose name is the node's.
     *
     * @param name        name of the node and of the tensor
     * @param values      what is summed
     * @param firstValue  first channel of the values that are read
     * @param channels    channels of the result
     * @param weights     the weights before the softmax
     * @param firstWeight channel of the first tap of head 0
     * @param weightStep  channels from one head's first tap to the next one's
     * @param heads       number of heads
     * @param kernel      taps along a side, odd
     * @return a new node
     * @throws WeightsException when the tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node neighborhoodAggregation(String name, Node values, int firstValue, int channels, Node weights,
            int firstWeight, int weightStep, int heads, int kernel) throws WeightsException {
        float[] bias = parameters.floats(name, heads, 2 * kernel - 1, 2 * kernel - 1);
        return new Node(name, new NeighborhoodAggregationOp(heads, kernel, channels, firstValue, firstWeight,
                weightStep, bias), List.of(values, weights));
    }

    /**
     * A selective scan in four orders: tensors {@code A_log}, {@code [channels][states]}, {@code D}, {@code [channels]}, and
     * {@code direction_Bs}, {@code [5][states]}, and the bias of the steps, {@code [channels]}.
     *
     * @param name       name of the node and of PyTorch's module, whose tensors are {@code name + ".A_log"} and so on
     * @param bias       name of the tensor that is added to the steps
     * @param x          what goes through
     * @param step       the steps, before the softplus: channels as x
     * @param projection the map with the ways in and out of the states
     * @param states     states of each channel
     * @param wayIn      first channel of the projection that leads into a state
     * @param wayOut     first channel of the projection that leads out of one
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node selectiveScan(String name, String bias, Node x, Node step, Node projection, int states, int wayIn,
            int wayOut) throws WeightsException {
        int channels = x.channels();
        float[] decay = parameters.floats(name + ".A_log", channels, states);
        float[] skip = parameters.floats(name + ".D", channels);
        float[] direction = parameters.floats(name + ".direction_Bs", SelectiveScan.DIRECTIONS, states);
        float[] weight = Arrays.copyOf(decay, decay.length + skip.length + direction.length);
        System.arraycopy(skip, 0, weight, decay.length, skip.length);
        System.arraycopy(direction, 0, weight, decay.length + skip.length, direction.length);
        return new Node(name, new SelectiveScanOp(channels, states, wayIn, wayOut, weight,
                parameters.floats(bias, channels)), List.of(x, step, projection));
    }

    /**
     * A learned factor for each channel: one tensor, whose name is the node's.
     *
     * @param name  name of the node and of the tensor
     * @param x     what it reads
     * @param shape shape of the tensor: {@code [C]} or {@code [C][1][1]}
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node layerScale(String name, Node x, int... shape) throws WeightsException {
        double[] scale = doubles(parameters.floats(name, shape));
        return new Node(name, new AffineOp(scale, new double[scale.length]), List.of(x));
    }

    /**
     * PyTorch's ConvTranspose2d with one group and without dilation: tensors {@code weight}, {@code [in][out][kernel][kernel]}, and where it has
     * one {@code bias}, {@code [out]}. Where the stride is above 1, the convolution is a node of its own, {@code name + ":blocks"}, in front.
     *
     * @param name          name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x             what it reads
     * @param outChannels   channels of the result
     * @param kernel        taps along a side
     * @param stride        pixels of the result for one of x, along each side
     * @param padding       pixels of the result that are left out, on all sides
     * @param outputPadding pixels of the result that are added behind
     * @param bias          whether there is a bias
     * @return a new node
     * @throws WeightsException         when a tensor is missing, has another shape or is not finite; it names the tensor
     * @throws IllegalArgumentException when a number is out of its range, or the stride does not divide
     *                                  {@code kernel - 2 * padding + outputPadding}
     */
    public Node convTransposed(String name, Node x, int outChannels, int kernel, int stride, int padding,
            int outputPadding, boolean bias) throws WeightsException {
        TransposedConv conv = new TransposedConv(kernel, stride, padding, outputPadding);
        float[] weight = parameters.floats(name + ".weight", x.channels(), outChannels, kernel, kernel);
        return conv.node(name, x, outChannels, weight, bias ? bias(name, outChannels) : new double[outChannels]);
    }

    /**
     * A learned map added to x, such as a position embedding: one tensor, {@code [1][channels][height][width]}, whose name is the node's.
     *
     * @param name   name of the node and of the tensor
     * @param x      what it reads
     * @param height rows of x
     * @param width  columns of x
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node addMap(String name, Node x, int height, int width) throws WeightsException {
        float[] planes = parameters.floats(name, 1, x.channels(), height, width);
        float[] constant = new float[planes.length];
        for (int i = 0; i < planes.length; i++) {
            constant[i % (height * width) * x.channels() + i / (height * width)] = planes[i];
        }
        return constant(name, x, Binary.Operator.ADD, height, width, constant);
    }

    /**
     * An encoding of the pixels' positions added to x: tensors {@code weight}, {@code [channels][64][1][1]}, and {@code bias},
     * {@code [channels]}, of the convolution that projects it.
     *
     * @param name name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x    what it reads
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node fourierPositions(String name, Node x) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", x.channels(), FourierPositionsOp.FEATURES, 1, 1);
        float[] bias = parameters.floats(name + ".bias", x.channels());
        return new Node(name, new FourierPositionsOp(weight, bias), List.of(x));
    }
}
