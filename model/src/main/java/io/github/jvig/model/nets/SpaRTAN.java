package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * SpaRTAN (IJCNN 2025, arXiv 2507.10999), with the authors' tensor names. A block mixes pixels with windows of two sizes, then channels with
 * products: each pixel's products get that one added whose number is the pixel's largest channel, and are then turned as complex numbers, two
 * channels each. The first half of the stages has dense windows in the mixer of pixels and depthwise ones in that of channels; the second half
 * has depthwise ones and groups.
 *
 * @param blocks     blocks of each stage
 * @param channels   channels of each stage, multiples of 8
 * @param expansions products for each channel of each stage, even
 * @param classes    number of classes
 */
public record SpaRTAN(List<Integer> blocks, List<Integer> channels, List<Integer> expansions,
        int classes) implements Net {
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final Window DILATED = new Window(3, 1, 2, 2);
    private static final double EPSILON = 1e-6;
    /** The gates' inner layer has so many times fewer channels. */
    private static final int REDUCTION = 4;
    private static final int CHANNEL_MULTIPLE = 8;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a stage has no blocks, its channels are no multiple of 8, or its expansion is not even
     */
    public SpaRTAN {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        expansions = List.copyOf(expansions);
        CommonBlocks.checkStages(channels, blocks);
        if (expansions.size() != channels.size() || Collections.min(expansions) < 2
                || expansions.stream().anyMatch(e -> e % 2 > 0)
                || channels.stream().anyMatch(c -> c % CHANNEL_MULTIPLE > 0)) {
            throw new IllegalArgumentException("every stage of SpaRTAN needs channels in multiples of "
                    + CHANNEL_MULTIPLE + " and an even expansion, not " + channels + " and " + expansions);
        }
    }

    /** {@return the net that the authors' code configures, for 1,000 classes} */
    public static Map<String, SpaRTAN> named() {
        Map<String, SpaRTAN> nets = new LinkedHashMap<>();
        nets.put("spartan_t",
                new SpaRTAN(List.of(3, 3, 12, 2), List.of(32, 64, 128, 256), List.of(4, 4, 2, 2), 1000));
        return nets;
    }

    @Override
    public SpaRTAN configuredFor(Weights weights) throws WeightsException {
        return new SpaRTAN(blocks, channels, expansions, GraphBuilder.classes(weights, "linear.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(new GraphBuilder(parameters)).graph();
    }

    /** The layers of one graph. */
    private final class Layers {
        private final GraphBuilder net;

        Layers(GraphBuilder net) {
            this.net = net;
        }

        Graph graph() throws WeightsException {
            int first = channels.getFirst();
            Node x = convolved("conv.0", net.input(3), first / 2, HALVE, 1, Activation.GELU);
            x = convolved("conv.1", x, first, HALVE, 1, Activation.GELU);
            List<Node> features = new ArrayList<>();
            // Blocks and what lies between the stages are numbered as one list.
            int layer = 0;
            for (int stage = 0; stage < blocks.size(); stage++) {
                if (stage > 0) {
                    x = convolved("layers." + layer++, x, channels.get(stage), Window.of(2, 2, 0), 1, Activation.SILU);
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block("layers." + layer++, x, stage);
                }
                features.add(x);
            }
            return new Graph(List.of(net.linear("linear", net.globalAveragePool("pool", x), classes)), features);
        }

        private Node convolved(String name, Node x, int outChannels, Window window, int groups, Activation activation)
                throws WeightsException {
            return activated(name, net.conv(name + ".conv", x, outChannels, window, groups, false), activation);
        }

        private Node activated(String name, Node convolution, Activation activation) throws WeightsException {
            return net.activation(name + ".act", net.batchNorm(name + ".norm", convolution, EPSILON), activation);
        }

        private Node block(String name, Node in, int stage) throws WeightsException {
            Node y = pixelMixer(name + ".smixer", net.groupNorm(name + ".norm_1", in, EPSILON), stage);
            Node x = net.add(name + ":mixed", in, scaled(name + ".scale_1", y));
            y = channelMixer(name + ".cmixer", net.groupNorm(name + ".norm_2", x, EPSILON), stage);
            return net.add(name, x, scaled(name + ".scale_2", y));
        }

        private Node scaled(String name, Node x) throws WeightsException {
            return net.layerScale(name, x, 1, x.channels(), 1, 1);
        }

        private boolean grouped(int stage) {
            return stage >= blocks.size() / 2;
        }

        private Node pixelMixer(String name, Node in, int stage) throws WeightsException {
            int half = in.channels() / 2;
            int groups = grouped(stage) ? half : 1;
            Node x = net.pointwise(name + ".proj_in", in, half);
            Node contrast = net.binary(name + ":contrast", Binary.Operator.SUBTRACT, Binary.Broadcast.PIXEL, x,
                    net.globalAveragePool(name + ":mean", x));
            x = net.add(name + ":raised", x, scaled(name + ".gamma", contrast));
            Node near = convolved(name + ".h_conv", x, half, Window.same(3), groups, Activation.GELU);
            Node far = net.conv(name + ".l_conv.0.conv", x, half, DILATED, groups, false);
            far = convolved(name + ".l_conv.1", far, half, DILATED, groups, Activation.GELU);
            // Gates of both at once give the same products, and go into the convolution behind them.
            Node gates = net.concat(name + ":gates", gate(name + ".h_attn", near, half / REDUCTION),
                    gate(name + ".l_attn", far, half / REDUCTION));
            return net.pointwise(name + ".proj_out", gated(name, net.concat(name + ":both", near, far), gates),
                    in.channels());
        }

        private Node channelMixer(String name, Node in, int stage) throws WeightsException {
            int width = expansions.get(stage) * in.channels();
            Node theta = net.gelu(name + ".theta:act", net.pointwise(name + ".theta", in, width));
            Node products = net.multiply(name + ":products", net.pointwise(name + ".proj", in, width), theta);
            // The authors pick a channel of both factors and multiply: that is the product that is picked here.
            Node largest = net.channelAtMaximum(name + ":largest", in, products);
            Node x = net.binary(name + ":sums", Binary.Operator.ADD, Binary.Broadcast.CHANNEL, products, largest);
            Node turned = net.complexConv(name + ".conv.conv", name + ".complex", x, Window.same(3),
                    grouped(stage) ? in.channels() : width);
            x = activated(name + ".conv", turned, Activation.GELU);
            x = gated(name, x, gate(name + ".attn", x, in.channels() / REDUCTION));
            return net.pointwise(name + ".proj_out", x, in.channels());
        }

        /** Squeeze and excitation without the product. */
        private Node gate(String name, Node x, int width) throws WeightsException {
            Node y = net.pointwise(name + ".squeeze", net.globalAveragePool(name + ".pool", x), width);
            y = net.pointwise(name + ".expand", net.activation(name + ".act", y, Activation.RELU), x.channels());
            return net.activation(name + ".scale_act", y, Activation.SIGMOID);
        }

        private Node gated(String name, Node x, Node gate) {
            return net.binary(name + ":gated", Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, gate);
        }
    }
}
