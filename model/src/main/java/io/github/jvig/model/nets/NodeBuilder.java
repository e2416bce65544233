package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import java.util.Arrays;
import java.util.List;

/** The layers that have no tensors. Each gives a node of the name that it is given. {@link GraphBuilder} adds those that have. */
public abstract sealed class NodeBuilder permits GraphBuilder {
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

    static double[] filled(int length, double value) {
        double[] result = new double[length];
        Arrays.fill(result, value);
        return result;
    }
}
