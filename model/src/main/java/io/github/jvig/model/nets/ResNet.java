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
 * ResNet: Deep Residual Learning for Image Recognition (CVPR 2016, arXiv 1512.03385). A stem, four stages of residual blocks, and a head. The
 * block that halves the map does it in its 3x3 convolution. Tensors have the names that they have in timm and in torchvision.
 *
 * @param blocks     blocks of each stage
 * @param bottleneck whether a block is 1x1, 3x3, 1x1 with four times as many channels behind it; otherwise it is 3x3, 3x3
 * @param classes    number of classes
 */
public record ResNet(List<Integer> blocks, boolean bottleneck, int classes) implements Net {
    private static final int STEM = 64;
    private static final int EXPANSION = 4;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a stage has no blocks
     */
    public ResNet {
        blocks = List.copyOf(blocks);
        CommonBlocks.checkStages(blocks.stream().map(_ -> STEM).toList(), blocks);
    }

    /** {@return nets of the paper, Table 1, for 1,000 classes, by name} */
    public static Map<String, ResNet> named() {
        Map<String, ResNet> nets = new LinkedHashMap<>();
        nets.put("resnet18", new ResNet(List.of(2, 2, 2, 2), false, 1000));
        nets.put("resnet34", new ResNet(List.of(3, 4, 6, 3), false, 1000));
        nets.put("resnet50", new ResNet(List.of(3, 4, 6, 3), true, 1000));
        return nets;
    }

    @Override
    public ResNet configuredFor(Weights weights) throws WeightsException {
        return new ResNet(blocks, bottleneck, GraphBuilder.classes(weights, "fc.weight"));
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
            Node x = convNorm("conv1", "bn1", net.input(3), STEM, 7, 2);
            x = net.maxPool("maxpool", relu("act1", x), Window.of(3, 2, 1));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < blocks.size(); stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    String name = "layer" + (stage + 1) + "." + i;
                    x = block(name, x, STEM << stage, stage > 0 && i == 0 ? 2 : 1);
                }
                features.add(x);
            }
            Node pooled = net.globalAveragePool("global_pool", x);
            return new Graph(List.of(net.linear("fc", pooled, classes)), features);
        }

        /** ReLU(layers(x) + x), x by a 1x1 where the shapes differ. */
        private Node block(String name, Node x, int width, int stride) throws WeightsException {
            Node y = bottleneck ? bottleneck(name, x, width, stride) : basic(name, x, width, stride);
            boolean same = stride == 1 && x.channels() == y.channels();
            Node shortcut = same
                    ? x
                    : convNorm(name + ".downsample.0", name + ".downsample.1", x, y.channels(), 1, stride);
            return relu(name + (bottleneck ? ".act3" : ".act2"), net.add(name, y, shortcut));
        }

        private Node basic(String name, Node x, int width, int stride) throws WeightsException {
            Node y = relu(name + ".act1", convNorm(name + ".conv1", name + ".bn1", x, width, 3, stride));
            return convNorm(name + ".conv2", name + ".bn2", y, width, 3, 1);
        }

        private Node bottleneck(String name, Node x, int width, int stride) throws WeightsException {
            Node y = relu(name + ".act1", convNorm(name + ".conv1", name + ".bn1", x, width, 1, 1));
            y = relu(name + ".act2", convNorm(name + ".conv2", name + ".bn2", y, width, 3, stride));
            return convNorm(name + ".conv3", name + ".bn3", y, EXPANSION * width, 1, 1);
        }

        private Node convNorm(String conv, String norm, Node x, int width, int kernel, int stride)
                throws WeightsException {
            return net.batchNorm(norm, net.convWithoutBias(conv, x, width, Window.of(kernel, stride, kernel / 2)));
        }

        private Node relu(String name, Node x) {
            return net.activation(name, x, Activation.RELU);
        }
    }
}
