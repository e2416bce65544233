package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;

/**
 * A stem, a row of inverted residual blocks and a head: MobileNetV2 (arXiv 1801.04381), and the nets that a search found in the same space.
 * Tensors have the names that they have in timm. No convolution has a bias.
 *
 * @param stem       channels of the stem
 * @param stages     the blocks
 * @param head       channels in front of the pool
 * @param activation behind every normalization but the last of a block
 * @param classes    number of classes
 */
public record InvertedResidualNet(int stem, List<Stage> stages, int head, Activation activation, int classes)
        implements
            Net {

    /**
     * Some kinds of block, one after another; timm numbers blocks through a stage.
     *
     * @param blocks in their order
     */
    public record Stage(List<Blocks> blocks) {
        /** Copies the blocks. */
        public Stage {
            blocks = List.copyOf(blocks);
        }

        static Stage of(Blocks... blocks) {
            return new Stage(List.of(blocks));
        }
    }

    /**
     * Blocks of one kind.
     *
     * @param count     how many
     * @param kernel    side of the depthwise window
     * @param stride    of the first of them; the others have 1
     * @param expansion of the channels inside a block; {@link #NO_EXPANSION} for a block without the expanding convolution
     * @param channels  of the result
     */
    public record Blocks(int count, int kernel, int stride, int expansion, int channels) {
        /** A depthwise separable convolution: the block begins with its depthwise convolution. */
        static final int NO_EXPANSION = 0;
    }

    private static final int DIVISOR = 8;

    /** Copies the stages. */
    public InvertedResidualNet {
        stages = List.copyOf(stages);
    }

    /**
     * MobileNetV2, Table 2.
     *
     * @param width of all channels against the paper's
     * @return the net for 1,000 classes
     */
    public static InvertedResidualNet mobileNetV2(double width) {
        return mobileNetV2(width, 1, channels(32, width), Math.max(1280, channels(1280, width)));
    }

    /**
     * MobileNetV2 with more blocks in all stages but the first and the last, and the paper's stem and head: timm's "d" sizes.
     *
     * @param width of the stages' channels against the paper's
     * @param depth of the stages' numbers of blocks against the paper's, rounded up
     * @return the net for 1,000 classes
     */
    public static InvertedResidualNet deepMobileNetV2(double width, double depth) {
        return mobileNetV2(width, depth, 32, 1280);
    }

    private static InvertedResidualNet mobileNetV2(double width, double depth, int stem, int head) {
        int[][] table = {{1, 1, 0, 16}, {2, 2, 6, 24}, {3, 2, 6, 32}, {4, 2, 6, 64}, {3, 1, 6, 96}, {3, 2, 6, 160},
                {1, 1, 6, 320}};
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < table.length; i++) {
            boolean end = i == 0 || i == table.length - 1;
            int count = end ? table[i][0] : (int) Math.ceil(table[i][0] * depth);
            stages.add(Stage.of(new Blocks(count, 3, table[i][1], table[i][2], channels(table[i][3], width))));
        }
        return new InvertedResidualNet(stem, stages, head, Activation.RELU6, 1000);
    }

    /** {@return MnasNet-B1 (arXiv 1807.11626) for 1,000 classes} */
    public static InvertedResidualNet mnasNet() {
        return new InvertedResidualNet(32, List.of(
                Stage.of(new Blocks(1, 3, 1, Blocks.NO_EXPANSION, 16)),
                Stage.of(new Blocks(3, 3, 2, 3, 24)),
                Stage.of(new Blocks(3, 5, 2, 3, 40)),
                Stage.of(new Blocks(3, 5, 2, 6, 80)),
                Stage.of(new Blocks(2, 3, 1, 6, 96)),
                Stage.of(new Blocks(4, 5, 2, 6, 192)),
                Stage.of(new Blocks(1, 3, 1, 6, 320))), 1280, Activation.RELU, 1000);
    }

    /** {@return FBNet-C (arXiv 1812.03443) for 1,000 classes} */
    public static InvertedResidualNet fbNetC() {
        return new InvertedResidualNet(16, List.of(
                Stage.of(new Blocks(1, 3, 1, 1, 16)),
                Stage.of(new Blocks(1, 3, 2, 6, 24), new Blocks(2, 3, 1, 1, 24)),
                Stage.of(new Blocks(1, 5, 2, 6, 32), new Blocks(1, 5, 1, 3, 32), new Blocks(1, 5, 1, 6, 32),
                        new Blocks(1, 3, 1, 6, 32)),
                Stage.of(new Blocks(1, 5, 2, 6, 64), new Blocks(1, 5, 1, 3, 64), new Blocks(2, 5, 1, 6, 64)),
                Stage.of(new Blocks(3, 5, 1, 6, 112), new Blocks(1, 5, 1, 3, 112)),
                Stage.of(new Blocks(4, 5, 2, 6, 184)),
                Stage.of(new Blocks(1, 3, 1, 6, 352))), 1984, Activation.RELU, 1000);
    }

    /** {@return Single-Path NAS (arXiv 1904.02877) for 1,000 classes} */
    public static InvertedResidualNet singlePathNas() {
        return new InvertedResidualNet(32, List.of(
                Stage.of(new Blocks(1, 3, 1, Blocks.NO_EXPANSION, 16)),
                Stage.of(new Blocks(3, 3, 2, 3, 24)),
                Stage.of(new Blocks(1, 5, 2, 6, 40), new Blocks(3, 3, 1, 3, 40)),
                Stage.of(new Blocks(1, 5, 2, 6, 80), new Blocks(3, 3, 1, 3, 80)),
                Stage.of(new Blocks(1, 5, 1, 6, 96), new Blocks(3, 5, 1, 3, 96)),
                Stage.of(new Blocks(4, 5, 2, 6, 192)),
                Stage.of(new Blocks(1, 3, 1, 6, 320))), 1280, Activation.RELU, 1000);
    }

    /** The nearest multiple of 8 that is not less than nine tenths. */
    private static int channels(int paper, double width) {
        double wanted = paper * width;
        int nearest = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
        return nearest < 0.9 * wanted ? nearest + DIVISOR : nearest;
    }

    @Override
    public InvertedResidualNet configuredFor(Weights weights) throws WeightsException {
        return new InvertedResidualNet(stem, stages, head, activation,
                GraphBuilder.classes(weights, "classifier.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        Node x = net.convWithoutBias("conv_stem", net.input(3), stem, Window.of(3, 2, 1));
        x = active(net, "bn1", x);
        int stride = 2;
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < stages.size(); stage++) {
            int block = 0;
            for (Blocks blocks : stages.get(stage).blocks()) {
                if (blocks.stride() > 1 && stride > 2) {
                    features.add(x);
                }
                stride *= blocks.stride();
                for (int i = 0; i < blocks.count(); i++) {
                    x = block(net, "blocks." + stage + "." + block++, x, blocks, i == 0 ? blocks.stride() : 1);
                }
            }
        }
        features.add(x);
        x = active(net, "bn2", net.convWithoutBias("conv_head", x, head, Window.same(1)));
        x = net.linear("classifier", net.globalAveragePool("global_pool", x), classes);
        return new Graph(List.of(x), features);
    }

    /** (expand 1x1,) depthwise, project 1x1, plus x where the shape stays. */
    private Node block(GraphBuilder net, String name, Node x, Blocks blocks, int stride) throws WeightsException {
        Window window = Window.of(blocks.kernel(), stride, blocks.kernel() / 2);
        Node y = x;
        int norm = 1;
        if (blocks.expansion() != Blocks.NO_EXPANSION) {
            y = net.convWithoutBias(name + ".conv_pw", x, blocks.expansion() * x.channels(), Window.same(1));
            y = active(net, name + ".bn" + norm++, y);
        }
        y = active(net, name + ".bn" + norm++, net.depthwiseWithoutBias(name + ".conv_dw", y, window));
        String project = blocks.expansion() == Blocks.NO_EXPANSION ? ".conv_pw" : ".conv_pwl";
        y = net.batchNorm(name + ".bn" + norm,
                net.convWithoutBias(name + project, y, blocks.channels(), Window.same(1)));
        return stride == 1 && x.channels() == y.channels() ? net.add(name, y, x) : y;
    }

    private Node active(GraphBuilder net, String name, Node x) throws WeightsException {
        return net.activation(name + ".act", net.batchNorm(name, x), activation);
    }
}
