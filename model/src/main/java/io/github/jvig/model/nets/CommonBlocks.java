package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.WeightsException;
import java.util.Collections;
import java.util.List;

/** What several families share. */
final class CommonBlocks {
    private CommonBlocks() {
    }

    /** @throws IllegalArgumentException when there is no stage, the lists differ in length, or a number is below 1 */
    static void checkStages(List<Integer> channels, List<Integer> blocks) {
        if (channels.isEmpty() || channels.size() != blocks.size() || Collections.min(channels) < 1
                || Collections.min(blocks) < 1) {
            throw new IllegalArgumentException(
                    "every stage needs channels and blocks, not " + channels + " and " + blocks);
        }
    }

    /**
     * Squeeze-and-excitation (arXiv 1709.01507): the pooled map through two layers, ReLU between them, sigmoid behind them, is a factor for
     * each channel.
     *
     * @param squeezed channels between the layers
     * @param reduce   the first layer's name in the module
     * @param expand   the second layer's name in the module
     */
    static Node squeezeExcite(GraphBuilder net, String name, Node x, int squeezed, String reduce, String expand)
            throws WeightsException {
        Node y = net.globalAveragePool(name + ":pool", x);
        y = net.pointwise(name + "." + reduce, y, squeezed);
        y = net.activation(name + ".act", y, Activation.RELU);
        y = net.pointwise(name + "." + expand, y, x.channels());
        y = net.activation(name + ".gate", y, Activation.SIGMOID);
        return net.binary(name, Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
    }

    /** The same with timm's names, and a multiple of 8 channels between the layers, the nearest to a share of those of x. */
    static Node squeezeExcite(GraphBuilder net, String name, Node x, double share) throws WeightsException {
        return squeezeExcite(net, name, x, EfficientNet.divisible(share * x.channels(), 0), "fc1", "fc2");
    }
}
