package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * SkipblockNet: Bias Loss for Mobile Neural Networks (ICCV 2021, arXiv 2107.11170), with the authors' tensor names. The inverted residual
 * blocks of MobileNetV3, and two skip blocks that bring averages of the first block's map to the ends of the second and the third stage. The
 * net has four lists of blocks, each of which ends where something is added, or the map is the last. The averages have the size of the map that
 * they are added to. In the authors' code they always are of 28x28 and 14x14 pixels, which is the same for inputs of 217 to 224 pixels a side and
 * fits no others.
 *
 * @param classes number of classes
 */
public record SkipblockNet(int classes) implements Net {
    private static final int STEM = 16;
    private static final int HEAD = 1280;
    private static final double ROUND_LIMIT = 0.9;
    private static final int REDUCTION = 4;
    /** The first map of the second and of the last stage is half the size. */
    private static final List<List<Block>> BLOCKS = List.of(
            List.of(new Block(3, 4, 24, false, false, 2), new Block(3, 3, 24, false, false, 1),
                    new Block(5, 3, 40, true, false, 2), new Block(5, 3, 40, true, false, 1),
                    new Block(5, 6, 40, true, true, 1)),
            List.of(new Block(3, 6, 80, false, true, 2), new Block(3, 2.5, 80, false, true, 1),
                    new Block(3, 2.3, 80, false, true, 1), new Block(3, 2.3, 80, false, true, 1)),
            List.of(new Block(3, 6, 112, true, true, 1), new Block(3, 6, 112, true, true, 1)),
            List.of(new Block(5, 6, 160, true, true, 2), new Block(5, 6, 160, true, true, 1),
                    new Block(5, 6, 160, true, true, 1)));
    /** Behind the first and the second list: what is added. */
    private static final List<Block> SKIPS = List.of(new Block(5, 6, 40, false, false, 1),
            new Block(3, 2.3, 80, false, false, 1));

    /** A row of the table of blocks: kernel, expansion, channels, whether it has a gate, and hard-swish in place of ReLU, stride. */
    private record Block(int kernel, double expansion, int channels, boolean gate, boolean hardSwish, int stride) {
        Activation activation() {
            return hardSwish ? Activation.HARD_SWISH : Activation.RELU;
        }
    }

    /**
     * Checks the classes.
     *
     * @throws IllegalArgumentException when there is no class
     */
    public SkipblockNet {
        if (classes < 1) {
            throw new IllegalArgumentException("SkipblockNet needs a class, not " + classes);
        }
    }

    /** {@return SkipblockNet-M, the size that is published, for 1,000 classes} */
    public static SkipblockNet m() {
        return new SkipblockNet(1000);
    }

    /** {@return the published size by name} */
    public static Map<String, SkipblockNet> named() {
        return Map.of("skipblocknet_m", m());
    }

    @Override
    public SkipblockNet configuredFor(Weights weights) throws WeightsException {
        return new SkipblockNet(GraphBuilder.classes(weights, "classifier.3.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        List<Node> features = new ArrayList<>();
        Node x = active(net, "first_layer", 0, net.convWithoutBias("first_layer.0", net.input(3), STEM,
                Window.of(3, 2, 1)), Activation.HARD_SWISH);
        x = residual(net, "base_block", x, new Block(3, 1, STEM, false, true, 1));
        Node base = x;
        for (int i = 0; i < BLOCKS.size(); i++) {
            for (int j = 0; j < BLOCKS.get(i).size(); j++) {
                Block block = BLOCKS.get(i).get(j);
                if (block.stride() > 1 && x != base) {
                    features.add(x);
                }
                x = residual(net, "blocks." + i + "." + j, x, block);
            }
            if (i < SKIPS.size()) {
                String skip = "skip" + (i + 1);
                Node y = net.adaptiveAveragePoolAs(skip + ".pool", base, x);
                x = net.add(skip, x, inverted(net, skip + ".core_block", y, SKIPS.get(i)));
            }
        }
        features.add(x);
        int last = expanded(x, BLOCKS.getLast().getLast());
        x = active(net, "conv", 0, net.convWithoutBias("conv.0", x, last, Window.same(1)), Activation.HARD_SWISH);
        x = net.linear("classifier.0", net.globalAveragePool("avgpool", x), HEAD);
        x = net.activation("classifier.1", x, Activation.HARD_SWISH);
        return new Graph(List.of(net.linear("classifier.3", x, classes)), features);
    }

    private static Node residual(GraphBuilder net, String name, Node x, Block block) throws WeightsException {
        Node y = inverted(net, name + ".conv", x, block);
        return block.stride() == 1 && x.channels() == y.channels() ? net.add(name, x, y) : y;
    }

    /** Expand, mix pixels, gate, project. Layers are numbered in a row; a skip block has none in the gate's place. */
    private static Node inverted(GraphBuilder net, String name, Node x, Block block) throws WeightsException {
        int hidden = expanded(x, block);
        Node y = net.convWithoutBias(name + ".0", x, hidden, Window.same(1));
        y = active(net, name, 0, y, block.activation());
        y = net.depthwiseWithoutBias(name + ".3", y, Window.of(block.kernel(), block.stride(), block.kernel() / 2));
        y = active(net, name, 3, y, block.activation());
        if (block.gate()) {
            y = gated(net, name + ".6.fc", y);
        }
        int project = SKIPS.contains(block) ? 6 : 7;
        y = net.convWithoutBias(name + "." + project, y, block.channels(), Window.same(1));
        return net.batchNorm(name + "." + (project + 1), y);
    }

    /** Squeeze-and-excitation. */
    private static Node gated(GraphBuilder net, String name, Node x) throws WeightsException {
        int squeezed = EfficientNet.divisible(x.channels() / REDUCTION, ROUND_LIMIT);
        Node y = net.linear(name + ".0", net.globalAveragePool(name + ":pool", x), squeezed);
        y = net.linear(name + ".2", net.activation(name + ".1", y, Activation.RELU), x.channels());
        y = net.activation(name + ".3", y, Activation.HARD_SIGMOID);
        return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
    }

    private static int expanded(Node x, Block block) {
        return EfficientNet.divisible(x.channels() * block.expansion(), ROUND_LIMIT);
    }

    /** The normalization behind convolution number i, and an activation. */
    private static Node active(GraphBuilder net, String name, int i, Node x, Activation activation)
            throws WeightsException {
        return net.activation(name + "." + (i + 2), net.batchNorm(name + "." + (i + 1), x), activation);
    }
}
