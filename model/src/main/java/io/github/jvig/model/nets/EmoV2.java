package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.AttentionHeads.Place;
import io.github.jvig.kernels.Partition;
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
 * EMOv2, Zhang et al., arXiv 2412.06674, with the authors' tensor names: a stem, four stages of one kind of block, of which the first halves
 * the map, and a head. A block expands its channels, convolves them by channel, and projects them; in the last two stages it mixes the
 * expanded channels by attention before that, in windows of neighbors and in windows of pixels far apart, with the same queries and keys.
 *
 * <p>Where a map is not made of whole windows of 7x7, attention sees zeros behind its lower and right sides, as in the authors' code.
 *
 * @param blocks     of each of the four stages
 * @param channels   of each of the four stages
 * @param expansions of each of the four stages; the first block of a stage expands to twice as much
 * @param headDims   channels of a query of the last two stages
 * @param classes    number of classes
 */
public record EmoV2(List<Integer> blocks, List<Integer> channels, List<Double> expansions, List<Integer> headDims,
        int classes) implements Net {
    private static final int ATTENTION_STAGE = 2;
    private static final int WINDOW = 7;
    private static final int KERNEL = 5;
    private static final double EPSILON = 1e-6;
    private static final List<Double> SMALL = List.of(2.0, 2.5, 3.0, 3.5);
    private static final List<Double> LARGE = List.of(2.0, 3.0, 4.0, 4.0);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not four stages, or heads have no equal share of the channels
     */
    public EmoV2 {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        expansions = List.copyOf(expansions);
        headDims = List.copyOf(headDims);
        if (blocks.size() != 4 || channels.size() != 4 || expansions.size() != 4 || headDims.size() != 2
                || channels.get(2) % headDims.get(0) != 0 || channels.get(3) % headDims.get(1) != 0) {
            throw new IllegalArgumentException("EMOv2 needs blocks, channels and expansions of 4 stages, and in the"
                    + " last 2 channels in multiples of a query's, not " + blocks + ", " + channels + ", " + expansions
                    + " and " + headDims);
        }
    }

    /** {@return the published sizes by name, for 1,000 classes} */
    public static Map<String, EmoV2> named() {
        Map<String, EmoV2> nets = new LinkedHashMap<>();
        nets.put("emov2_1m", of(List.of(2, 2, 8, 3), List.of(32, 48, 80, 180), SMALL, 20));
        nets.put("emov2_2m", of(List.of(3, 3, 9, 3), List.of(32, 48, 120, 200), SMALL, 20));
        nets.put("emov2_5m", of(List.of(3, 3, 9, 3), List.of(48, 72, 160, 288), LARGE, 32));
        nets.put("emov2_20m", of(List.of(3, 3, 13, 3), List.of(64, 128, 320, 448), LARGE, 32));
        nets.put("emov2_50m", of(List.of(5, 8, 20, 7), List.of(64, 128, 384, 512), LARGE, 32));
        return nets;
    }

    private static EmoV2 of(List<Integer> blocks, List<Integer> channels, List<Double> expansions, int headDim) {
        return new EmoV2(blocks, channels, expansions, List.of(headDim, headDim), 1000);
    }

    @Override
    public EmoV2 configuredFor(Weights weights) throws WeightsException {
        return new EmoV2(blocks, channels, expansions, headDims, GraphBuilder.classes(weights, "head.weight"));
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
            int stem = channels.getFirst() / 2;
            Node x = net.conv("stage0.0.conv", net.input(3), stem, Window.of(3, 2, 1));
            x = normAct("stage0.0", x);
            x = normAct("stage0.1", net.depthwiseWithoutBias("stage0.1.conv", x, Window.same(3)));
            x = net.convWithoutBias("stage0.2.conv", x, stem, Window.same(1));
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < blocks.size(); stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    x = block("stage" + (stage + 1) + "." + i, x, stage, i == 0);
                }
                features.add(x);
            }
            x = net.globalAveragePool("mean", net.layerNorm("norm.norm", x, EPSILON));
            return new Graph(List.of(net.linear("head", x, classes)), features);
        }

        /** The paper's i2RMB: improved inverted residual mobile block. */
        private Node block(String name, Node x, int stage, boolean first) throws WeightsException {
            boolean late = stage >= ATTENTION_STAGE;
            Activation activation = late ? Activation.GELU : Activation.SILU;
            Node y = late
                    ? net.layerNorm(name + ".norm.norm", x, EPSILON)
                    : net.batchNorm(name + ".norm", x, EPSILON);
            int expanded = (int) (x.channels() * expansions.get(stage) * (first ? 2 : 1));
            if (late && !first) {
                y = attention(name + ".eops.0", y, expanded, headDims.get(stage - ATTENTION_STAGE), activation);
            } else {
                y = net.pointwise(name + ".eops.0.net.conv", y, expanded);
                y = net.activation(name + ".eops.0.net.act", y, activation);
            }
            Node local = net.depthwiseWithoutBias(name + ".conv_local.conv", y,
                    Window.of(KERNEL, first ? 2 : 1, KERNEL / 2));
            local = normAct(name + ".conv_local", local);
            y = first ? local : net.add(name + ":mixed", y, local);
            int width = channels.get(stage);
            y = net.convWithoutBias(name + ".proj.conv", y, width, Window.same(1));
            y = net.layerScale(name + ".ls.gamma", y, 1, width, 1, 1);
            return first ? y : net.add(name, x, y);
        }

        /** The sum of attention in windows far apart and in close windows. Values are expanded and have an activation. */
        private Node attention(String name, Node x, int expanded, int headDim, Activation activation)
                throws WeightsException {
            int channels = x.channels();
            Node windows = net.resizeToMultiple(name + ":windows", x, Resize.Mode.PAD_OR_CROP, WINDOW, WINDOW);
            Node qk = net.pointwise(name + ".qk.conv", windows, 2 * channels);
            Node v = net.activation(name + ".v.act", net.pointwise(name + ".v.conv", windows, expanded), activation);
            int heads = channels / headDim;
            int valueDim = expanded / heads;
            AttentionHeads layout = new AttentionHeads(heads, headDim, valueDim, new Place(0, 0, headDim),
                    new Place(0, channels, headDim), new Place(1, 0, valueDim));
            double scale = Attention.usualScale(headDim);
            Node sum = net.add(name,
                    net.attention(name + ":remote", layout, Partition.spread(WINDOW, WINDOW), scale, qk, v),
                    net.attention(name + ":close", layout, Partition.blocks(WINDOW, WINDOW), scale, qk, v));
            return net.resizeAs(name + ":cropped", sum, Resize.Mode.PAD_OR_CROP, x);
        }

        private Node normAct(String name, Node x) throws WeightsException {
            return net.activation(name + ".act", net.batchNorm(name + ".norm", x, EPSILON), Activation.SILU);
        }
    }
}
