package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks of single papers against what their authors' code gives for seeded weights and a seeded input. */
class PaperBlocksTest {
    private static final double PAPER_BOUND = 3;
    private static final int TV_EXPANSION = 3;

    private final GraphBuilder b = new GraphBuilder(Seeded.parameters());

    /** As it is and optimized, by both kinds of kernels. */
    private static void check(String file, Node output) throws IOException {
        JsonNode json;
        try (InputStream in = PaperBlocksTest.class.getResourceAsStream("/golden/blocks/" + file + ".json")) {
            json = new ObjectMapper().readTree(in);
        }
        int[] input = new ObjectMapper().convertValue(json.get("input"), int[].class);
        int[] shape = new ObjectMapper().convertValue(json.get("shape"), int[].class);
        float[] expected = new ObjectMapper().convertValue(json.get("values"), float[].class);
        Graph graph = new Graph(List.of(output));
        for (Graph form : List.of(graph, Passes.optimize(graph))) {
            for (String device : List.of("scalar", "cpu")) {
                try (Executable run = Devices.named(device).compile(form,
                        CompileOptions.of(input[2], input[3], 1))) {
                    assertEquals(MapLayout.of(shape[1], shape[2], shape[0]), run.outputs().getFirst());
                    float[] actual = new float[expected.length];
                    run.run(Seeded.values("input", input), 1, new float[][]{actual});
                    assertArrayEquals(expected, actual, 2e-5f, file + " by " + device);
                }
            }
        }
    }

    /** Three binary convolutions with shortcuts, DPReLU and normalizations; the second halves the map. */
    @Test
    void pokeBNN() throws Exception {
        Node x = b.input(40);
        Node first = b.batchNorm("bn1", b.binaryConv("conv1", x, 40, 3, 1, PAPER_BOUND));
        Node y = b.batchNorm("split1", b.dprelu("act1", b.add("add1", first, x)));
        Node shortcut = b.pool("pool", y, Pool2d.Mode.AVERAGE_WITH_PADDING, Window.of(3, 2, 0), Pool2dOp.Sizing.SAME);
        Node second = b.batchNorm("bn2", b.binaryConv("conv2", y, 40, 3, 2, PAPER_BOUND));
        Node z = b.dprelu("act2", b.add("add2", second, shortcut));
        check("pokebnn", b.batchNorm("bn3", b.binaryConv("conv3", z, 24, 1, 1, PAPER_BOUND)));
    }

    private Node tvBlock(String name, Node x, int out, int stride, int side) throws WeightsException {
        Node y = b.convWithoutBias(name + ".conv.0.0", x, TV_EXPANSION * x.channels(), Window.same(1));
        y = b.activation(name + ".conv.0.2", b.batchNorm(name + ".conv.0.1", y), Activation.RELU6);
        y = b.tvConv(name + ".conv.1.0", y, 3, stride, side, side);
        y = b.activation(name + ".conv.1.2", b.batchNorm(name + ".conv.1.1", y), Activation.RELU6);
        y = b.convWithoutBias(name + ".conv.2", y, out, Window.same(1));
        return b.batchNorm(name + ".conv.3", y);
    }

    @Test
    void tvConv() throws Exception {
        Node x = b.input(8);
        Node y = b.add("0", tvBlock("0", x, 8, 1, 10), x);
        Node z = tvBlock("1", y, 6, 2, 5);
        check("tvconv", z);
        // What follows goes into the weights: one node each for the convolutions.
        Graph optimized = Passes.optimize(new Graph(List.of(z)));
        assertEquals(7, optimized.nodes().size());
        assertEquals(2, optimized.nodes().stream().filter(n -> n.op() instanceof LocalDepthwiseOp op
                && op.activation() == Activation.RELU6).count());
    }

    @Test
    void coDeNet() throws Exception {
        Node x = b.deformableDepthwise("0", b.input(20), 1, 8);
        Node y = b.convWithoutBias("0.conv_channel", x, 12, Window.same(1));
        check("codenet", b.deformableDepthwise("1", y, 2, 1));
    }

    @Test
    void prelu() throws Exception {
        PiecewiseLinearOp prelu = (PiecewiseLinearOp) b.prelu("act", b.input(5)).op();
        assertArrayEquals(Seeded.values("act.weight", 5), prelu.below());
        assertEquals(true, prelu.isPrelu());
        assertEquals(5, prelu.parameters());
        PiecewiseLinearOp dprelu = (PiecewiseLinearOp) b.dprelu("act", b.input(5)).op();
        assertEquals(false, dprelu.isPrelu());
        assertEquals(20, dprelu.parameters());
    }

    /** The normalization goes into the factors. */
    @Test
    void binaryConvolutionsAreScaledInPlace() throws Exception {
        Node conv = b.batchNorm("bn1", b.binaryConv("conv1", b.input(40), 40, 3, 1, PAPER_BOUND));
        Graph optimized = Passes.optimize(new Graph(List.of(conv)));
        assertEquals(2, optimized.nodes().size());
        assertEquals(BinaryConvOp.class, optimized.outputs().getFirst().op().getClass());
    }
}
