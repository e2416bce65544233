package io.github.jvig.model.nets;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AttentionScoresOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryConstantOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ChannelAtMaximumOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.GlobalDeviationOp;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.model.graph.TokenPoolOp;
import java.util.Arrays;
import java.util.List;

/** The layers that have no tensors. Each gives a node of the name that it is given. {@link GraphBuilder} adds those that have. Long, for it has a method for each kind of layer. */
public abstract sealed class NodeBuilder permits ConvBuilder {
    NodeBuilder() {
    }

    /**
     * The image, called {@code input}.
     *
     * @param channels channels of the image
     * @return a new node
     */
    public Node input(int channels) {
        return new Node("input", new InputOp(channels), List.of());
    }

    /**
     * The average over a square around each pixel, minus the pixel itself. Pixels outside the map are not counted. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param kernel pixels along a side of the square, odd
     * @return a new node
     */
    public Node averagePoolMinusInput(String name, Node x, int kernel) {
        return new Node(name, new AvgPoolBlendOp(kernel, filled(x.channels(), 1), filled(x.channels(), -1)),
                List.of(x));
    }

    /**
     * The exact GELU, {@link Activation#GELU}. No tensors.
     *
     * @param name name of the node
     * @param x    what it reads
     * @return a new node
     */
    public Node gelu(String name, Node x) {
        return activation(name, x, Activation.GELU);
    }

    /**
     * An activation by itself; a pass puts it into the convolution before it. No tensors.
     *
     * @param name       name of the node
     * @param x          what it reads
     * @param activation the function
     * @return a new node
     */
    public Node activation(String name, Node x, Activation activation) {
        return new Node(name, new ActivateOp(activation), List.of(x));
    }

    /**
     * The same constant factor for all channels. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param factor the factor
     * @return a new node
     */
    public Node scale(String name, Node x, double factor) {
        return new Node(name, new AffineOp(filled(x.channels(), factor), new double[x.channels()]), List.of(x));
    }

    /**
     * The sum of two maps of one shape. No tensors.
     *
     * @param name name of the node
     * @param a    one summand
     * @param b    the other summand
     * @return a new node
     */
    public Node add(String name, Node a, Node b) {
        return new Node(name, BinaryOp.sum(), List.of(a, b));
    }

    /**
     * The product of two maps of one shape. No tensors.
     *
     * @param name name of the node
     * @param a    one factor
     * @param b    the other factor
     * @return a new node
     */
    public Node multiply(String name, Node a, Node b) {
        return binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.NONE, a, b);
    }

    /**
     * {@code a operator b}, element by element. No tensors.
     *
     * @param name      name of the node
     * @param operator  what is done with two elements
     * @param broadcast how the second map is repeated
     * @param a         the first map
     * @param b         the second map
     * @return a new node
     */
    public Node binary(String name, Binary.Operator operator, Binary.Broadcast broadcast, Node a, Node b) {
        return new Node(name, new BinaryOp(operator, broadcast, Activation.NONE), List.of(a, b));
    }

    /**
     * {@code concat(x, m)}, m the max-relative feature of neighbors at fixed distances. No tensors.
     *
     * @param name      name of the node
     * @param x         what it reads
     * @param neighbors which pixels are neighbors
     * @param k         their distance in pixels, at least 1
     * @return a new node
     */
    public Node maxRelative(String name, Node x, Neighbors neighbors, int k) {
        return new Node(name, new MaxRelativeOp(neighbors, k), List.of(x));
    }

    /**
     * {@code concat(x, m)}, m the max-relative feature of those among every k-th pixel that are near: whose distance to x is below the mean
     * distance between pixels half the map apart, minus the standard deviation of these distances. The two steps that compute this limit are
     * nodes of their own, {@code name + ":distance"} and {@code name + ":limit"}. No tensors.
     *
     * @param name name of the node
     * @param x    what it reads
     * @param k    the distance between the pixels looked at, at least 1
     * @return a new node
     */
    public Node thresholdedMaxRelative(String name, Node x, int k) {
        Node distance = new Node(name + ":distance", new RolledL1DistanceOp(), List.of(x));
        Node limit = new Node(name + ":limit", new MeanMinusStdOp(), List.of(distance));
        return new Node(name, new ThresholdedMaxRelativeOp(k), List.of(x, limit));
    }

    /**
     * The mean over all pixels, PyTorch's {@code AdaptiveAvgPool2d(1)}. No tensors.
     *
     * @param name name of the node
     * @param x    what it reads
     * @return a new node
     */
    public Node globalAveragePool(String name, Node x) {
        return new Node(name, new GlobalAveragePoolOp(), List.of(x));
    }

    /**
     * Maps of one height and width, their channels one behind the other. No tensors.
     *
     * @param name  name of the node
     * @param parts the maps, at least two
     * @return a new node
     */
    public Node concat(String name, Node... parts) {
        return new Node(name, new ConcatOp(parts.length), List.of(parts));
    }

    /**
     * Channels that lie side by side. No tensors.
     *
     * @param name  name of the node
     * @param x     what it reads
     * @param from  the first channel that is kept, from 0
     * @param count channels that are kept
     * @return a new node
     */
    public Node slice(String name, Node x, int from, int count) {
        return new Node(name, SelectOp.slice(x.channels(), from, count), List.of(x));
    }

    /**
     * A channel shuffle (Zhang et al., arXiv 1707.01083): channels as {@code [groups][n]} become {@code [n][groups]}. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param groups a divisor of its channels
     * @return a new node
     */
    public Node channelShuffle(String name, Node x, int groups) {
        return new Node(name, SelectOp.shuffle(x.channels(), groups), List.of(x));
    }

    /**
     * Of each pixel one channel: the one that has the number of the largest channel of another map, PyTorch's {@code argmax} over the channels
     * and {@code gather}. No tensors.
     *
     * @param name   name of the node
     * @param x      the map whose largest channel is looked for
     * @param values the map that it is taken from: at least as many channels
     * @return a new node of one channel
     */
    public Node channelAtMaximum(String name, Node x, Node values) {
        return new Node(name, new ChannelAtMaximumOp(), List.of(x, values));
    }

    /**
     * The maximum or the average over a window. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param mode   what is taken of the pixels
     * @param window kernel size, stride, padding and dilation
     * @param sizing how the size of the result follows from that of the input
     * @return a new node
     */
    public Node pool(String name, Node x, Pool2d.Mode mode, Window window, Pool2dOp.Sizing sizing) {
        return new Node(name, new Pool2dOp(mode, window, sizing, Activation.NONE), List.of(x));
    }

    /**
     * PyTorch's {@code MaxPool2d} without {@code ceil_mode}. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param window kernel size, stride, padding and dilation
     * @return a new node
     */
    public Node maxPool(String name, Node x, Window window) {
        return pool(name, x, Pool2d.Mode.MAXIMUM, window, Pool2dOp.Sizing.FLOOR);
    }

    /**
     * The average over runs of pixels in the order of the raster, PyTorch's {@code AvgPool1d} on tokens with a stride of its kernel: a map of one
     * row. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param length pixels of a run
     * @return a new node
     */
    public Node tokenPool(String name, Node x, int length) {
        return new Node(name, new TokenPoolOp(length), List.of(x));
    }

    /**
     * A map in a size that is a multiple of its own, PyTorch's {@code interpolate} with a {@code scale_factor}. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param mode   which pixels are taken
     * @param factor pixels of the result for one of x, along each side
     * @return a new node
     */
    public Node resize(String name, Node x, Resize.Mode mode, double factor) {
        return new Node(name, new ResizeOp(mode, new ResizeOp.Factor(factor)), List.of(x));
    }

    /**
     * A map in the size of another, PyTorch's {@code interpolate} with a {@code size}. No tensors.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param mode    which pixels are taken
     * @param sizedAs the map whose height and width the result has
     * @return a new node
     */
    public Node resizeAs(String name, Node x, Resize.Mode mode, Node sizedAs) {
        return new Node(name, new ResizeOp(mode, new ResizeOp.OfAnother()), List.of(x, sizedAs));
    }

    /**
     * A map in the next size that blocks of pixels fill; at input sizes where they fill it already, the map itself. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param mode   which pixels are taken
     * @param height rows of a block
     * @param width  columns of a block
     * @return a new node
     */
    public Node resizeToMultiple(String name, Node x, Resize.Mode mode, int height, int width) {
        return new Node(name, new ResizeOp(mode, new ResizeOp.Multiple(height, width)), List.of(x));
    }

    /**
     * Each pixel becomes a block of pixels; with {@link BlockOrder#CHANNELS_FIRST} PyTorch's {@code PixelShuffle}. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param factor pixels along a side of a block
     * @param order  how the pixels of a block lie in the channels
     * @return a new node
     */
    public Node depthToSpace(String name, Node x, int factor, BlockOrder order) {
        return new Node(name, new DepthToSpaceOp(factor, order), List.of(x));
    }

    /**
     * Each block of pixels becomes a pixel; with {@link BlockOrder#CHANNELS_FIRST} PyTorch's {@code PixelUnshuffle}, with
     * {@link BlockOrder#COLUMNS_FIRST} and a factor of 2 the first step of the Swin Transformer's patch merging. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param factor pixels along a side of a block
     * @param order  how the pixels of a block lie in the channels
     * @return a new node
     */
    public Node spaceToDepth(String name, Node x, int factor, BlockOrder order) {
        return new Node(name, new SpaceToDepthOp(factor, order), List.of(x));
    }

    /**
     * A map and a constant map that the net has computed, element by element. No tensors.
     *
     * @param name     name of the node
     * @param x        what it reads
     * @param operator what is done with an element of x and one of the constant
     * @param height   rows of x and of the constant
     * @param width    columns of x and of the constant
     * @param constant {@code [height][width][channels]}, C order
     * @return a new node
     */
    public Node constant(String name, Node x, Binary.Operator operator, int height, int width, float[] constant) {
        return new Node(name, new BinaryConstantOp(operator, height, width, constant), List.of(x));
    }

    /**
     * The standard deviation over all pixels, PyTorch's {@code std} over height and width. No tensors.
     *
     * @param name       name of the node
     * @param x          what it reads
     * @param correction what is taken off the number of pixels: 0, or 1 for the unbiased variance
     * @param epsilon    added to the variance, 0 or more
     * @return a new node
     */
    public Node globalDeviation(String name, Node x, int correction, double epsilon) {
        return new Node(name, new GlobalDeviationOp(correction, epsilon), List.of(x));
    }

    /**
     * Attention without biases, whose queries, keys and values come from one map, or from two or three. No tensors.
     *
     * @param name      name of the node
     * @param layout    number and sizes of the heads, and where they lie in the maps
     * @param partition which pixels attend to each other
     * @param scale     factor of the scores
     * @param maps      what it reads, in the order in which the layout counts them
     * @return a new node
     */
    public Node attention(String name, AttentionHeads layout, Partition partition, double scale, Node... maps) {
        return new Node(name, new AttentionOp(layout, partition, scale, null), List.of(maps));
    }

    /**
     * Each pixel divided by the Euclidean length of its channels: PyTorch's {@code normalize} over the channels. No tensors.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param epsilon the least divisor
     * @return a new node
     */
    public Node normalizeChannels(String name, Node x, double epsilon) {
        return new Node(name, new ChannelNormOp(ChannelNorm.Kind.L2, null, epsilon), List.of(x));
    }

    /**
     * Each channel divided by its Euclidean length over all pixels: PyTorch's {@code normalize} over the pixels. No tensors.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param epsilon the least divisor
     * @return a new node
     */
    public Node normalizePixels(String name, Node x, double epsilon) {
        return new Node(name, new MapNormOp(MapNorm.Kind.L2, null, null, epsilon), List.of(x));
    }

    /**
     * Attention in which keys and values are multiplied first. No tensors.
     *
     * @param name     name of the node
     * @param layout   number and sizes of the heads, and where they lie in the maps
     * @param feature  applied to queries and keys
     * @param averaged whether keys, and keys times values, are averaged over the pixels; otherwise they are summed
     * @param epsilon  added to the divisor
     * @param maps     what it reads, in the order in which the layout counts them
     * @return a new node
     */
    public Node linearAttention(String name, AttentionHeads layout, LinearAttention.Feature feature, boolean averaged,
            double epsilon, Node... maps) {
        return new Node(name, new LinearAttentionOp(layout, feature, averaged, epsilon), List.of(maps));
    }

    /**
     * Values weighted with the sum of keys that a softmax of scores gives. No tensors.
     *
     * @param name      name of the node
     * @param x         a score, a key and a value of as many channels, in this order
     * @param partition which pixels the softmax goes over
     * @return a new node
     */
    public Node separableAttention(String name, Node x, Partition partition) {
        return new Node(name, new SeparableAttentionOp(partition), List.of(x));
    }

    /**
     * The softmax over all pixels, channel by channel. No tensors.
     *
     * @param name name of the node
     * @param x    what it reads
     * @return a new node
     */
    public Node spatialSoftmax(String name, Node x) {
        return new Node(name, new SpatialSoftmaxOp(), List.of(x));
    }

    /**
     * The products of queries and keys. No tensors.
     *
     * @param name  name of the node
     * @param query the queries, head after head
     * @param key   the keys: as many channels
     * @param heads number of heads
     * @param keys  number of keys, the pixels of their map
     * @return a new node of a channel for each head and key
     */
    public Node attentionScores(String name, Node query, Node key, int heads, int keys) {
        return new Node(name, new AttentionScoresOp(heads, keys), List.of(query, key));
    }

    /**
     * A map in a size that its shorter side has at least, enlarged between pixels, the longer side in proportion; where it is large enough
     * already, the map itself. No tensors.
     *
     * @param name name of the node
     * @param x    what it reads
     * @param mode which pixels are taken
     * @param side pixels of the shorter side
     * @return a new node
     */
    public Node resizeToAtLeast(String name, Node x, Resize.Mode mode, int side) {
        return new Node(name, new ResizeOp(mode, new ResizeOp.AtLeast(side)), List.of(x));
    }

    /**
     * The means of windows, as many as another map has pixels; at input sizes where the map has this size already, the map itself. PyTorch's
     * {@code adaptive_avg_pool2d}. No tensors.
     *
     * @param name    name of the node
     * @param x       what it reads
     * @param sizedAs the map whose height and width the result has
     * @return a new node
     */
    public Node adaptiveAveragePoolAs(String name, Node x, Node sizedAs) {
        return new Node(name, new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.OfAnother()), List.of(x, sizedAs));
    }

    /**
     * The means of windows, PyTorch's {@code AdaptiveAvgPool2d}. No tensors.
     *
     * @param name   name of the node
     * @param x      what it reads
     * @param height rows of the result
     * @param width  columns of the result
     * @return a new node
     */
    public Node adaptiveAveragePool(String name, Node x, int height, int width) {
        return new Node(name, new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.Fixed(height, width)), List.of(x));
    }

    static double[] filled(int length, double value) {
        double[] result = new double[length];
        Arrays.fill(result, value);
        return result;
    }
}
