package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;

/**
 * A stem, stages of blocks in front of which the map is halved, and a head: EfficientNet (arXiv 1905.11946), and all the nets that are written
 * in the same blocks: MobileNet V1 to V4, MnasNet, FBNet, Single-Path NAS, LCNet, TinyNet. Tensors have the names that they have in timm.
 * {@link MobileNets}, {@link EfficientNets} and {@link SearchedNets} hold the published ones.
 */
public final class EfficientNet implements Net {
    /** What comes behind the blocks. */
    enum Head {
        /** Pool, classifier. */
        POOL,
        /** Convolution, pool, classifier: EfficientNet. */
        CONV_POOL,
        /** Pool, convolution with a bias, classifier: MobileNetV3. */
        POOL_CONV_BIAS,
        /** Pool, convolution without a bias, classifier. */
        POOL_CONV,
        /** Pool, convolution and its normalization, classifier: MobileNetV4. */
        POOL_CONV_NORM
    }

    /**
     * Where squeeze-and-excitation differs.
     *
     * @param gate         its last activation
     * @param activation   behind the first layer; null for the block's
     * @param fromExpanded whether the squeezed channels are a share of the expanded channels, not of the block's input
     * @param roundLimit   share of the wanted number of squeezed channels that a rounded one has at least, rounded to a multiple of 8; 0 for
     *                     the nearest whole number
     */
    record Squeeze(Activation gate, Activation activation, boolean fromExpanded, double roundLimit) {
        /** EfficientNet's. */
        static final Squeeze DEFAULT = new Squeeze(Activation.SIGMOID, null, false, 0);

        int channels(EfficientNetBlock block, int gated) {
            boolean expands = block.kind() == EfficientNetBlock.Kind.IR || block.kind() == EfficientNetBlock.Kind.ER;
            double wanted = block.squeeze() * gated / (fromExpanded || !expands ? 1 : block.expansion());
            return roundLimit == 0 ? (int) Math.rint(wanted) : divisible(wanted, roundLimit);
        }
    }

    /**
     * A net of this kind.
     *
     * @param stem        channels of the stem
     * @param stages      their blocks, with the channels that they have
     * @param head        what comes behind them
     * @param features    channels of the head's convolution; unused where it has none
     * @param activation  behind every normalization but the last of a block
     * @param squeeze     how blocks with a gate make it
     * @param samePadding whether windows are padded as TensorFlow does it
     * @param epsilon     of the normalizations
     * @param layerScale  whether the result of a block has a learned factor for each channel
     */
    record Config(int stem, List<List<EfficientNetBlock>> stages, Head head, int features, Activation activation,
            Squeeze squeeze, boolean samePadding, double epsilon, boolean layerScale) {}

    static final double ROUND_LIMIT = 0.9;
    private static final int DIVISOR = 8;
    private static final int IMAGENET_CLASSES = 1000;

    private final Config config;
    private final int classes;

    EfficientNet(Config config) {
        this(config, IMAGENET_CLASSES);
    }

    private EfficientNet(Config config, int classes) {
        this.config = config;
        this.classes = classes;
    }

    /** The nearest multiple of 8, at least 8, that is not less than a share of the number. */
    static int divisible(double wanted, double limit) {
        int nearest = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
        return nearest < limit * wanted ? nearest + DIVISOR : nearest;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public EfficientNet configuredFor(Weights weights) throws WeightsException {
        return new EfficientNet(config, GraphBuilder.classes(weights, "classifier.weight"));
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
            Node x = conv("conv_stem", net.input(3), config.stem(), 3, 2, 1);
            x = active("bn1", x, config.activation());
            int stride = 2;
            List<Node> features = new ArrayList<>();
            for (int stage = 0; stage < config.stages().size(); stage++) {
                List<EfficientNetBlock> blocks = config.stages().get(stage);
                if (blocks.getFirst().stride() > 1 && stride > 2) {
                    features.add(x);
                }
                stride *= blocks.getFirst().stride();
                for (int i = 0; i < blocks.size(); i++) {
                    x = block("blocks." + stage + "." + i, x, blocks.get(i));
                }
            }
            features.add(x);
            return new Graph(List.of(net.linear("classifier", head(x), classes)), features);
        }

        private Node head(Node x) throws WeightsException {
            Activation activation = config.activation();
            if (config.head() == Head.CONV_POOL) {
                x = active("bn2", conv("conv_head", x, config.features(), 1, 1, 1), activation);
            }
            Node pooled = net.globalAveragePool("global_pool", x);
            return switch (config.head()) {
                case POOL, CONV_POOL -> pooled;
                case POOL_CONV_BIAS ->
                    net.activation("act2", net.pointwise("conv_head", pooled, config.features()), activation);
                case POOL_CONV ->
                    net.activation("act2", conv("conv_head", pooled, config.features(), 1, 1, 1), activation);
                case POOL_CONV_NORM ->
                    active("norm_head", conv("conv_head", pooled, config.features(), 1, 1, 1), activation);
            };
        }

        private Node block(String name, Node x, EfficientNetBlock block) throws WeightsException {
            Activation activation = block.activation().orElse(config.activation());
            Node y = switch (block.kind()) {
                case CN -> active(name + ".bn1",
                        conv(name + ".conv", x, block.channels(), block.kernel(), block.stride(), 1), activation);
                case DS, DSA -> separable(name, x, block, activation);
                case IR -> inverted(name, x, block, activation);
                case ER -> fused(name, x, block, activation);
                case UIR -> universal(name, x, block, activation);
                case MQA -> attention(name, x, block);
            };
            boolean skip = block.skip() && block.stride() == 1 && x.channels() == y.channels();
            return skip ? net.add(name, y, x) : y;
        }

        private Node separable(String name, Node x, EfficientNetBlock block, Activation activation)
                throws WeightsException {
            Node y = depthwise(name + ".conv_dw", x, block.kernel(), block.stride());
            y = gated(name, active(name + ".bn1", y, activation), block, activation);
            y = norm(name + ".bn2", conv(name + ".conv_pw", y, block.channels(), 1, 1, 1));
            return block.kind() == EfficientNetBlock.Kind.DSA ? net.activation(name + ".bn2.act", y, activation) : y;
        }

        private Node inverted(String name, Node x, EfficientNetBlock block, Activation activation)
                throws WeightsException {
            Node y = active(name + ".bn1", conv(name + ".conv_pw", x, expanded(x, block), 1, 1, 1), activation);
            y = depthwise(name + ".conv_dw", y, block.kernel(), block.stride());
            y = gated(name, active(name + ".bn2", y, activation), block, activation);
            return norm(name + ".bn3", conv(name + ".conv_pwl", y, block.channels(), 1, 1, 1));
        }

        private Node fused(String name, Node x, EfficientNetBlock block, Activation activation)
                throws WeightsException {
            Node y = conv(name + ".conv_exp", x, expanded(x, block), block.kernel(), block.stride(), 1);
            y = gated(name, active(name + ".bn1", y, activation), block, activation);
            return norm(name + ".bn2", conv(name + ".conv_pwl", y, block.channels(), 1, 1, 1));
        }

        private Node universal(String name, Node x, EfficientNetBlock block, Activation activation)
                throws WeightsException {
            Node y = x;
            if (block.startKernel() > 0) {
                int stride = block.kernel() > 0 ? 1 : block.stride();
                y = norm(name + ".dw_start.bn", depthwise(name + ".dw_start.conv", y, block.startKernel(), stride));
            }
            y = active(name + ".pw_exp.bn", conv(name + ".pw_exp.conv", y, expanded(x, block), 1, 1, 1), activation);
            if (block.kernel() > 0) {
                y = active(name + ".dw_mid.bn", depthwise(name + ".dw_mid.conv", y, block.kernel(), block.stride()),
                        activation);
            }
            y = norm(name + ".pw_proj.bn", conv(name + ".pw_proj.conv", y, block.channels(), 1, 1, 1));
            return scaled(name, y);
        }

        /** Several queries to one key and value, which may come from a smaller map: multi-query attention, arXiv 1911.02150. */
        private Node attention(String name, Node x, EfficientNetBlock block) throws WeightsException {
            String attn = name + ".attn";
            int heads = block.heads();
            int dim = block.headDim();
            Node y = norm(name + ".norm", x);
            Node query = conv(attn + ".query.proj", y, heads * dim, 1, 1, 1);
            Node key = conv(attn + ".key.proj", smaller(attn + ".key", y, block), dim, 1, 1, 1);
            Node value = conv(attn + ".value.proj", smaller(attn + ".value", y, block), dim, 1, 1, 1);
            y = net.attention(attn, AttentionHeads.sharedKey(heads, dim, dim), Partition.WHOLE,
                    Attention.usualScale(dim),
                    query, key, value);
            return scaled(name, conv(attn + ".output.proj", y, block.channels(), 1, 1, 1));
        }

        private Node smaller(String name, Node x, EfficientNetBlock block) throws WeightsException {
            return block.keyStride() == 1
                    ? x
                    : norm(name + ".norm", depthwise(name + ".down_conv", x, block.kernel(), block.keyStride()));
        }

        private Node scaled(String name, Node y) throws WeightsException {
            return config.layerScale() ? net.layerScale(name + ".layer_scale.gamma", y, y.channels()) : y;
        }

        /** Squeeze-and-excitation, where the block has it. */
        private Node gated(String name, Node x, EfficientNetBlock block, Activation activation)
                throws WeightsException {
            if (block.squeeze() == 0) {
                return x;
            }
            Squeeze squeeze = config.squeeze();
            Activation inner = squeeze.activation() == null ? activation : squeeze.activation();
            String se = name + ".se";
            Node y = net.globalAveragePool(se + ":pool", x);
            y = net.pointwise(se + ".conv_reduce", y, squeeze.channels(block, x.channels()));
            y = net.pointwise(se + ".conv_expand", net.activation(se + ".act1", y, inner), x.channels());
            y = net.activation(se + ".gate", y, squeeze.gate());
            return net.binary(se, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        }

        private int expanded(Node x, EfficientNetBlock block) {
            return divisible(x.channels() * block.expansion(), ROUND_LIMIT);
        }

        private Node depthwise(String name, Node x, int kernel, int stride) throws WeightsException {
            return conv(name, x, x.channels(), kernel, stride, x.channels());
        }

        private Node conv(String name, Node x, int channels, int kernel, int stride, int groups)
                throws WeightsException {
            return config.samePadding() && kernel > 1
                    ? net.convSamePadding(name, x, channels, Window.of(kernel, stride, 0), groups, false)
                    : net.conv(name, x, channels, Window.of(kernel, stride, kernel / 2), groups, false);
        }

        private Node norm(String name, Node x) throws WeightsException {
            return net.batchNorm(name, x, config.epsilon());
        }

        private Node active(String name, Node x, Activation activation) throws WeightsException {
            return net.activation(name + ".act", norm(name, x), activation);
        }
    }
}
