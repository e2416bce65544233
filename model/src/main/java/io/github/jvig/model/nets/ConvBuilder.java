package io.github.jvig.model.nets;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.WeightsException;
import java.util.List;

/** Convolutions and linear layers, which read their tensors under their own name. */
public abstract sealed class ConvBuilder extends NodeBuilder permits PaperBuilder {
    final Parameters parameters;

    /** @param parameters tensors by name */
    ConvBuilder(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * PyTorch's Conv2d with bias and one group: tensors {@code weight}, {@code [out][in][k][k]}, and {@code bias}, {@code [out]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @param window      kernel size, stride, padding and dilation
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node conv(String name, Node x, int outChannels, Window window) throws WeightsException {
        return conv(name, x, outChannels, window, 1, bias(name, outChannels));
    }

    /**
     * PyTorch's Conv2d without bias and with one group: tensor {@code weight}, {@code [out][in][k][k]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @param window      kernel size, stride, padding and dilation
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node convWithoutBias(String name, Node x, int outChannels, Window window) throws WeightsException {
        return conv(name, x, outChannels, window, 1, new double[outChannels]);
    }

    /**
     * PyTorch's Conv2d with a window of 1x1 and a bias: tensors {@code weight}, {@code [out][in][1][1]}, and {@code bias}, {@code [out]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node pointwise(String name, Node x, int outChannels) throws WeightsException {
        return conv(name, x, outChannels, Window.same(1));
    }

    /**
     * PyTorch's Conv2d with bias and as many groups as channels: tensors {@code weight}, {@code [channels][1][k][k]}, and {@code bias},
     * {@code [channels]}.
     *
     * @param name   name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x      what it reads
     * @param window kernel size, stride, padding and dilation
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node depthwise(String name, Node x, Window window) throws WeightsException {
        return conv(name, x, x.channels(), window, x.channels(), bias(name, x.channels()));
    }

    /**
     * PyTorch's Conv2d without bias and with as many groups as channels: tensor {@code weight}, {@code [channels][1][k][k]}.
     *
     * @param name   name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x      what it reads
     * @param window kernel size, stride, padding and dilation
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node depthwiseWithoutBias(String name, Node x, Window window) throws WeightsException {
        return conv(name, x, x.channels(), window, x.channels(), new double[x.channels()]);
    }

    /**
     * PyTorch's Conv2d in its general form: tensors {@code weight}, {@code [out][in / groups][kernel height][kernel width]}, and where it has
     * one {@code bias}, {@code [out]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @param window      kernel size, stride, padding and dilation
     * @param groups      a divisor of the channels of x and of the result
     * @param bias        whether there is a bias
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node conv(String name, Node x, int outChannels, Window window, int groups, boolean bias)
            throws WeightsException {
        return conv(name, x, outChannels, window, groups, bias ? bias(name, outChannels) : new double[outChannels]);
    }

    /**
     * A convolution that is padded as TensorFlow's "SAME" says, whatever the window says ({@link Window.Axis#same}): tensors {@code weight},
     * {@code [out][in / groups][kernel height][kernel width]}, and where it has one {@code bias}, {@code [out]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @param window      kernel size, stride and dilation
     * @param groups      a divisor of the channels of x and of the result
     * @param bias        whether there is a bias
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node convSamePadding(String name, Node x, int outChannels, Window window, int groups, boolean bias)
            throws WeightsException {
        Node fixed = conv(name, x, outChannels, window, groups, bias);
        ConvOp conv = (ConvOp) fixed.op();
        return new Node(name, new ConvOp(conv.inChannels(), outChannels, groups, window, true, conv.weight(),
                conv.scale(), conv.bias(), conv.epilogue()), List.of(x));
    }

    private Node conv(String name, Node x, int outChannels, Window window, int groups, double[] bias)
            throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels() / groups,
                window.rows().kernel(), window.columns().kernel());
        return conv(name, x, outChannels, window, groups, weight, bias);
    }

    /**
     * PyTorch's Linear with bias, on every pixel: tensors {@code weight}, {@code [out][in]}, and {@code bias}, {@code [out]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensors are {@code name + ".weight"} and so on
     * @param x           what it reads
     * @param outChannels channels of the result
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node linear(String name, Node x, int outChannels) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels());
        return conv(name, x, outChannels, Window.same(1), 1, weight, bias(name, outChannels));
    }

    /**
     * PyTorch's Linear without bias, on every pixel: tensor {@code weight}, {@code [out][in]}.
     *
     * @param name        name of the node and of PyTorch's module, whose tensor is {@code name + ".weight"}
     * @param x           what it reads
     * @param outChannels channels of the result
     * @return a new node
     * @throws WeightsException when the tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node linearWithoutBias(String name, Node x, int outChannels) throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels());
        return conv(name, x, outChannels, Window.same(1), 1, weight, new double[outChannels]);
    }

    private static Node conv(String name, Node x, int outChannels, Window window, int groups, float[] weight,
            double[] bias) {
        return new Node(name,
                new ConvOp(x.channels(), outChannels, groups, window, weight, filled(outChannels, 1), bias,
                        Epilogue.NONE),
                List.of(x));
    }

    final double[] bias(String name, int channels) throws WeightsException {
        return doubles(parameters.floats(name + ".bias", channels));
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
