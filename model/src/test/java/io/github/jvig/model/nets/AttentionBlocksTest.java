package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Golden;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Attention blocks that are published without a net, put together of the graph's operations, against their authors' formulas in PyTorch in
 * float64 ({@code golden/blocks.json}), on seeded weights and input.
 */
class AttentionBlocksTest {
    /** Tensors of the block by itself: names of modules start at the block. */
    private final GraphBuilder net = new GraphBuilder(new Parameters() {
        @Override
        public float[] floats(String name, int... shape) {
            return Seeded.values(name.substring("block.".length()), shape);
        }

        @Override
        public String source() {
            return "seeded weights";
        }
    });

    private static JsonNode golden(String block) throws IOException {
        try (InputStream in = AttentionBlocksTest.class.getResourceAsStream("/golden/blocks.json")) {
            for (JsonNode golden : new ObjectMapper().readTree(in)) {
                if (golden.get("name").asText().equals(block)) {
                    return golden;
                }
            }
        }
        throw new IllegalArgumentException("no block " + block);
    }

    /** As it is written down on the scalar kernels, and with all passes on the CPU's. */
    private static void check(String block, Node result) throws IOException {
        JsonNode golden = golden(block);
        int[] shape = new ObjectMapper().convertValue(golden.get("shape"), int[].class);
        float[] input = Seeded.values("input/block", shape);
        Graph graph = new Graph(List.of(result));
        for (String device : List.of("scalar", "cpu")) {
            Graph run = device.equals("cpu") ? Passes.optimize(graph) : graph;
            try (Executable executable = Devices.named(device).compile(run,
                    CompileOptions.of(shape[2], shape[3], 1))) {
                float[][] values = {new float[input.length]};
                executable.run(input, 1, values);
                MapLayout out = executable.outputs().getFirst();
                Golden.assertActivation(golden, out.channels(), out.height(), out.width(), values[0]);
            }
        }
    }

    /**
     * Concurrent spatial and channel squeeze-and-excitation (Roy et al., arXiv 1803.02579), with the names of its authors' code: x times a factor
     * for each channel, from two linear layers on the pooled map, and x times a factor for each pixel, from a 1x1 convolution.
     *
     * @param squeezed channels between the linear layers; the authors take half of those of x
     * @param together how the two go together: the authors take the maximum, others the sum
     */
    private Node concurrentSqueezeExcite(String name, Node x, int squeezed, Binary.Operator together)
            throws WeightsException {
        Node y = net.globalAveragePool(name + ".cSE:pool", x);
        y = net.activation(name + ".cSE.relu", net.linear(name + ".cSE.fc1", y, squeezed), Activation.RELU);
        y = net.linear(name + ".cSE.fc2", y, x.channels());
        y = net.activation(name + ".cSE.sigmoid", y, Activation.SIGMOID);
        Node channels = net.binary(name + ".cSE", Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, x, y);
        Node plane = net.activation(name + ".sSE.sigmoid", net.pointwise(name + ".sSE.conv", x, 1), Activation.SIGMOID);
        Node pixels = net.binary(name + ".sSE", Binary.Operator.MULTIPLY, Binary.Broadcast.CHANNEL, x, plane);
        return net.binary(name, together, Binary.Broadcast.NONE, channels, pixels);
    }

    @Test
    void concurrentSpatialAndChannelExcitation() throws Exception {
        Node x = net.input(20);
        check("scse_max", concurrentSqueezeExcite("block", x, 10, Binary.Operator.MAXIMUM));
        check("scse_sum", concurrentSqueezeExcite("block", x, 10, Binary.Operator.ADD));
    }

    /** ULSAM, Saini et al., arXiv 2006.15102: groups of channels, each with an attention map of one plane over its pixels. */
    @Test
    void subspaceAttention() throws Exception {
        Node x = net.input(12);
        Node[] parts = new Node[3];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = subspace("block.subspaces." + i, net.slice("block:" + i, x, 4 * i, 4));
        }
        Node result = net.concat("block", parts);
        assertEquals(12, result.channels());
        check("ulsam", result);
    }

    private Node subspace(String name, Node x) throws WeightsException {
        Node y = net.batchNorm(name + ".bn_dws", net.depthwise(name + ".conv_dws", x, Window.same(1)));
        y = net.maxPool(name + ".maxpool", net.activation(name + ".relu_dws", y, Activation.RELU), Window.same(3));
        y = net.batchNorm(name + ".bn_point", net.pointwise(name + ".conv_point", y, 1));
        y = net.spatialSoftmax(name + ".softmax", net.activation(name + ".relu_point", y, Activation.RELU));
        y = net.binary(name + ":gated", Binary.Operator.MULTIPLY, Binary.Broadcast.CHANNEL, x, y);
        return net.add(name, x, y);
    }
}
