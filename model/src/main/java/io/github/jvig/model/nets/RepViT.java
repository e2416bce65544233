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
 * RepViT: Revisiting Mobile CNN From ViT Perspective (CVPR 2024, arXiv 2307.09283). A stem, stages of blocks that mix first the pixels of a
 * channel, then the channels of a pixel, and a head. Tensors have the names that they have in timm, with the branches of each token mixer
 * apart.
 *
 * @param channels  channels of each stage
 * @param blocks    blocks of each stage, without the one in front of which the map is halved
 * @param legacy    whether the 1x1 branch of a token mixer has a normalization of its own, and the sum of the branches has none: the nets of
 *                  the paper's first version
 * @param classes   number of classes
 * @param distilled whether there is a second head; the logits are then the mean of both
 */
public record RepViT(List<Integer> channels, List<Integer> blocks, boolean legacy, int classes, boolean distilled)
        implements
            Net {
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final int EXPANSION = 2;
    private static final double SQUEEZE = 0.25;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when the lists differ in length, or a stage lacks channels or blocks
     */
    public RepViT {
        channels = List.copyOf(channels);
        blocks = List.copyOf(blocks);
        CommonBlocks.checkStages(channels, blocks);
    }

    private static RepViT of(int channels, List<Integer> blocks, boolean legacy) {
        return new RepViT(List.of(channels, 2 * channels, 4 * channels, 8 * channels), blocks, legacy, 1000, true);
    }

    /** {@return the nets of the paper and those of its first version (M1 to M3), for 1,000 classes, by timm's names} */
    public static Map<String, RepViT> named() {
        Map<String, RepViT> nets = new LinkedHashMap<>();
        nets.put("repvit_m0_9", of(48, List.of(2, 2, 14, 2), false));
        nets.put("repvit_m1_0", of(56, List.of(2, 2, 14, 2), false));
        nets.put("repvit_m1_1", of(64, List.of(2, 2, 12, 2), false));
        nets.put("repvit_m1_5", of(64, List.of(4, 4, 24, 4), false));
        nets.put("repvit_m2_3", of(80, List.of(6, 6, 34, 2), false));
        nets.put("repvit_m1", of(48, List.of(2, 2, 14, 2), true));
        nets.put("repvit_m2", of(64, List.of(2, 2, 12, 2), true));
        nets.put("repvit_m3", of(64, List.of(4, 4, 18, 2), true));
        return nets;
    }

    @Override
    public RepViT configuredFor(Weights weights) throws WeightsException {
        return new RepViT(channels, blocks, legacy, GraphBuilder.classes(weights, "head.head.l.weight"),
                weights.has("head.head_dist.l.weight"));
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
            Node x = stem(net.input(3));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < channels.size(); stage++) {
                String name = "stages." + stage;
                if (stage > 0) {
                    x = downsample(name + ".downsample", x, channels.get(stage));
                }
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block(name + ".blocks." + i, x, i % 2 == 0);
                }
                features.add(x);
            }
            return new Graph(List.of(head(x)), features);
        }

        /** Two convolutions that halve: a quarter of the height and the width. */
        private Node stem(Node x) throws WeightsException {
            int width = channels.getFirst();
            x = net.gelu("stem.act1", convNorm("stem.conv1", x, width / 2, HALVE, 1));
            return convNorm("stem.conv2", x, width, HALVE, 1);
        }

        /** A block, a depthwise convolution that halves, a 1x1 to the channels of the stage, an MLP. */
        private Node downsample(String name, Node x, int width) throws WeightsException {
            x = block(name + ".pre_block", x, false);
            x = convNorm(name + ".spatial_downsample", x, x.channels(), HALVE, x.channels());
            x = convNorm(name + ".channel_downsample", x, width, Window.same(1), 1);
            return residualMlp(name, name + ".ffn", x);
        }

        /** Token mixer, in every second block a gate, channel mixer. */
        private Node block(String name, Node x, boolean gated) throws WeightsException {
            x = tokenMixer(name + ".token_mixer", x);
            x = gated ? CommonBlocks.squeezeExcite(net, name + ".se", x, SQUEEZE) : x;
            return residualMlp(name, name + ".channel_mixer", x);
        }

        /** Depthwise 3x3 + depthwise 1x1 + x. */
        private Node tokenMixer(String name, Node x) throws WeightsException {
            Node wide = convNorm(name + ".conv", x, x.channels(), Window.same(3), x.channels());
            Node narrow = legacy
                    ? convNorm(name + ".conv1", x, x.channels(), Window.same(1), x.channels())
                    : net.depthwise(name + ".conv1", x, Window.same(1));
            Node sum = net.add(name, net.add(name + ":convs", wide, narrow), x);
            return legacy ? sum : net.batchNorm(name + ".bn", sum);
        }

        /** x + (expand 1x1, project 1x1). */
        private Node residualMlp(String name, String mlp, Node x) throws WeightsException {
            Node y = convNorm(mlp + ".conv1", x, EXPANSION * x.channels(), Window.same(1), 1);
            y = convNorm(mlp + ".conv2", net.gelu(mlp + ".act", y), x.channels(), Window.same(1), 1);
            return net.add(name, x, y);
        }

        private Node head(Node x) throws WeightsException {
            x = net.globalAveragePool("pool", x);
            Node head = classifier("head.head", x);
            if (!distilled) {
                return head;
            }
            Node both = net.add("head.head + head.head_dist", head, classifier("head.head_dist", x));
            return net.scale("head", both, 0.5);
        }

        private Node classifier(String name, Node x) throws WeightsException {
            return net.linear(name + ".l", net.batchNorm(name + ".bn", x), classes);
        }

        private Node convNorm(String name, Node x, int width, Window window, int groups) throws WeightsException {
            return net.batchNorm(name + ".bn", net.conv(name + ".c", x, width, window, groups, false));
        }
    }
}
