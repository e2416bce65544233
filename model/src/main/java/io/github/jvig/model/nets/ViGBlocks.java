package io.github.jvig.model.nets;

import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the vision graph nets MobileViG, MobileViGv2 and GreedyViG are made of, under the names that their authors share. */
final class ViGBlocks {
    private static final int EXPANSION = 4;
    private static final Window HALVE = Window.of(3, 2, 1);
    private static final Window POSITIONAL = Window.same(7);

    private final GraphBuilder net;

    ViGBlocks(GraphBuilder net) {
        this.net = net;
    }

    /** @throws IllegalArgumentException when the lists differ in length, or a number is too small */
    static void checkStages(List<Integer> localBlocks, List<Integer> graphBlocks, List<Integer> channels,
            List<Integer> k) {
        int stages = channels.size();
        if (stages == 0 || localBlocks.size() != stages || graphBlocks.size() != stages || k.size() != stages) {
            throw new IllegalArgumentException("every stage needs its local blocks, graph blocks, channels and K, not "
                    + localBlocks + ", " + graphBlocks + ", " + channels + " and " + k);
        }
        if (channels.getFirst() < 2 || Collections.min(channels) < 1 || Collections.min(k) < 1) {
            throw new IllegalArgumentException("a stage needs channels, the first 2, and K of at least 1, not "
                    + channels + " and " + k);
        }
    }

    /** Number of classes of a checkpoint. */
    static int classes(Weights weights) throws WeightsException {
        return GraphBuilder.classes(weights, "head.weight");
    }

    /** Whether a checkpoint has the second head of a distilled net. */
    static boolean distilled(Weights weights) {
        return weights.has("dist_head.weight");
    }

    /** A block of some stage. */
    interface Block {
        Node of(String name, Node x, int stage) throws WeightsException;
    }

    /** Finds the graph neighbors of each pixel and puts their max-relative feature beside it. */
    interface Gather {
        Node of(String name, Node x);
    }

    /** A stem, and stages that begin with their local blocks and end with their graph blocks: the map behind each stage. */
    List<Node> stages(List<Integer> channels, List<Integer> localBlocks, Block local, List<Integer> graphBlocks,
            Block graph) throws WeightsException {
        List<Node> results = new ArrayList<>();
        Node x = stem(net.input(3), channels.getFirst());
        for (int stage = 0; stage < channels.size(); stage++) {
            String name = "backbone." + stage + ".";
            int block = 0;
            if (stage > 0) {
                x = downsample(name + block++, x, channels.get(stage));
            }
            for (int i = 0; i < localBlocks.get(stage); i++) {
                x = local.of(name + block++, x, stage);
            }
            for (int i = 0; i < graphBlocks.get(stage); i++) {
                x = graph.of(name + block++, x, stage);
            }
            results.add(x);
        }
        return results;
    }

    /** Two convolutions that halve: a quarter of the height and the width. */
    Node stem(Node x, int channels) throws WeightsException {
        x = net.conv("stem.stem.0", x, channels / 2, HALVE);
        x = net.gelu("stem.stem.2", net.batchNorm("stem.stem.1", x));
        x = net.conv("stem.stem.3", x, channels, HALVE);
        return net.gelu("stem.stem.5", net.batchNorm("stem.stem.4", x));
    }

    Node downsample(String name, Node x, int channels) throws WeightsException {
        return net.batchNorm(name + ".conv.1", net.conv(name + ".conv.0", x, channels, HALVE));
    }

    /**
     * fc2(graph convolution(fc1(x))); the graph convolution is a 1x1 on concat[x, m].
     *
     * @param gather   gives concat[x, m]
     * @param channels behind the 1x1
     */
    Node graphConvolution(String name, Node x, Gather gather, int channels) throws WeightsException {
        Node y = net.batchNorm(name + ".fc1.1", net.pointwise(name + ".fc1.0", x, x.channels()));
        String nn = name + ".graph_conv.nn";
        y = gather.of(nn + ":input", y);
        y = net.gelu(nn + ".2", net.batchNorm(nn + ".1", net.pointwise(nn + ".0", y, channels)));
        return net.batchNorm(name + ".fc2.1", net.pointwise(name + ".fc2.0", y, x.channels()));
    }

    /** x + pe(x): a conditional positional encoding by a depthwise convolution (arXiv 2102.10882). */
    Node positionalEncoding(String name, Node x) throws WeightsException {
        return net.add(name, net.depthwise(name + ".pe", x, POSITIONAL), x);
    }

    /** The same in a checkpoint that holds x + pe(x) as one convolution. */
    Node foldedPositionalEncoding(String name, Node x) throws WeightsException {
        return net.depthwise(name + ".reparam_conv", x, POSITIONAL);
    }

    /** expand 1x1, depthwise 3x3, project 1x1. */
    Node separable(String name, Node x) throws WeightsException {
        Node y = net.pointwise(name + ".pw1", x, EXPANSION * x.channels());
        y = net.gelu(name + ".act1", net.batchNorm(name + ".norm1", y));
        y = net.depthwise(name + ".dw", y, Window.same(3));
        y = net.gelu(name + ".act2", net.batchNorm(name + ".norm2", y));
        return net.batchNorm(name + ".norm3", net.pointwise(name + ".pw2", y, x.channels()));
    }

    /** expand 1x1, project 1x1. */
    Node feedForward(String name, Node x) throws WeightsException {
        Node y = net.batchNorm(name + ".1", net.pointwise(name + ".0", x, EXPANSION * x.channels()));
        y = net.gelu(name + ".2", y);
        return net.batchNorm(name + ".4", net.pointwise(name + ".3", y, x.channels()));
    }

    /** Pooled map to logits; of a distilled net the mean of its two heads. */
    Node heads(Node x, int embedding, int classes, boolean distilled) throws WeightsException {
        x = net.globalAveragePool("prediction.0", x);
        x = net.gelu("prediction.3", net.batchNorm("prediction.2", net.pointwise("prediction.1", x, embedding)));
        Node head = net.pointwise("head", x, classes);
        if (!distilled) {
            return head;
        }
        Node both = net.add("head + dist_head", head, net.pointwise("dist_head", x, classes));
        return net.scale("logits", both, 0.5);
    }
}
