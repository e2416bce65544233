package io.github.jvig.model.nets;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
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
 * MobileViT, Mehta and Rastegari, arXiv 2110.02178, with timm's tensor names: MobileNetV2's blocks, and in the last three stages transformers
 * whose pixels attend to those of the same place in patches of 2x2. Where a transformer's map is not made of whole patches, which it is with
 * sides of the image that are multiples of 64, it is interpolated up to whole ones and back again, as by timm.
 *
 * @param channels    of the five stages
 * @param dims        channels of the three transformers, multiples of 4
 * @param expansion   of the inverted residuals
 * @param headChannels channels of the convolution behind the stages
 * @param classes     number of classes
 */
public record MobileViT(List<Integer> channels, List<Integer> dims, int expansion, int headChannels, int classes)
        implements
            Net {
    private static final int STEM = 16;
    private static final int HEADS = 4;
    private static final int MLP_EXPANSION = 2;
    private static final int PATCH = 2;
    private static final Partition PATCHES = Partition.samePlace(PATCH, PATCH);

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there are not five stages and three transformers, or a transformer's heads have no equal share
     */
    public MobileViT {
        channels = List.copyOf(channels);
        dims = List.copyOf(dims);
        if (channels.size() != 5 || dims.size() != 3 || dims.stream().anyMatch(d -> d < HEADS || d % HEADS != 0)) {
            throw new IllegalArgumentException("MobileViT needs channels of 5 stages and of 3 transformers, these in "
                    + "multiples of " + HEADS + ", not " + channels + " and " + dims);
        }
    }

    /** {@return the published sizes by name, for 1,000 classes} */
    public static Map<String, MobileViT> named() {
        Map<String, MobileViT> nets = new LinkedHashMap<>();
        nets.put("mobilevit_xxs",
                new MobileViT(List.of(16, 24, 48, 64, 80), List.of(64, 80, 96), 2, 320, 1000));
        nets.put("mobilevit_xs",
                new MobileViT(List.of(32, 48, 64, 80, 96), List.of(96, 120, 144), 4, 384, 1000));
        nets.put("mobilevit_s",
                new MobileViT(List.of(32, 64, 96, 128, 160), List.of(144, 192, 240), 4, 640, 1000));
        return nets;
    }

    @Override
    public MobileViT configuredFor(Weights weights) throws WeightsException {
        return new MobileViT(channels, dims, expansion, headChannels,
                GraphBuilder.classes(weights, "head.fc.weight"));
    }

    @Override
    public Graph build(Parameters parameters) throws WeightsException {
        Layers layers = new Layers(new GraphBuilder(parameters));
        Node x = layers.stem(STEM);
        List<Node> features = new ArrayList<>();
        for (int stage = 0; stage < channels.size(); stage++) {
            x = layers.stage(stage, x, channels.get(stage), stage == 1 ? 3 : 1, expansion);
            if (stage == channels.size() - 1) {
                x = layers.convNormAct("final_conv", x, headChannels, 1, 1, 1);
            }
            // The first stage's map is half the image; detectors begin at a quarter.
            if (stage > 0) {
                features.add(x);
            }
        }
        return new Graph(List.of(layers.classifier(x, classes)), features);
    }

    /** The layers of one graph. */
    final class Layers extends MobileViTLayers {
        private Layers(GraphBuilder net) {
            super(net);
        }

        /** The paper's MobileViT block. */
        @Override
        Node transformer(String name, Node x, int stage, int depth) throws WeightsException {
            int outside = x.channels();
            Node y = convNormAct(name + ".conv_kxk", x, outside, 3, 1, 1);
            y = net.convWithoutBias(name + ".conv_1x1", y, dims.get(stage), Window.same(1));
            y = net.resizeToMultiple(name + ":patches", y, Resize.Mode.BILINEAR, PATCH, PATCH);
            for (int i = 0; i < depth; i++) {
                y = block(name + ".transformer." + i, y);
            }
            y = net.resizeAs(name + ":map", net.layerNorm(name + ".norm", y), Resize.Mode.BILINEAR, x);
            y = convNormAct(name + ".conv_proj", y, outside, 1, 1, 1);
            return convNormAct(name + ".conv_fusion", net.concat(name + ":both", x, y), outside, 3, 1, 1);
        }

        private Node block(String name, Node x) throws WeightsException {
            int dim = x.channels();
            int headDim = dim / HEADS;
            Node y = net.linear(name + ".attn.qkv", net.layerNorm(name + ".norm1", x), 3 * dim);
            y = net.attention(name + ".attn", AttentionHeads.byKind(HEADS, headDim, headDim), PATCHES,
                    Attention.usualScale(headDim), y);
            x = net.add(name + ":attended", x, net.linear(name + ".attn.proj", y, dim));
            y = net.linear(name + ".mlp.fc1", net.layerNorm(name + ".norm2", x), MLP_EXPANSION * dim);
            return net.add(name, x, net.linear(name + ".mlp.fc2", net.activation(name + ".mlp.act", y, ACTIVATION),
                    dim));
        }
    }
}
