package io.github.jvig.model.nets;

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
 * UniRepLKNet (CVPR 2024, arXiv 2311.15599). A stem, stages of blocks of a depthwise convolution with a large or a small window, a gate and
 * an MLP, and a head. The large windows of 13x13 pixels have branches with smaller and dilated ones, which can be merged. Tensors have the
 * names that they have in the authors' code.
 *
 * @param width   channels of the first stage; each stage has twice as many as the one before it
 * @param kernels side of the window of each block of each stage, 3 or 13
 * @param classes number of classes
 * @param merged  whether the checkpoint holds the branches merged, and the normalizations folded
 */
public record UniRepLKNet(int width, List<List<Integer>> kernels, int classes, boolean merged) implements Net {
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final int LARGE = 13;
    private static final int SMALL = 3;
    /** The branches beside a large window: side and dilation. */
    private static final List<Branch> BRANCHES = List.of(new Branch(5, 1), new Branch(7, 2), new Branch(3, 3),
            new Branch(3, 4), new Branch(3, 5));
    private static final int EXPANSION = 4;
    private static final double EPSILON = 1e-6;

    /** A window beside a large one. */
    private record Branch(int kernel, int dilation) {
        String suffix() {
            return "_k" + kernel + "_" + dilation;
        }

        Window window() {
            return new Window(kernel, 1, dilation * (kernel - 1) / 2, dilation);
        }
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a stage has no channels or no blocks, or a window is neither 3 nor 13 pixels wide
     */
    public UniRepLKNet {
        kernels = kernels.stream().map(List::copyOf).toList();
        int first = width;
        CommonBlocks.checkStages(kernels.stream().map(_ -> first).toList(), kernels.stream().map(List::size).toList());
        if (!kernels.stream().flatMap(List::stream).allMatch(kernel -> kernel == LARGE || kernel == SMALL)) {
            throw new IllegalArgumentException("windows are 3 or 13 pixels wide, not " + kernels);
        }
    }

    private static UniRepLKNet of(int width, int ends, List<Integer> third) {
        return new UniRepLKNet(width, List.of(repeated(ends, SMALL), repeated(ends, LARGE), third,
                repeated(ends, LARGE)), 1000, false);
    }

    private static List<Integer> repeated(int times, Integer... kernels) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(List.of(kernels));
        }
        return all;
    }

    /** {@return the nets of the paper for 1,000 classes, by the authors' names} */
    public static Map<String, UniRepLKNet> named() {
        Map<String, UniRepLKNet> nets = new LinkedHashMap<>();
        nets.put("unireplknet_a", of(40, 2, repeated(6, LARGE)));
        nets.put("unireplknet_f", of(48, 2, repeated(6, LARGE)));
        nets.put("unireplknet_p", of(64, 2, repeated(6, LARGE)));
        nets.put("unireplknet_n", of(80, 2, repeated(8, LARGE)));
        nets.put("unireplknet_t", of(80, 3, repeated(9, LARGE, SMALL)));
        nets.put("unireplknet_s", of(96, 3, repeated(9, LARGE, SMALL, SMALL)));
        return nets;
    }

    @Override
    public UniRepLKNet configuredFor(Weights weights) throws WeightsException {
        return new UniRepLKNet(width, kernels, GraphBuilder.classes(weights, "head.weight"),
                !weights.has("stages.0.0.norm.weight"));
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
            Node x = normalizedConv("downsample_layers.0.", 0, net.input(3), width / 2);
            x = normalizedConv("downsample_layers.0.", 3, net.gelu("downsample_layers.0.2", x), width);
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < kernels.size(); stage++) {
                if (stage > 0) {
                    x = normalizedConv("downsample_layers." + stage + ".", 0, x, width << stage);
                }
                for (int i = 0; i < kernels.get(stage).size(); i++) {
                    x = block("stages." + stage + "." + i, x, kernels.get(stage).get(i));
                }
                features.add(x);
            }
            x = net.layerNorm("norm", net.globalAveragePool("pool", x), EPSILON);
            return new Graph(List.of(net.linear("head", x, classes)), features);
        }

        /** A convolution that halves, and a layer norm. */
        private Node normalizedConv(String name, int index, Node x, int channels) throws WeightsException {
            return net.layerNorm(name + (index + 1), net.conv(name + index, x, channels, HALVE), EPSILON);
        }

        /** x + gamma * MLP(gate(norm(depthwise(x)))); the MLP is a 1x1, GELU, global response normalization (arXiv 2301.00808), a 1x1. */
        private Node block(String name, Node x, int kernel) throws WeightsException {
            Node y = kernel == LARGE ? largeKernel(name + ".dwconv", x) : smallKernel(name + ".dwconv", x);
            y = merged ? y : net.batchNorm(name + ".norm", y);
            y = CommonBlocks.squeezeExcite(net, name + ".se", y, x.channels() / 4, "down", "up");
            y = net.gelu(name + ".act.0", net.linear(name + ".pwconv1.1", y, EXPANSION * x.channels()));
            return net.add(name, x, project(name, y, x.channels()));
        }

        private Node project(String name, Node x, int channels) throws WeightsException {
            String norm = name + ".act.1";
            int[] shape = {1, 1, 1, x.channels()};
            if (merged) {
                Node y = net.globalResponseNorm(norm, x, EPSILON, norm + ".gamma", shape);
                return net.linear(name + ".pwconv2.0", y, channels);
            }
            Node y = net.globalResponseNorm(norm, x, EPSILON, norm + ".gamma", norm + ".beta", shape);
            y = net.batchNorm(name + ".pwconv2.2", net.linearWithoutBias(name + ".pwconv2.0", y, channels));
            return net.layerScale(name + ".gamma", y, channels);
        }

        private Node smallKernel(String name, Node x) throws WeightsException {
            return net.conv(name, x, x.channels(), Window.same(SMALL), x.channels(), merged);
        }

        /** The sum of the 13x13 and its branches, each normalized. */
        private Node largeKernel(String name, Node x) throws WeightsException {
            String large = name + ".lk_origin";
            Node y = net.conv(large, x, x.channels(), Window.same(LARGE), x.channels(), merged);
            if (merged) {
                return y;
            }
            y = net.batchNorm(name + ".origin_bn", y);
            for (Branch branch : BRANCHES) {
                Node z = net.depthwiseWithoutBias(name + ".dil_conv" + branch.suffix(), x, branch.window());
                y = net.add(name + ":sum" + branch.suffix(), y,
                        net.batchNorm(name + ".dil_bn" + branch.suffix(), z));
            }
            return y;
        }
    }
}
