package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.DeformableDepthwiseOp;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.weights.WeightsException;
import java.util.List;

/** Layers of single papers, which read their tensors under their own name. */
public abstract sealed class PaperBuilder extends ConvBuilder permits GraphBuilder {
    /** @param parameters tensors by name */
    PaperBuilder(Parameters parameters) {
        super(parameters);
    }

    /**
     * PyTorch's PReLU with a slope for each channel (He et al., arXiv 1502.01852): tensor {@code weight}, {@code [channels]}.
     *
     * @param name name of the node and of PyTorch's module, whose tensor is {@code name + ".weight"}
     * @param x    what it reads
     * @return a new node
     * @throws WeightsException when the tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node prelu(String name, Node x) throws WeightsException {
        return new Node(name, PiecewiseLinearOp.prelu(parameters.floats(name + ".weight", x.channels())), List.of(x));
    }

    /**
     * PokeBNN's DPReLU (Zhang et al., arXiv 2112.00133), {@code slope * (x - bias_x) - bias_y}, where the slope depends on the sign of
     * {@code x - bias_x}: tensors {@code bias_x}, {@code neg_slope}, {@code pos_slope} and {@code bias_y}, {@code [channels]} each.
     *
     * @param name name of the node and of the authors' module, whose tensors are {@code name + ".bias_x"} and so on
     * @param x    what it reads
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node dprelu(String name, Node x) throws WeightsException {
        int channels = x.channels();
        float[] shift = parameters.floats(name + ".bias_y", channels);
        float[] value = new float[channels];
        for (int c = 0; c < channels; c++) {
            value[c] = -shift[c];
        }
        return new Node(name, new PiecewiseLinearOp(parameters.floats(name + ".bias_x", channels),
                parameters.floats(name + ".neg_slope", channels), parameters.floats(name + ".pos_slope", channels),
                value), List.of(x));
    }

    /**
     * PokeBNN's binary convolution, padded as TensorFlow's "SAME" says: tensor {@code weight}, {@code [out][in][kernel][kernel]}. Both sides are
     * quantized to one bit as the authors' library does: inputs become plus or minus half of a bound, weights plus or minus half of the
     * largest absolute weight of their output; zero is plus.
     *
     * @param name        name of the node and of the tensor's module, whose tensor is {@code name + ".weight"}
     * @param x           what it reads
     * @param outChannels channels of the result
     * @param kernel      taps along each side
     * @param stride      pixels of x for one of the result, along each side
     * @param bound       bound of the inputs, 3 in the paper
     * @return a new node
     * @throws WeightsException when the tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node binaryConv(String name, Node x, int outChannels, int kernel, int stride, double bound)
            throws WeightsException {
        float[] weight = parameters.floats(name + ".weight", outChannels, x.channels(), kernel, kernel);
        double[] scale = new double[outChannels];
        for (int i = 0; i < weight.length; i++) {
            int o = i / (weight.length / outChannels);
            scale[o] = Math.max(scale[o], bound / 2 * Math.abs(weight[i]) / 2);
        }
        return new Node(name,
                new BinaryConvOp(x.channels(), outChannels, kernel, stride, weight, scale, new double[outChannels]),
                List.of(x));
    }

    /**
     * A translation variant convolution without bias (Chen et al., TVConv, arXiv 2203.10489): a depthwise convolution whose weights for each
     * place a small net computes of affinity maps, once, here. Tensors {@code posi_map}, {@code [1][4][height][width]}; for i = 0, 1
     * {@code weight_layers.i.0.weight}, {@code [16][4 or 16][3][3]}, {@code weight_layers.i.1.weight} and {@code weight_layers.i.1.bias},
     * {@code [16][height][width]}; {@code weight_layers.2.weight}, {@code [channels * kernel * kernel][16][3][3]}.
     *
     * @param name   name of the node and of the authors' module, whose tensors are {@code name + ".posi_map"} and so on
     * @param x      what it reads
     * @param kernel taps along each side, odd
     * @param stride pixels of x for one of the result, along each side
     * @param height rows of the result
     * @param width  columns of the result
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node tvConv(String name, Node x, int kernel, int stride, int height, int width) throws WeightsException {
        int channels = x.channels();
        float[] weight = new AffinityNet(parameters, name, height, width).weights(channels, kernel * kernel);
        return new Node(name, new LocalDepthwiseOp(height, width, Window.of(kernel, stride, kernel / 2), weight,
                filled(channels, 1), new double[channels], Activation.NONE), List.of(x));
    }

    /**
     * CoDeNet's deformable convolution (Huang et al., arXiv 2006.08357) without bias: depthwise, 3x3, its taps in a square around each pixel as
     * large as a 1x1 convolution says, within bounds. Tensors {@code conv_scale.weight}, {@code [1][channels][1][1]},
     * {@code conv_scale.bias}, {@code [1]}, and {@code conv.weight}, {@code [channels][1][3][3]}. The scales are a node of their own,
     * {@code name + ".conv_scale"}.
     *
     * @param name   name of the node and of the authors' module, whose tensors are {@code name + ".conv.weight"} and so on
     * @param x      what it reads
     * @param stride pixels of x for one of the result, along each side
     * @param bound  largest scale, 8 in the paper; the least one is {@code 1 - bound}
     * @return a new node
     * @throws WeightsException when a tensor is missing, has another shape or is not finite; it names the tensor
     */
    public Node deformableDepthwise(String name, Node x, int stride, int bound) throws WeightsException {
        Node scales = conv(name + ".conv_scale", x, 1, Window.of(1, stride, 0));
        int side = (int) Math.sqrt(DeformableDepthwiseConv.TAPS);
        float[] weight = parameters.floats(name + ".conv.weight", x.channels(), 1, side, side);
        return new Node(name, new DeformableDepthwiseOp(stride, bound, weight), List.of(x, scales));
    }

    /**
     * SpaRTAN's product with complex numbers (Pay et al., arXiv 2507.10999) and the convolution without bias behind it, which are one convolution.
     * Two adjacent channels are real and imaginary part of a number. Tensors {@code [1][1][1][channels / 2][2]}, the other factors, and
     * {@code weight}, {@code [channels][channels / groups][k][k]}. As many groups as channels become half as many.
     *
     * @param name    name of the node and of PyTorch's module, whose tensor is {@code name + ".weight"}
     * @param factors name of the tensor with the other factors
     * @param x       what it reads, of an even number of channels
     * @param window  kernel size, stride, padding and dilation
     * @param groups  groups of the convolution: of one channel each, or of an even number
     * @return a new node of as many channels
     * @throws WeightsException         when a tensor is missing, has another shape or is not finite; it names the tensor
     * @throws IllegalArgumentException when a number's channels lie in two groups of several
     */
    public Node complexConv(String name, String factors, Node x, Window window, int groups) throws WeightsException {
        int channels = x.channels();
        int depth = channels / groups;
        if (channels % 2 > 0 || channels % groups > 0 || depth > 1 && depth % 2 > 0) {
            throw new IllegalArgumentException(
                    "pairs of " + channels + " channels do not go into " + groups + " groups");
        }
        float[] factor = parameters.floats(factors, 1, 1, 1, channels / 2, 2);
        int taps = window.taps();
        float[] weight = parameters.floats(name + ".weight", channels, depth, window.rows().kernel(),
                window.columns().kernel());
        int newDepth = Math.max(2, depth);
        double[] product = new double[channels * newDepth * taps];
        for (int i = 0; i < weight.length; i++) {
            int out = i / (depth * taps);
            int in = out / depth * depth + i / taps % depth;
            int tap = i % taps;
            // A real part is re * x - im * y of a number x + iy, an imaginary part re * y + im * x.
            double re = factor[in / 2 * 2];
            double im = in % 2 > 0 ? factor[in] : -factor[in + 1];
            product[(out * newDepth + in % newDepth) * taps + tap] += weight[i] * re;
            product[(out * newDepth + (in ^ 1) % newDepth) * taps + tap] += weight[i] * im;
        }
        float[] rounded = new float[product.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) product[i];
        }
        return new Node(name, new ConvOp(channels, channels, channels / newDepth, window, rounded,
                filled(channels, 1), new double[channels], Epilogue.NONE), List.of(x));
    }
}
