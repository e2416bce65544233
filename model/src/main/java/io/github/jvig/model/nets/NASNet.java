package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * NASNet-A: Learning Transferable Architectures for Scalable Image Recognition (CVPR 2018, arXiv 1707.07012), with the tensor names of timm
 * and of the port that timm's comes from. A convolution, two reduction cells, then three stages of normal cells with a reduction cell between
 * them. A cell reads the two cells before it, and its output is the concatenation of sums of two branches each, figure 4 of the paper.
 *
 * <p>Windows are padded as TensorFlow does it, so images of any size from 3 pixels on are possible.
 *
 * @param cells              normal cells of a stage, 2 to 6
 * @param channels           channels of a branch in the first stage, a multiple of 4; the last map has 24 times as many
 * @param stem               channels of the first convolution
 * @param skipReductionInput what the first cell of a stage reads beside the reduction cell: the input before the last of the reduction cell,
 *                           where this is true, otherwise its last
 * @param countPadding       whether an average with a stride of 2 counts the padding as zeros, as timm's net does, or leaves it out, as the
 *                           paper's authors and the port do
 * @param classes            number of classes
 */
public record NASNet(int cells, int channels, int stem, boolean skipReductionInput, boolean countPadding,
        int classes) implements Net {
    private static final int STAGES = 3;
    /** Cells are numbered as if each stage had six. */
    private static final int NUMBERS = 6;
    private static final double EPSILON = 1e-3;
    private static final Window SUBSAMPLE = Window.of(1, 2, 0);
    /** Every second pixel from the second on; behind an odd last pixel, zero. */
    private static final Window SUBSAMPLE_SHIFTED = new Window(new Window.Axis(1, 2, -1, 1, 1),
            new Window.Axis(1, 2, -1, 1, 1));

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a number is out of its range
     */
    public NASNet {
        if (cells < 2 || cells > NUMBERS || channels < 4 || channels % 4 != 0 || stem < 1 || classes < 1) {
            throw new IllegalArgumentException("NASNet needs 2 to 6 cells in a stage, channels in a multiple of 4, a"
                    + " stem and a class, not " + cells + ", " + channels + ", " + stem + " and " + classes);
        }
    }

    /** {@return NASNet-A (6 @ 4032) as published, for 1,000 classes} */
    public static NASNet large() {
        return new NASNet(6, 168, 96, true, true, 1000);
    }

    /** {@return NASNet-A (4 @ 1056) as published, for 1,000 classes} */
    public static NASNet mobile() {
        return new NASNet(4, 44, 32, false, false, 1000);
    }

    /** {@return the published sizes by name} */
    public static Map<String, NASNet> named() {
        Map<String, NASNet> nets = new LinkedHashMap<>();
        nets.put("nasnetalarge", large());
        nets.put("nasnetamobile", mobile());
        return nets;
    }

    @Override
    public NASNet configuredFor(Weights weights) throws WeightsException {
        return new NASNet(cells, channels, stem, skipReductionInput, countPadding,
                GraphBuilder.classes(weights, "last_linear.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        return new Layers(new GraphBuilder(parameters)).graph();
    }

    /** The layers of one graph. */
    private final class Layers {
        private final GraphBuilder net;
        /** Convolutions have a ReLU in front, and several read one map. */
        private final Map<Node, Node> rectified = new IdentityHashMap<>();

        Layers(GraphBuilder net) {
            this.net = net;
        }

        Graph graph() throws WeightsException {
            Node conv = norm("conv0.bn", net.convWithoutBias("conv0.conv", net.input(3), stem, Window.of(3, 2, 0)));
            Node before = reduced("cell_stem_0", projected("cell_stem_0.conv_1x1", conv, channels / 4), conv);
            List<Node> features = new ArrayList<>(List.of(relu(before)));
            Node right = halved("cell_stem_1", conv, channels / 4);
            Node x = reduced("cell_stem_1", projected("cell_stem_1.conv_1x1", before, channels / 2), right);
            for (int stage = 0; stage < STAGES; stage++) {
                int width = channels << stage;
                if (stage > 0) {
                    features.add(relu(x));
                    Node reduced = reductionCell("reduction_cell_" + (stage - 1), x, before, width);
                    before = skipReductionInput ? before : x;
                    x = reduced;
                }
                for (int i = 0; i < cells; i++) {
                    String name = "cell_" + (stage * NUMBERS + i);
                    // The first cell's second input has twice its size.
                    Node left = i == 0
                            ? halved(name, before, width / 2)
                            : projected(name + ".conv_prev_1x1", before, width);
                    Node y = normalCell(name, projected(name + ".conv_1x1", x, width), left);
                    before = x;
                    x = y;
                }
            }
            features.add(relu(x));
            Node pooled = net.globalAveragePool("global_pool", relu(x));
            return new Graph(List.of(net.linear("last_linear", pooled, classes)), features);
        }

        private Node reductionCell(String name, Node x, Node before, int width) throws WeightsException {
            Node left = projected(name + ".conv_prev_1x1", before, width);
            return reduced(name, projected(name + ".conv_1x1", x, width), left);
        }

        /** The right part of figure 4: a is the input that is pooled. */
        private Node reduced(String name, Node a, Node b) throws WeightsException {
            String branch = name + ".comb_iter_";
            int width = a.channels();
            Node sum0 = net.add(branch + 0, separable(branch + "0_left", a, width, 5, 2),
                    separable(branch + "0_right", b, width, 7, 2));
            Node sum1 = net.add(branch + 1, pool(branch + "1_left", a, Pool2d.Mode.MAXIMUM, 2),
                    separable(branch + "1_right", b, width, 7, 2));
            Node sum2 = net.add(branch + 2, pool(branch + "2_left", a,
                    countPadding ? Pool2d.Mode.AVERAGE_WITH_PADDING : Pool2d.Mode.AVERAGE, 2),
                    separable(branch + "2_right", b, width, 5, 2));
            Node sum3 = net.add(branch + 3, pool(branch + "3_right", sum0, Pool2d.Mode.AVERAGE, 1), sum1);
            Node sum4 = net.add(branch + 4, separable(branch + "4_left", sum0, width, 3, 1),
                    pool(branch + "4_right", a, Pool2d.Mode.MAXIMUM, 2));
            return net.concat(name, sum1, sum2, sum3, sum4);
        }

        /** The left part of figure 4: a is the last cell, b the one before it. */
        private Node normalCell(String name, Node a, Node b) throws WeightsException {
            String branch = name + ".comb_iter_";
            int width = a.channels();
            Node sum0 = net.add(branch + 0, separable(branch + "0_left", a, width, 5, 1),
                    separable(branch + "0_right", b, width, 3, 1));
            Node sum1 = net.add(branch + 1, separable(branch + "1_left", b, width, 5, 1),
                    separable(branch + "1_right", b, width, 3, 1));
            Node sum2 = net.add(branch + 2, pool(branch + "2_left", a, Pool2d.Mode.AVERAGE, 1), b);
            // Two equal averages, added.
            Node sum3 = net.scale(branch + 3, pool(branch + "3_left", b, Pool2d.Mode.AVERAGE, 1), 2);
            Node sum4 = net.add(branch + 4, separable(branch + "4_left", a, width, 3, 1), a);
            return net.concat(name, b, sum0, sum1, sum2, sum3, sum4);
        }

        /** ReLU, convolution of 1x1, normalization: what fits an input to its cell. */
        private Node projected(String name, Node x, int width) throws WeightsException {
            return norm(name + ".bn", net.convWithoutBias(name + ".conv", relu(x), width, Window.same(1)));
        }

        /** Half the rows and columns: two convolutions of every second pixel, from the first and from the second on. */
        private Node halved(String name, Node x, int width) throws WeightsException {
            Node even = net.convWithoutBias(name + ".path_1.conv", relu(x), width, SUBSAMPLE);
            Node odd = net.convWithoutBias(name + ".path_2.conv", relu(x), width, SUBSAMPLE_SHIFTED);
            return norm(name + ".final_path_bn", net.concat(name + ":paths", even, odd));
        }

        /** Twice ReLU, depthwise and pointwise convolution, normalization. */
        private Node separable(String name, Node x, int width, int kernel, int stride) throws WeightsException {
            // Only in the stem do x and the result differ in width, and there the first pair changes it.
            Node y = separable(name, 1, x, width, Window.of(kernel, stride, 0));
            return separable(name, 2, y, width, Window.of(kernel, 1, 0));
        }

        private Node separable(String name, int i, Node x, int width, Window window) throws WeightsException {
            String conv = name + ".separable_" + i;
            Node y = net.convSamePadding(conv + ".depthwise_conv2d", relu(x), x.channels(), window, x.channels(),
                    false);
            y = net.convWithoutBias(conv + ".pointwise_conv2d", y, width, Window.same(1));
            return norm(name + ".bn_sep_" + i, y);
        }

        private Node pool(String name, Node x, Pool2d.Mode mode, int stride) {
            return net.pool(name, x, mode, Window.of(3, stride, 0), Pool2dOp.Sizing.SAME);
        }

        private Node norm(String name, Node x) throws WeightsException {
            return net.batchNorm(name, x, EPSILON);
        }

        private Node relu(Node x) {
            return rectified.computeIfAbsent(x, _ -> net.activation(x.name() + ":relu", x, Activation.RELU));
        }
    }
}
