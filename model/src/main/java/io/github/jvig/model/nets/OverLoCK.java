package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Resize;
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
 * OverLoCK (CVPR 2025, arXiv 2502.20087). A base net of blocks with large depthwise windows, an overview net that goes on from its third
 * stage to a coarse map, the context, and a focus net that goes on from there, too, led by the context: the kernels of its dynamic convolutions
 * are computed, for each pixel and head, from the pixel and the context's windows. Tensors have the names that they have in the authors' code;
 * those of the auxiliary head, which is for training, are read and not used.
 *
 * <p>Where the shorter side of a map in the focus net is smaller than the window of the dynamic convolutions, these read the map enlarged, and
 * their result is averaged down again.
 *
 * @param blocks      blocks of the four stages of the base and the overview net
 * @param focusBlocks blocks of the two stages of the focus net
 * @param channels    channels of the four stages
 * @param heads       heads of the two stages of the focus net, for each of the two halves of the channels
 * @param classes     number of classes
 * @param merged      whether the checkpoint holds the branches of the large windows merged
 */
public record OverLoCK(List<Integer> blocks, List<Integer> focusBlocks, List<Integer> channels, List<Integer> heads,
        int classes, boolean merged) implements Net {
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final List<Integer> KERNELS = List.of(17, 15, 13, 7);
    private static final int SMALL_KERNEL = 5;
    /** Rows and columns of the context's windows. */
    private static final int CONTEXT = 7;
    private static final int EXPANSION = 4;
    private static final int FOCUS_EXPANSION = 3;
    private static final int PROJECTION = 1024;
    private static final double EPSILON = 1e-6;

    /** The branches beside a large window, each its side and dilation. */
    private static int[][] branches(int kernel) {
        return switch (kernel) {
            case 17 -> new int[][]{{5, 1}, {7, 1}, {9, 2}, {3, 4}, {3, 5}, {3, 7}};
            case 15 -> new int[][]{{5, 1}, {7, 1}, {7, 2}, {3, 3}, {3, 5}, {3, 7}};
            case 13 -> new int[][]{{5, 1}, {7, 1}, {7, 2}, {3, 3}, {3, 4}, {3, 5}};
            case 7 -> new int[][]{{5, 1}, {3, 1}, {3, 2}, {3, 3}};
            default -> throw new IllegalArgumentException("no branches for a window of " + kernel);
        };
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not four stages and two of the focus net, a stage has no channels or blocks, or the heads
     *                                  do not divide the channels
     */
    public OverLoCK {
        blocks = List.copyOf(blocks);
        focusBlocks = List.copyOf(focusBlocks);
        channels = List.copyOf(channels);
        heads = List.copyOf(heads);
        CommonBlocks.checkStages(channels, blocks);
        CommonBlocks.checkStages(heads, focusBlocks);
        if (channels.size() != KERNELS.size() || heads.size() != 2 || channels.getLast() % 4 != 0
                || channels.get(2) % (4 * heads.getFirst()) != 0 || channels.getLast() % (4 * heads.getLast()) != 0) {
            throw new IllegalArgumentException(
                    "channels of four stages, the last two of which heads divide, not " + channels + " and " + heads);
        }
    }

    private static OverLoCK of(List<Integer> blocks, List<Integer> focusBlocks, List<Integer> channels,
            List<Integer> heads) {
        return new OverLoCK(blocks, focusBlocks, channels, heads, 1000, false);
    }

    /** {@return the nets of the paper for 1,000 classes, by the authors' names} */
    public static Map<String, OverLoCK> named() {
        Map<String, OverLoCK> nets = new LinkedHashMap<>();
        nets.put("overlock_xt", of(List.of(2, 2, 3, 2), List.of(6, 2), List.of(56, 112, 256, 336), List.of(4, 6)));
        nets.put("overlock_t", of(List.of(4, 4, 6, 2), List.of(12, 2), List.of(64, 128, 256, 512), List.of(4, 8)));
        nets.put("overlock_s", of(List.of(6, 6, 8, 3), List.of(16, 3), List.of(64, 128, 320, 512), List.of(8, 16)));
        nets.put("overlock_b", of(List.of(8, 8, 10, 4), List.of(20, 4), List.of(80, 160, 384, 576), List.of(6, 9)));
        return nets;
    }

    @Override
    public OverLoCK configuredFor(Weights weights) throws WeightsException {
        return new OverLoCK(blocks, focusBlocks, channels, heads, GraphBuilder.classes(weights, "head.4.weight"),
                !weights.has("blocks1.0.proj.1.origin_bn.weight"));
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
            List<Node> features = new ArrayList<>();
            Node x = stage(0, stem(net.input(3)));
            features.add(x);
            x = stage(1, halved("patch_embed2.", x, channels.get(1)));
            features.add(x);
            x = stage(2, halved("patch_embed3.", x, channels.get(2)));
            Node context = stage(3, halved("patch_embed4.", x, channels.get(3)));
            auxiliary(context);
            Node overview = net.pointwise("high_level_proj", context, channels.get(3) / 4);
            Node larger = net.resizeAs("high_level_proj:up", overview, Resize.Mode.BILINEAR, x);
            Node both = net.concat("sub_blocks3:in", x, larger);
            for (int i = 0; i < focusBlocks.getFirst(); i++) {
                Node scaled = i == 0 ? both : withContext("sub_blocks3." + i, both, channels.get(2), larger);
                both = dynamic("sub_blocks3." + i, scaled, 2);
            }
            features.add(both);
            both = net.concat("patch_embedx:out",
                    halved("patch_embedx.x_proj.", first(both, "patch_embedx:x", channels.get(2)), channels.get(3)),
                    halved("patch_embedx.h_proj.", rest(both, "patch_embedx:h", channels.get(2)),
                            channels.get(3) / 4));
            for (int i = 0; i < focusBlocks.getLast(); i++) {
                both = dynamic("sub_blocks4." + i,
                        withContext("sub_blocks4." + i, both, channels.get(3), overview), 3);
            }
            features.add(both);
            Node y = net.batchNorm("head.1", net.convWithoutBias("head.0", both, PROJECTION, Window.same(1)));
            y = net.globalAveragePool("head.3", net.activation("head.2", y, Activation.SILU));
            return new Graph(List.of(net.pointwise("head.4", y, classes)), features);
        }

        /** Reads its tensors, which checkpoints have. */
        private void auxiliary(Node context) throws WeightsException {
            net.pointwise("aux_head.2", net.globalAveragePool("aux_head.1", net.batchNorm("aux_head.0", context)),
                    classes);
        }

        private Node stem(Node image) throws WeightsException {
            String name = "patch_embed1.";
            int half = channels.getFirst() / 2;
            Node x = net.gelu(name + 2, normed(name, 0, image, half, HALVE));
            x = net.gelu(name + 5, normed(name, 3, x, half, Window.same(3)));
            x = net.gelu(name + 8, normed(name, 6, x, channels.getFirst(), HALVE));
            return normed(name, 9, x, channels.getFirst(), Window.same(3));
        }

        /** A convolution without bias and a normalization. */
        private Node normed(String name, int index, Node x, int outChannels, Window window) throws WeightsException {
            return net.batchNorm(name + (index + 1), net.convWithoutBias(name + index, x, outChannels, window));
        }

        private Node halved(String name, Node x, int outChannels) throws WeightsException {
            return normed(name, 0, x, outChannels, HALVE);
        }

        private Node stage(int stage, Node x) throws WeightsException {
            for (int i = 0; i < blocks.get(stage); i++) {
                x = block("blocks" + (stage + 1) + "." + i, x, stage);
            }
            return x;
        }

        /** A position encoding, then a gated large window and an MLP; in the last two stages the shortcut is scaled. */
        private Node block(String name, Node in, int stage) throws WeightsException {
            Node x = residualDepthwise(name + ".dwconv", in);
            Node y = net.layerNorm(name + ".proj.0", x, EPSILON);
            y = net.batchNorm(name + ".proj.2", largeKernel(name + ".proj.1", y, KERNELS.get(stage)));
            y = mlp(name + ".proj.", 4, gated(name + ".proj.3", y), EXPANSION * x.channels(), x.channels());
            return net.add(name, stage < 2 ? x : scaled(name + ".ls", x), y);
        }

        /** 1x1, GELU, depthwise with a shortcut, global response normalization, 1x1. */
        private Node mlp(String name, int first, Node x, int width, int outChannels) throws WeightsException {
            Node y = net.gelu(name + (first + 1), net.pointwise(name + first, x, width));
            y = responseNorm(name + (first + 3), residualDepthwise(name + (first + 2), y));
            return net.pointwise(name + (first + 4), y, outChannels);
        }

        private Node residualDepthwise(String name, Node x) throws WeightsException {
            return net.add(name + ":sum", x, net.depthwise(name, x, Window.same(3)));
        }

        private Node responseNorm(String name, Node x) throws WeightsException {
            return net.globalResponseNorm(name, x, EPSILON, name + ".gamma", name + ".beta", 1, x.channels(), 1, 1);
        }

        /** A factor and a summand for each channel, which the authors write as a depthwise convolution. */
        private Node scaled(String name, Node x) throws WeightsException {
            return net.depthwise(name, x, Window.same(1));
        }

        private Node gated(String name, Node x) throws WeightsException {
            Node y = net.globalAveragePool(name + ".proj.0", x);
            y = net.gelu(name + ".proj.2", net.pointwise(name + ".proj.1", y, Math.max(16, x.channels() / 8)));
            y = net.activation(name + ".proj.4", net.pointwise(name + ".proj.3", y, x.channels()), Activation.SIGMOID);
            return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        }

        /** The sum of a large window and its branches, each normalized. */
        private Node largeKernel(String name, Node x, int kernel) throws WeightsException {
            Node y = net.conv(name + ".lk_origin", x, x.channels(), Window.same(kernel), x.channels(), merged);
            if (merged) {
                return y;
            }
            y = net.batchNorm(name + ".origin_bn", y);
            for (int[] branch : branches(kernel)) {
                String suffix = "_k" + branch[0] + "_" + branch[1];
                Window window = new Window(branch[0], 1, branch[1] * (branch[0] - 1) / 2, branch[1]);
                Node z = net.depthwiseWithoutBias(name + ".dil_conv" + suffix, x, window);
                y = net.add(name + ":sum" + suffix, y, net.batchNorm(name + ".dil_bn" + suffix, z));
            }
            return y;
        }

        private Node first(Node both, String name, int count) {
            return net.slice(name, both, 0, count);
        }

        private Node rest(Node both, String name, int from) {
            return net.slice(name, both, from, both.channels() - from);
        }

        /** The channels of x, and the rest, the context that blocks before have changed, mixed with the one from the overview net. */
        private Node withContext(String name, Node both, int count, Node overview) throws WeightsException {
            Node changed = scaled(name + ".x_scale", rest(both, name + ":h", count));
            Node context = net.add(name + ":context", changed, scaled(name + ".h_scale", overview));
            return net.concat(name + ":in", first(both, name + ":x", count), context);
        }

        /** A block of the focus net on the channels of x and of the context. */
        private Node dynamic(String name, Node in, int stage) throws WeightsException {
            Node both = residualDepthwise(name + ".dwconv1", in);
            int width = channels.get(stage);
            Node normed = net.layerNorm(name + ".norm1", both, EPSILON);
            Node x = net.batchNorm(name + ".fusion.1", net.depthwise(name + ".fusion.0", normed, Window.same(3)));
            x = net.pointwise(name + ".fusion.3", net.gelu(name + ".fusion.2", x), width);
            x = responseNorm(name + ".fusion.4", x);
            Node y = normed(name + ".dyconv_proj.", 0, mixed(name, x, normed, stage), width, Window.same(1));
            Node local = net.batchNorm(name + ".lepe.1", largeKernel(name + ".lepe.0", x, KERNELS.get(stage)));
            y = gated(name + ".se_layer", net.add(name + ":local", y, local));
            Node gate = net.activation(name + ".gate.2", normed(name + ".gate.", 0, x, width, Window.same(1)),
                    Activation.SILU);
            y = net.batchNorm(name + ".proj.0", net.multiply(name + ":gated", gate, y));
            y = net.pointwise(name + ".proj.1", y, both.channels());
            y = residualDepthwise(name + ".dwconv2", net.add(name + ":mixed", scaled(name + ".ls1", both), y));
            Node z = mlp(name + ".mlp.", 0, net.layerNorm(name + ".norm2", y, EPSILON), FOCUS_EXPANSION * width,
                    y.channels());
            return net.add(name, scaled(name + ".ls2", y), z);
        }

        /** The dynamic convolutions: of the first half of the channels with a small window, of the second with a large one. */
        private Node mixed(String name, Node x, Node normed, int stage) throws WeightsException {
            int width = channels.get(stage);
            int number = 2 * heads.get(stage - 2);
            int kernel = KERNELS.get(stage);
            Node large = net.resizeToAtLeast(name + ":large", x, Resize.Mode.BILINEAR, kernel);
            Node largeNormed = net.resizeToAtLeast(name + ":large-normed", normed, Resize.Mode.BILINEAR, kernel);
            Node query = normed(name + ".weight_query.", 0, first(largeNormed, name + ":query", width), width / 2,
                    Window.same(1));
            query = net.scale(name + ":scaled", query, 1 / Math.sqrt(width / number));
            Node key = net.adaptiveAveragePool(name + ".weight_key.0", rest(largeNormed, name + ":key", width), CONTEXT,
                    CONTEXT);
            key = normed(name + ".weight_key.", 1, key, width / 2, Window.same(1));
            Node scores = net.attentionScores(name + ":scores", query, key, number, CONTEXT * CONTEXT);
            int step = SMALL_KERNEL * SMALL_KERNEL + kernel * kernel;
            Node weights = net.sharedPointwise(name + ".weight_proj", scores, number * step, number);
            Node both = net.concat(name + ":aggregated",
                    net.neighborhoodAggregation(name + ".rpb1", large, 0, width / 2, weights, 0, step, number,
                            SMALL_KERNEL),
                    net.neighborhoodAggregation(name + ".rpb2", large, width / 2, width / 2, weights,
                            SMALL_KERNEL * SMALL_KERNEL, step, number, kernel));
            return net.adaptiveAveragePoolAs(name + ":small", both, x);
        }
    }
}
