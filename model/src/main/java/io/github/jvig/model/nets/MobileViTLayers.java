package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.WeightsException;
import java.util.List;

/** What both MobileViTs are made of, with timm's tensor names: five stages of inverted residuals, of which the last three end with a transformer. */
abstract sealed class MobileViTLayers permits MobileViT.Layers, MobileViTv2.Layers {
    private static final int FIRST_TRANSFORMER_STAGE = 2;
    /** Blocks of the transformers of the last three stages. */
    private static final List<Integer> DEPTHS = List.of(2, 4, 3);
    static final Activation ACTIVATION = Activation.SILU;

    final GraphBuilder net;

    MobileViTLayers(GraphBuilder net) {
        this.net = net;
    }

    /** The transformer of a stage with the convolutions around it. */
    abstract Node transformer(String name, Node x, int stage, int depth) throws WeightsException;

    final Node stem(int channels) throws WeightsException {
        return convNormAct("stem", net.input(3), channels, 3, 2, 1);
    }

    /**
     * Stage 1 keeps the size, the others halve it.
     *
     * @param stage        from 0
     * @param channels     of its result
     * @param residuals    inverted residuals of a stage without transformer; the others have one
     * @param expansion    of the inverted residuals
     */
    final Node stage(int stage, Node x, int channels, int residuals, double expansion) throws WeightsException {
        boolean transforms = stage >= FIRST_TRANSFORMER_STAGE;
        String name = "stages." + stage + ".";
        for (int i = 0; i < (transforms ? 1 : residuals); i++) {
            x = invertedResidual(name + i, x, channels, i == 0 && stage > 0 ? 2 : 1, expansion);
        }
        return transforms
                ? transformer(name + 1, x, stage - FIRST_TRANSFORMER_STAGE,
                        DEPTHS.get(stage - FIRST_TRANSFORMER_STAGE))
                : x;
    }

    private Node invertedResidual(String name, Node x, int channels, int stride, double expansion)
            throws WeightsException {
        int expanded = EfficientNet.divisible(x.channels() * expansion, EfficientNet.ROUND_LIMIT);
        Node y = convNormAct(name + ".conv1_1x1", x, expanded, 1, 1, 1);
        y = convNormAct(name + ".conv2_kxk", y, expanded, 3, stride, expanded);
        y = convNorm(name + ".conv3_1x1", y, channels, 1, 1, 1);
        return stride == 1 && x.channels() == channels ? net.add(name, y, x) : y;
    }

    final Node convNormAct(String name, Node x, int channels, int kernel, int stride, int groups)
            throws WeightsException {
        return net.activation(name + ".act", convNorm(name, x, channels, kernel, stride, groups), ACTIVATION);
    }

    final Node convNorm(String name, Node x, int channels, int kernel, int stride, int groups)
            throws WeightsException {
        return net.batchNorm(name + ".bn",
                net.conv(name + ".conv", x, channels, Window.of(kernel, stride, kernel / 2), groups, false));
    }

    final Node classifier(Node x, int classes) throws WeightsException {
        return net.linear("head.fc", net.globalAveragePool("head.global_pool", x), classes);
    }
}
