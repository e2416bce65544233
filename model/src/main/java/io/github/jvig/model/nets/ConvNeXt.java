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
 * ConvNeXt: A ConvNet for the 2020s (CVPR 2022, arXiv 2201.03545). A stem, stages of blocks of a depthwise 7x7, a layer norm and an MLP, and a
 * head. Tensors have the names that they have in timm.
 *
 * @param channels channels of each stage
 * @param blocks   blocks of each stage
 * @param stem     how the image becomes a map of a quarter of its height and width
 * @param linear   whether the MLPs' weights are matrices, {@code [out][in]}, not {@code [out][in][1][1]}
 * @param classes  number of classes
 */
public record ConvNeXt(List<Integer> channels, List<Integer> blocks, Stem stem, boolean linear, int classes)
        implements
            Net {
    private static final Window HALVE = Window.of(2, 2, 0);
    private static final Window OVERLAP = Window.of(3, 2, 1);
    private static final int EXPANSION = 4;
    private static final double EPSILON = 1e-6;

    /** How the image becomes a map of a quarter of its height and width. */
    public enum Stem {
        /** One convolution on blocks of 4x4 pixels: the paper's. */
        PATCH,
        /** Two 3x3 convolutions that halve, both with the channels of the first stage. */
        OVERLAP,
        /** The same, the first with half the channels. */
        OVERLAP_TIERED
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks channels or blocks
     */
    public ConvNeXt {
        channels = List.copyOf(channels);
        blocks = List.copyOf(blocks);
        CommonBlocks.checkStages(channels, blocks);
    }

    private static ConvNeXt of(int channels, int third, Stem stem) {
        return new ConvNeXt(List.of(channels, 2 * channels, 4 * channels, 8 * channels), List.of(2, 2, third, 2), stem,
                false, 1000);
    }

    /**
     * The nets by timm's names.
     *
     * @return ConvNeXt-T of the paper and timm's smaller ones, for 1,000 classes; "ols" is for overlapping windows in the stem
     */
    public static Map<String, ConvNeXt> named() {
        Map<String, ConvNeXt> nets = new LinkedHashMap<>();
        nets.put("convnext_atto", of(40, 6, Stem.PATCH));
        nets.put("convnext_atto_ols", of(40, 6, Stem.OVERLAP_TIERED));
        nets.put("convnext_femto", of(48, 6, Stem.PATCH));
        nets.put("convnext_femto_ols", of(48, 6, Stem.OVERLAP_TIERED));
        nets.put("convnext_pico", of(64, 6, Stem.PATCH));
        nets.put("convnext_pico_ols", of(64, 6, Stem.OVERLAP_TIERED));
        nets.put("convnext_nano", of(80, 8, Stem.PATCH));
        nets.put("convnext_nano_ols", of(80, 8, Stem.OVERLAP));
        nets.put("convnext_tiny",
                new ConvNeXt(List.of(96, 192, 384, 768), List.of(3, 3, 9, 3), Stem.PATCH, true, 1000));
        return nets;
    }

    @Override
    public ConvNeXt configuredFor(Weights weights) throws WeightsException {
        boolean matrices = weights.shape("stages.0.blocks.0.mlp.fc1.weight").length == 2;
        return new ConvNeXt(channels, blocks, stem, matrices, GraphBuilder.classes(weights, "head.fc.weight"));
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
            Node x = stem(net.input(3), channels.getFirst());
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < channels.size(); stage++) {
                String name = "stages." + stage;
                if (stage > 0) {
                    x = net.layerNorm(name + ".downsample.0", x, EPSILON);
                    x = net.conv(name + ".downsample.1", x, channels.get(stage), HALVE);
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block(name + ".blocks." + i, x);
                }
                features.add(x);
            }
            x = net.layerNorm("head.norm", net.globalAveragePool("head.global_pool", x), EPSILON);
            return new Graph(List.of(net.linear("head.fc", x, classes)), features);
        }

        private Node stem(Node x, int width) throws WeightsException {
            if (stem == Stem.PATCH) {
                return net.layerNorm("stem.1", net.conv("stem.0", x, width, Window.of(4, 4, 0)), EPSILON);
            }
            int first = stem == Stem.OVERLAP ? width : EfficientNet.divisible(width / 2.0, EfficientNet.ROUND_LIMIT);
            x = net.conv("stem.1", net.conv("stem.0", x, first, OVERLAP), width, OVERLAP);
            return net.layerNorm("stem.2", x, EPSILON);
        }

        /** x + gamma * MLP(norm(depthwise 7x7(x))). */
        private Node block(String name, Node x) throws WeightsException {
            Node y = net.layerNorm(name + ".norm", net.depthwise(name + ".conv_dw", x, Window.same(7)), EPSILON);
            y = net.gelu(name + ".mlp.act", dense(name + ".mlp.fc1", y, EXPANSION * x.channels()));
            y = dense(name + ".mlp.fc2", y, x.channels());
            return net.add(name, net.layerScale(name + ".gamma", y, x.channels()), x);
        }

        private Node dense(String name, Node x, int width) throws WeightsException {
            return linear ? net.linear(name, x, width) : net.pointwise(name, x, width);
        }
    }
}
