package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * GhostNet: More Features from Cheap Operations (CVPR 2020, arXiv 1911.11907), and GhostNetV2: Enhance Cheap Operation with Long-Range
 * Attention (NeurIPS 2022, arXiv 2211.12905), with timm's tensor names. An inverted residual net whose 1x1 convolutions give half of their
 * channels; a depthwise convolution of these gives the others.
 *
 * @param width     factor of all channels
 * @param attention whether the net is of the second version, whose blocks from the third on have attention
 * @param classes   number of classes
 */
public record GhostNet(double width, boolean attention, int classes) implements Net {
    /**
     * A bottleneck.
     *
     * @param kernel   side of its depthwise window
     * @param expanded channels inside, at a width of 1
     * @param channels channels of the result, at a width of 1
     * @param squeeze  whether it has a gate
     * @param stride   stride of the depthwise convolution
     */
    private record Block(int kernel, int expanded, int channels, boolean squeeze, int stride) {}

    private static final List<List<Block>> STAGES = List.of(
            List.of(new Block(3, 16, 16, false, 1)),
            List.of(new Block(3, 48, 24, false, 2)),
            List.of(new Block(3, 72, 24, false, 1)),
            List.of(new Block(5, 72, 40, true, 2)),
            List.of(new Block(5, 120, 40, true, 1)),
            List.of(new Block(3, 240, 80, false, 2)),
            List.of(new Block(3, 200, 80, false, 1), new Block(3, 184, 80, false, 1), new Block(3, 184, 80, false, 1),
                    new Block(3, 480, 112, true, 1), new Block(3, 672, 112, true, 1)),
            List.of(new Block(5, 672, 160, true, 2)),
            List.of(new Block(5, 960, 160, false, 1), new Block(5, 960, 160, true, 1),
                    new Block(5, 960, 160, false, 1), new Block(5, 960, 160, true, 1)));
    private static final int STEM = 16;
    private static final int LAST = 960;
    private static final int FEATURES = 1280;
    private static final int DIVISOR = 4;
    /** Rounding takes off a tenth at most. */
    private static final double ROUND_LIMIT = 0.9;
    private static final double SQUEEZE = 0.25;
    private static final int FIRST_WITH_ATTENTION = 2;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the width or the number of classes is not above 0
     */
    public GhostNet {
        if (!(width > 0) || classes < 1) {
            throw new IllegalArgumentException("GhostNet needs a width and classes, not " + width + " and " + classes);
        }
    }

    /** {@return GhostNet as published, by name} */
    public static Map<String, Net> v1() {
        return Map.of("ghostnet_100", new GhostNet(1, false, 1000));
    }

    /** {@return GhostNetV2 as published, by name} */
    public static Map<String, Net> v2() {
        return new TreeMap<>(Map.of("ghostnetv2_100", new GhostNet(1, true, 1000), "ghostnetv2_130",
                new GhostNet(1.3, true, 1000), "ghostnetv2_160", new GhostNet(1.6, true, 1000)));
    }

    @Override
    public GhostNet configuredFor(Weights weights) throws WeightsException {
        return new GhostNet(width, attention, GraphBuilder.classes(weights, "classifier.weight"));
    }

    /** The nearest multiple of 4 to a number of channels. */
    private static int divisible(double wanted) {
        int nearest = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
        return nearest < ROUND_LIMIT * wanted ? nearest + DIVISOR : nearest;
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
            Node x = net.convWithoutBias("conv_stem", net.input(3), divisible(STEM * width), Window.of(3, 2, 1));
            x = relu("act1", net.batchNorm("bn1", x));
            List<Node> features = new ArrayList<>();
            int number = 0;
            for (int stage = 0; stage < STAGES.size(); stage++) {
                List<Block> blocks = STAGES.get(stage);
                for (int i = 0; i < blocks.size(); i++) {
                    boolean attends = attention && number++ >= FIRST_WITH_ATTENTION;
                    x = bottleneck("blocks." + stage + "." + i, x, blocks.get(i), attends);
                }
                if (blocks.getLast().stride() > 1) {
                    features.add(x);
                }
            }
            String last = "blocks." + STAGES.size() + ".0";
            x = net.convWithoutBias(last + ".conv", x, divisible(LAST * width), Window.same(1));
            x = net.globalAveragePool("global_pool", relu(last + ".bn1.act", net.batchNorm(last + ".bn1", x)));
            x = relu("act2", net.pointwise("conv_head", x, FEATURES));
            return new Graph(List.of(net.linear("classifier", x, classes)), features);
        }

        /** shortcut(x) + (expand, where the size is halved a depthwise convolution, gate, project). */
        private Node bottleneck(String name, Node x, Block block, boolean attends) throws WeightsException {
            int expanded = divisible(block.expanded() * width);
            int outChannels = divisible(block.channels() * width);
            Node y = ghost(name + ".ghost1", x, expanded, true);
            if (attends) {
                y = net.multiply(name + ".ghost1:attended", y, attention(name + ".ghost1", x, y));
            }
            if (block.stride() > 1) {
                y = depthwise(name + ".conv_dw", name + ".bn_dw", y, window(block));
            }
            if (block.squeeze()) {
                y = gate(name + ".se", y);
            }
            return net.add(name, ghost(name + ".ghost2", y, outChannels, false),
                    shortcut(name + ".shortcut", x, block, outChannels));
        }

        private Node shortcut(String name, Node x, Block block, int outChannels) throws WeightsException {
            if (block.stride() == 1 && x.channels() == outChannels) {
                return x;
            }
            return pointwise(name + ".2", name + ".3", depthwise(name + ".0", name + ".1", x, window(block)),
                    outChannels);
        }

        /** Half of the channels by a 1x1 convolution, the others by a depthwise convolution of these. */
        private Node ghost(String name, Node x, int outChannels, boolean active) throws WeightsException {
            Node primary = pointwise(name + ".primary_conv.0", name + ".primary_conv.1", x, outChannels / 2);
            primary = active ? relu(name + ".primary_conv.2", primary) : primary;
            Node cheap = depthwise(name + ".cheap_operation.0", name + ".cheap_operation.1", primary, Window.same(3));
            cheap = active ? relu(name + ".cheap_operation.2", cheap) : cheap;
            return net.concat(name, primary, cheap);
        }

        /** DFC attention: a factor for each element, from its row and its column in a map of half the size. */
        private Node attention(String name, Node x, Node sizedAs) throws WeightsException {
            String conv = name + ".short_conv";
            Node y = net.pool(conv + ":pool", x, Pool2d.Mode.AVERAGE, Window.of(2, 2, 0), Pool2dOp.Sizing.FLOOR);
            y = pointwise(conv + ".0", conv + ".1", y, sizedAs.channels());
            y = depthwise(conv + ".2", conv + ".3", y, Window.same(1, 5));
            y = depthwise(conv + ".4", conv + ".5", y, Window.same(5, 1));
            return net.resizeAs(conv, net.activation(name + ".gate_fn", y, Activation.SIGMOID), Resize.Mode.NEAREST,
                    sizedAs);
        }

        /** Squeeze-and-excitation. */
        private Node gate(String name, Node x) throws WeightsException {
            Node y = net.globalAveragePool(name + ":pool", x);
            y = relu(name + ".act1", net.pointwise(name + ".conv_reduce", y, divisible(SQUEEZE * x.channels())));
            y = net.activation(name + ".gate", net.pointwise(name + ".conv_expand", y, x.channels()),
                    Activation.HARD_SIGMOID);
            return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        }

        private static Window window(Block block) {
            return Window.of(block.kernel(), block.stride(), block.kernel() / 2);
        }

        private Node pointwise(String conv, String norm, Node x, int outChannels) throws WeightsException {
            return net.batchNorm(norm, net.convWithoutBias(conv, x, outChannels, Window.same(1)));
        }

        private Node depthwise(String conv, String norm, Node x, Window window) throws WeightsException {
            return net.batchNorm(norm, net.depthwiseWithoutBias(conv, x, window));
        }

        private Node relu(String name, Node x) {
            return net.activation(name, x, Activation.RELU);
        }
    }
}
