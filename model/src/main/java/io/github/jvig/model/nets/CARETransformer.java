package io.github.jvig.model.nets;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.LinearAttention;
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
 * CARE Transformer: Mobile-Friendly Linear Visual Transformer via Decoupled Dual Interaction (CVPR 2025, arXiv 2411.16170), with the authors'
 * tensor names. A stem, four stages of blocks with convolutions between them, and two heads, whose mean is the result. A block cuts the
 * channels in four: a memory, which passes, a part that is mixed over all pixels, and two that are mixed by convolutions. Then the three
 * mixed parts are mixed with each other, and these with the memory.
 *
 * @param stages   the stages
 * @param features channels of the last block's result, which the heads read
 * @param classes  number of classes
 */
public record CARETransformer(List<Stage> stages, int features, int classes) implements Net {
    /** Parts of the channels that are mixed. */
    private static final int PARTS = 3;
    /** Stages before this one mix a part over all pixels by stripes of convolution, those from it on by attention. */
    private static final int FIRST_ATTENTION = 2;
    private static final int STRIPE = 11;
    private static final double ATTENTION_EPSILON = 1e-6;
    private static final double NORM_EPSILON = 1e-6;

    /**
     * A stage.
     *
     * @param blocks    number of blocks, at least 1
     * @param part      channels of each part that is mixed
     * @param channels  channels of all parts and the memory
     * @param headDim   channels of a head of the attention; unused in the first two stages
     * @param expansion of the mixed parts among themselves
     * @param expansionWithMemory of the mixed parts and the memory
     */
    public record Stage(int blocks, int part, int channels, int headDim, int expansion, int expansionWithMemory) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException when a number is below 1, or nothing is left for the memory, or heads do not divide a part
         */
        public Stage {
            if (blocks < 1 || part < 1 || channels <= PARTS * part || headDim < 1 || part % headDim != 0
                    || expansion < 1 || expansionWithMemory < 1) {
                throw new IllegalArgumentException("no such stage: " + blocks + " blocks, parts of " + part + " of "
                        + channels + " channels, heads of " + headDim + ", expansions " + expansion + " and "
                        + expansionWithMemory);
            }
        }
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there is no stage or no class, or the last block does not have the features
     */
    public CARETransformer {
        stages = List.copyOf(stages);
        if (stages.isEmpty() || classes < 1
                || features != stages.getLast().channels() * stages.getLast().expansionWithMemory()) {
            throw new IllegalArgumentException("a CARE Transformer needs a class and stages whose last expands to its "
                    + features + " features, not " + classes + " and " + stages);
        }
    }

    /** {@return CARE-S0 as published, for 1,000 classes} */
    public static CARETransformer s0() {
        return new CARETransformer(List.of(new Stage(2, 8, 32, 1, 2, 2), new Stage(4, 16, 64, 1, 2, 4),
                new Stage(8, 32, 128, 16, 4, 4), new Stage(4, 64, 256, 32, 4, 4)), 1024, 1000);
    }

    /** {@return CARE-S1 as published, for 1,000 classes} */
    public static CARETransformer s1() {
        return new CARETransformer(List.of(new Stage(3, 8, 32, 1, 2, 4), new Stage(6, 16, 64, 1, 2, 4),
                new Stage(10, 32, 128, 16, 4, 4), new Stage(6, 64, 256, 32, 4, 4)), 1024, 1000);
    }

    /** {@return CARE-S2 as published, for 1,000 classes} */
    public static CARETransformer s2() {
        return new CARETransformer(List.of(new Stage(3, 8, 32, 1, 4, 4), new Stage(6, 16, 64, 1, 4, 4),
                new Stage(10, 48, 192, 16, 4, 4), new Stage(6, 96, 384, 32, 4, 4)), 1536, 1000);
    }

    /** {@return the published sizes by name} */
    public static Map<String, CARETransformer> named() {
        Map<String, CARETransformer> nets = new LinkedHashMap<>();
        nets.put("care_s0", s0());
        nets.put("care_s1", s1());
        nets.put("care_s2", s2());
        return nets;
    }

    @Override
    public CARETransformer configuredFor(Weights weights) throws WeightsException {
        return new CARETransformer(stages, features, GraphBuilder.classes(weights, "head.fc.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        List<Node> maps = new ArrayList<>();
        Node x = net.batchNorm("stem.1",
                net.conv("stem.0", net.input(3), stages.getFirst().channels(), Window.of(4, 4, 0)));
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            String name = "stages." + i;
            if (i > 0) {
                x = net.batchNorm(name + ".downsample.0", x);
                x = net.conv(name + ".downsample.1", x, stage.channels(), Window.of(2, 2, 0));
            }
            for (int j = 0; j < stage.blocks(); j++) {
                boolean last = i == stages.size() - 1 && j == stage.blocks() - 1;
                x = block(net, name + ".blocks." + j, x, stage, i >= FIRST_ATTENTION, last);
            }
            maps.add(x);
        }
        x = net.gelu("head.act", net.globalAveragePool("mean", x));
        Node both = net.add("head + dist_head", head(net, "head", x), head(net, "dist_head", x));
        return new Graph(List.of(net.scale("logits", both, 0.5)), maps);
    }

    /** Figure 2; the last block of the net ends with its expanded channels. */
    private static Node block(GraphBuilder net, String name, Node x, Stage stage, boolean attention, boolean last)
            throws WeightsException {
        int part = stage.part();
        int passing = stage.channels() - PARTS * part;
        String mixer = name + ".token_mixer";
        Node memory = net.slice(name + ":memory", x, 0, passing);
        Node whole = net.slice(name + ":whole", x, passing, part);
        Node near = net.slice(name + ":near", x, passing + part, part);
        Node far = net.slice(name + ":far", x, passing + 2 * part, part);
        Node mixed = net.concat(name + ":mixed",
                attention ? attention(net, mixer, whole, stage.headDim()) : stripes(net, mixer, whole),
                net.depthwise(mixer + ".dwconv1", near, Window.same(3)),
                net.depthwise(mixer + ".dwconv2", far, Window.same(7)));
        String inter = name + ".inter_layer.inter";
        Node y = net.add(inter + 1, expanded(net, inter + 1, mixed, stage.expansion(), false), mixed);
        Node all = net.concat(name + ":all", memory, y);
        Node z = expanded(net, inter + 2, all, stage.expansionWithMemory(), last);
        if (last) {
            return z;
        }
        z = net.layerScale(name + ".gamma", net.add(inter + 2, z, all), x.channels());
        return net.add(name, z, x);
    }

    private static Node stripes(GraphBuilder net, String name, Node x) throws WeightsException {
        return net.add(name + ":stripes", net.depthwise(name + ".dwconvatt_1", x, Window.same(STRIPE, 1)),
                net.depthwise(name + ".dwconvatt_2", x, Window.same(1, STRIPE)));
    }

    /** Queries and keys from a layer, values as they are. */
    private static Node attention(GraphBuilder net, String name, Node x, int headDim) throws WeightsException {
        int part = x.channels();
        Node qk = net.pointwise(name + ".qk", x, 2 * part);
        AttentionHeads heads = new AttentionHeads(part / headDim, headDim, headDim,
                new AttentionHeads.Place(0, 0, headDim), new AttentionHeads.Place(0, part, headDim),
                new AttentionHeads.Place(1, 0, headDim));
        return net.linearAttention(name, heads, LinearAttention.Feature.ELU_PLUS_ONE, true, ATTENTION_EPSILON, qk, x);
    }

    /** Normalize, expand, mix near pixels, and unless it ends there, project. */
    private static Node expanded(GraphBuilder net, String name, Node x, int expansion, boolean ends)
            throws WeightsException {
        Node y = net.pointwise(name + "_fc1", net.batchNorm(name + "_norm", x), expansion * x.channels());
        y = net.depthwise(name + "_conv", net.gelu(name + "_act", y), Window.same(3));
        return ends ? y : net.pointwise(name + "_fc2", y, x.channels());
    }

    private Node head(GraphBuilder net, String name, Node x) throws WeightsException {
        return net.linear(name + ".fc", net.layerNorm(name + ".norm", x, NORM_EPSILON), classes);
    }
}
