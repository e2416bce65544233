package io.github.jvig.model.nets;

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
 * MobileViTv2, Mehta and Rastegari, arXiv 2206.02680, with timm's tensor names: {@link MobileViT} with separable attention, whose work grows
 * with the number of pixels, with depthwise convolutions, and without the second look at a transformer's input. A map that is not made of
 * whole patches of 2x2 is interpolated up to whole ones in front of the block, and keeps that size, as by timm.
 *
 * @param width   factor of the numbers of channels
 * @param classes number of classes
 */
public record MobileViTv2(double width, int classes) implements Net {
    private static final int STEM = 32;
    private static final int[] CHANNELS = {64, 128, 256, 384, 512};
    private static final int EXPANSION = 2;
    private static final double EPSILON = 1e-5;
    private static final int PATCH = 2;
    private static final Partition PATCHES = Partition.samePlace(PATCH, PATCH);

    /**
     * Checks the width.
     *
     * @throws IllegalArgumentException when it leaves the stem no channel
     */
    public MobileViTv2 {
        if (!(width * STEM >= 1)) {
            throw new IllegalArgumentException("a width of " + width + " leaves MobileViTv2's stem no channel");
        }
    }

    /** {@return the published sizes by name, for 1,000 classes} */
    public static Map<String, MobileViTv2> named() {
        Map<String, MobileViTv2> nets = new LinkedHashMap<>();
        for (int percent = 50; percent <= 200; percent += 25) {
            nets.put("mobilevitv2_%03d".formatted(percent), new MobileViTv2(percent / 100.0, 1000));
        }
        return nets;
    }

    @Override
    public MobileViTv2 configuredFor(Weights weights) throws WeightsException {
        return new MobileViTv2(width, GraphBuilder.classes(weights, "head.fc.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        Layers layers = new Layers(new GraphBuilder(parameters));
        Node x = layers.stem((int) (width * STEM));
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            x = layers.stage(stage, x, (int) (width * CHANNELS[stage]), stage == 1 ? 2 : 1, EXPANSION);
            // The first stage's map is half the image; detectors begin at a quarter.
            if (stage > 0) {
                features.add(x);
            }
        }
        return new Graph(List.of(layers.classifier(x, classes)), features);
    }

    /** The layers of one graph. */
    static final class Layers extends MobileViTLayers {
        private Layers(GraphBuilder net) {
            super(net);
        }

        /** The paper's MobileViTv2 block. */
        @Override
        Node transformer(String name, Node x, int stage, int depth) throws WeightsException {
            int outside = x.channels();
            Node y = net.resizeToMultiple(name + ":patches", x, Resize.Mode.BILINEAR_ALIGNED, PATCH, PATCH);
            y = convNormAct(name + ".conv_kxk", y, outside, 3, 1, outside);
            int dim = EfficientNet.divisible(outside / 2.0, EfficientNet.ROUND_LIMIT);
            y = net.convWithoutBias(name + ".conv_1x1", y, dim, Window.same(1));
            for (int i = 0; i < depth; i++) {
                y = block(name + ".transformer." + i, y);
            }
            return convNorm(name + ".conv_proj", net.groupNorm(name + ".norm", y, EPSILON), outside, 1, 1, 1);
        }

        private Node block(String name, Node x) throws WeightsException {
            int dim = x.channels();
            Node y = net.groupNorm(name + ".norm1", x, EPSILON);
            y = net.pointwise(name + ".attn.qkv_proj", y, 1 + 2 * dim);
            y = net.separableAttention(name + ".attn", y, PATCHES);
            x = net.add(name + ":attended", x, net.pointwise(name + ".attn.out_proj", y, dim));
            y = net.pointwise(name + ".mlp.fc1", net.groupNorm(name + ".norm2", x, EPSILON), EXPANSION * dim);
            y = net.pointwise(name + ".mlp.fc2", net.activation(name + ".mlp.act", y, ACTIVATION), dim);
            return net.add(name, x, y);
        }
    }
}
