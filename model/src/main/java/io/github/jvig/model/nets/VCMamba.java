package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * VCMamba: Bridging Convolutions with Multi-Directional Mamba for Efficient Visual Representation (ICCVW 2025, arXiv 2509.04669), with the
 * authors' tensor names. A stem, four stages of inverted residual blocks with convolutions between them, of which the last ones of the last
 * stage mix pixels by a selective scan as well, and two heads, whose mean is the result. A learned map of 7x7 is added in front of the first
 * of these, so inputs have 193 to 224 pixels a side.
 *
 * @param blocks   blocks of each stage
 * @param channels channels of each stage
 * @param classes  number of classes
 */
public record VCMamba(List<Integer> blocks, List<Integer> channels, int classes) implements Net {
    /** Blocks with a scan at the end of the last stage. */
    private static final int SCANS = 4;
    private static final int EXPANSION = 4;
    private static final int INNER = 2;
    private static final int STATES = 16;
    /** Channels of the block for one of those that the steps are computed from. */
    private static final int RANK_DIVISOR = 16;
    private static final int RESOLUTION = 7;
    private static final Window HALVE = Window.of(3, 2, 1);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when stages lack blocks or channels, or there is no class
     */
    public VCMamba {
        blocks = List.copyOf(blocks);
        channels = List.copyOf(channels);
        if (blocks.isEmpty() || blocks.size() != channels.size() || Collections.min(blocks) < 1
                || blocks.getLast() < SCANS || channels.getFirst() < 2 || Collections.min(channels) < 1
                || classes < 1) {
            throw new IllegalArgumentException("VCMamba needs a class, and in every stage blocks and channels, in the"
                    + " last " + SCANS + " blocks, not " + classes + ", " + blocks + " and " + channels);
        }
    }

    /** {@return VCMamba-S as published, for 1,000 classes} */
    public static VCMamba s() {
        return new VCMamba(List.of(4, 4, 12, 8), List.of(32, 64, 144, 288), 1000);
    }

    /** {@return VCMamba-M as published, for 1,000 classes} */
    public static VCMamba m() {
        return new VCMamba(List.of(4, 4, 12, 6), List.of(48, 96, 224, 448), 1000);
    }

    /** {@return VCMamba-B as published, for 1,000 classes} */
    public static VCMamba b() {
        return new VCMamba(List.of(4, 4, 12, 6), List.of(64, 128, 320, 512), 1000);
    }

    /** {@return the published sizes by name} */
    public static Map<String, VCMamba> named() {
        Map<String, VCMamba> nets = new LinkedHashMap<>();
        nets.put("vcmamba_s", s());
        nets.put("vcmamba_m", m());
        nets.put("vcmamba_b", b());
        return nets;
    }

    @Override
    public VCMamba configuredFor(Weights weights) throws WeightsException {
        return new VCMamba(blocks, channels, GraphBuilder.classes(weights, "head.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        GraphBuilder net = new GraphBuilder(parameters);
        List<Node> features = new ArrayList<>();
        Node x = stem(net, net.input(3));
        int last = channels.size() - 1;
        for (int stage = 0; stage <= last; stage++) {
            if (stage > 0) {
                String name = "network." + (2 * stage - 1);
                x = net.batchNorm(name + ".norm", net.conv(name + ".proj", x, channels.get(stage), HALVE));
            }
            String name = "network." + 2 * stage + ".";
            int convolutional = blocks.get(stage) - (stage == last ? SCANS : 0);
            for (int i = 0; i < convolutional; i++) {
                x = convolutionBlock(net, name + i, x);
            }
            if (stage == last) {
                x = net.addMap("pos_embed", x, RESOLUTION, RESOLUTION);
            }
            for (int i = convolutional; i < blocks.get(stage); i++) {
                x = mambaBlock(net, name + i, x);
            }
            features.add(x);
        }
        return new Graph(List.of(heads(net, x)), features);
    }

    private Node stem(GraphBuilder net, Node x) throws WeightsException {
        x = net.batchNorm("patch_embed.1", net.conv("patch_embed.0", x, channels.getFirst() / 2, HALVE));
        x = net.activation("patch_embed.2", x, Activation.RELU);
        x = net.batchNorm("patch_embed.4", net.conv("patch_embed.3", x, channels.getFirst(), HALVE));
        return net.activation("patch_embed.5", x, Activation.RELU);
    }

    /** x + scale * (expand, mix pixels, project). */
    private static Node convolutionBlock(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = invertedResidual(net, name + ".mlp", x);
        return net.add(name, x, net.layerScale(name + ".layer_scale_2", y, y.channels(), 1, 1));
    }

    /** x + mamba(x), then x + (expand, mix pixels, project), each on x normalized. */
    private static Node mambaBlock(GraphBuilder net, String name, Node x) throws WeightsException {
        x = net.add(name + ":mixed", x, mamba(net, name + ".mamba", net.batchNorm(name + ".norm", x)));
        return net.add(name, x, invertedResidual(net, name + ".mlp", net.batchNorm(name + ".norm2", x)));
    }

    private static Node invertedResidual(GraphBuilder net, String name, Node x) throws WeightsException {
        Node y = net.batchNorm(name + ".norm1", net.pointwise(name + ".fc1", x, EXPANSION * x.channels()));
        y = net.depthwise(name + ".mid", net.gelu(name + ".act", y), Window.same(3));
        y = net.gelu(name + ":mid.act", net.batchNorm(name + ".mid_norm", y));
        return net.batchNorm(name + ".norm2", net.pointwise(name + ".fc2", y, x.channels()));
    }

    /** Expand, mix near pixels, scan, project. Steps and the ways in and out of the states depend on the pixel, too. */
    private static Node mamba(GraphBuilder net, String name, Node x) throws WeightsException {
        int inner = INNER * x.channels();
        int rank = Math.ceilDiv(x.channels(), RANK_DIVISOR);
        Node y = net.batchNorm(name + ".in_conv.1", net.pointwise(name + ".in_conv.0", x, inner));
        y = net.activation(name + ".act", net.depthwise(name + ".conv2d", y, Window.same(7)), Activation.SILU);
        Node projection = net.linearWithoutBias(name + ".x_proj", y, rank + 2 * STATES);
        Node step = net.linear(name + ".dt_proj", net.slice(name + ":dt", projection, 0, rank), inner);
        // The scan adds the bias of the layer that gives the steps once more, as the authors do.
        y = net.selectiveScan(name, name + ".dt_proj.bias", y, step, projection, STATES, rank, rank + STATES);
        y = net.activation(name + ".out_conv.0", net.layerNorm(name + ".norm", y), Activation.RELU);
        return net.batchNorm(name + ".out_conv.2", net.pointwise(name + ".out_conv.1", y, x.channels()));
    }

    private Node heads(GraphBuilder net, Node x) throws WeightsException {
        x = net.globalAveragePool("mean", net.layerNorm("norm", x));
        Node both = net.add("head + dist_head", net.linear("head", x, classes), net.linear("dist_head", x, classes));
        return net.scale("logits", both, 0.5);
    }
}
