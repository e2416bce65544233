package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MobileOne: An Improved One Millisecond Mobile Backbone (CVPR 2023, arXiv 2206.04040). A stem, stages of depthwise and 1x1 layers, and a
 * head. A layer is a sum of branches that can be merged into one convolution. Tensors have the names that they have in timm.
 *
 * @param widths   factors of the channels of each stage, 64, 128, 256 and 512
 * @param branches convolutions of a layer, without the one that has a window of one pixel
 * @param gated    blocks at the end of each stage that have squeeze-and-excitation
 * @param classes  number of classes
 * @param merged   whether the checkpoint holds each layer merged into one convolution, {@code reparam_conv}
 */
public record MobileOne(List<Double> widths, int branches, List<Integer> gated, int classes, boolean merged)
        implements
            Net {
    private static final List<Integer> BLOCKS = List.of(2, 8, 10, 1);
    private static final int STEM = 64;
    private static final double SQUEEZE = 1 / 16.0;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not four stages, or a layer has no branch
     */
    public MobileOne {
        widths = List.copyOf(widths);
        gated = List.copyOf(gated);
        if (widths.size() != BLOCKS.size() || gated.size() != BLOCKS.size() || branches < 1) {
            throw new IllegalArgumentException("four stages and a branch are needed, not " + widths + ", " + gated
                    + " and " + branches);
        }
    }

    /** {@return the nets of the paper for 1,000 classes, by timm's names} */
    public static Map<String, MobileOne> named() {
        Map<String, MobileOne> nets = new LinkedHashMap<>();
        List<Integer> none = List.of(0, 0, 0, 0);
        nets.put("mobileone_s0", new MobileOne(List.of(0.75, 1.0, 1.0, 2.0), 4, none, 1000, false));
        nets.put("mobileone_s1", new MobileOne(List.of(1.5, 1.5, 2.0, 2.5), 1, none, 1000, false));
        nets.put("mobileone_s2", new MobileOne(List.of(1.5, 2.0, 2.5, 4.0), 1, none, 1000, false));
        nets.put("mobileone_s3", new MobileOne(List.of(2.0, 2.5, 3.0, 4.0), 1, none, 1000, false));
        nets.put("mobileone_s4",
                new MobileOne(List.of(3.0, 3.5, 3.5, 4.0), 1, List.of(0, 0, 5, 1), 1000, false));
        return nets;
    }

    @Override
    public MobileOne configuredFor(Weights weights) throws WeightsException {
        return new MobileOne(widths, branches, gated, GraphBuilder.classes(weights, "head.fc.weight"),
                weights.has("stem.reparam_conv.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(new GraphBuilder(parameters)).graph();
    }

    private int channels(int stage) {
        return (int) ((STEM << stage) * widths.get(stage));
    }

    /** The layers of one graph. */
    private final class Layers {
        private final GraphBuilder net;

        Layers(GraphBuilder net) {
            this.net = net;
        }

        Graph graph() throws WeightsException {
            Node x = branches("stem", net.input(3), Math.min(STEM, channels(0)), Window.of(3, 2, 1), 1, 1);
            x = net.activation("stem.act", x, Activation.RELU);
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < BLOCKS.size(); stage++) {
                for (int i = 0; i < BLOCKS.get(stage); i++) {
                    String name = "stages." + stage + ".";
                    Window window = i == 0 ? Window.of(3, 2, 1) : Window.same(3);
                    boolean gate = i >= BLOCKS.get(stage) - gated.get(stage);
                    x = layer(name + 2 * i, x, x.channels(), window, x.channels(), gate);
                    x = layer(name + (2 * i + 1), x, channels(stage), Window.same(1), 1, gate);
                }
                features.add(x);
            }
            Node pooled = net.globalAveragePool("head.global_pool", x);
            return new Graph(List.of(net.linear("head.fc", pooled, classes)), features);
        }

        private Node layer(String name, Node x, int width, Window window, int groups, boolean gate)
                throws WeightsException {
            Node y = branches(name, x, width, window, groups, branches);
            y = gate ? CommonBlocks.squeezeExcite(net, name + ".attn", y, SQUEEZE) : y;
            return net.activation(name + ".act", y, Activation.RELU);
        }

        /** The sum of the convolutions, of one with a window of one pixel, and of x itself, each normalized, as far as they fit. */
        private Node branches(String name, Node x, int width, Window window, int groups, int convs)
                throws WeightsException {
            if (merged) {
                return net.conv(name + ".reparam_conv", x, width, window, groups, true);
            }
            List<Node> summands = new ArrayList<>();
            int stride = window.rows().stride();
            if (!window.isPointwise()) {
                summands.add(convNorm(name + ".conv_scale", x, width, Window.of(1, stride, 0), groups));
            }
            for (int i = 0; i < convs; i++) {
                summands.add(convNorm(name + ".conv_kxk." + i, x, width, window, groups));
            }
            if (stride == 1 && x.channels() == width) {
                summands.add(net.batchNorm(name + ".identity", x));
            }
            Node sum = summands.getFirst();
            for (int i = 1; i < summands.size(); i++) {
                sum = net.add(i == summands.size() - 1 ? name : name + ":sum." + i, sum, summands.get(i));
            }
            return sum;
        }

        private Node convNorm(String name, Node x, int width, Window window, int groups) throws WeightsException {
            return net.batchNorm(name + ".bn", net.conv(name + ".conv", x, width, window, groups, false));
        }
    }
}
