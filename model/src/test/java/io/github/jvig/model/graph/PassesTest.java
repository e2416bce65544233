package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.MobileViG;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassesTest {
    private final Node input = new Node("input", new InputOp(2), List.of());

    private Node conv(String name, Node x, float... weight) {
        int out = weight.length / x.channels();
        double[] scale = new double[out];
        java.util.Arrays.fill(scale, 1);
        return new Node(name,
                new ConvOp(x.channels(), out, 1, Window.same(1), weight, scale, new double[out], Epilogue.NONE),
                List.of(x));
    }

    private Node affine(String name, Node x, double scale, double shift) {
        double[] scales = new double[x.channels()];
        double[] shifts = new double[x.channels()];
        java.util.Arrays.fill(scales, scale);
        java.util.Arrays.fill(shifts, shift);
        return new Node(name, new AffineOp(scales, shifts), List.of(x));
    }

    private Node act(String name, Node x) {
        return new Node(name, new ActivateOp(Activation.GELU), List.of(x));
    }

    private Node add(String name, Node a, Node b) {
        return new Node(name, BinaryOp.sum(), List.of(a, b));
    }

    @Test
    void affinesInARowGoIntoTheConvolution() {
        Node out = affine("scale", affine("norm", conv("conv", input, 1, 2, 3, 4), 3, 5), 0.5, 0);
        Graph folded = Passes.foldAffine(new Graph(List.of(out)));
        assertEquals(2, folded.nodes().size());
        ConvOp conv = (ConvOp) folded.outputs().getFirst().op();
        assertEquals(1.5f, conv.effectiveWeight()[0]);
        assertEquals(6f, conv.effectiveWeight()[3]);
        assertEquals(2.5f, conv.biases()[1]);
        assertEquals("scale", folded.outputs().getFirst().name());
    }

    @Test
    void whatIsReadTwiceOrIsAnOutputStays() {
        Node conv = conv("conv", input, 1, 2, 3, 4);
        Node norm = affine("norm", conv, 2, 0);
        assertEquals(4, Passes.foldAffine(new Graph(List.of(add("sum", conv, norm)))).nodes().size());
        assertEquals(3, Passes.foldAffine(new Graph(List.of(norm, conv))).nodes().size());
    }

    @Test
    void nothingIsFoldedThroughAnActivation() {
        Node out = affine("scale", act("act", conv("conv", input, 1, 2, 3, 4)), 2, 0);
        Graph graph = Passes.optimize(new Graph(List.of(out)));
        assertEquals(List.of("input", "act", "scale"), graph.nodes().stream().map(Node::name).toList());
    }

    @Test
    void twinsBecomeOneWithTheMeanOfTheirWeights() {
        Node a = conv("a", input, 1, 2, 3, 4);
        Node b = conv("b", input, 5, 6, 7, 8);
        Graph graph = Passes.fold(new Graph(List.of(affine("mean", add("sum", a, b), 0.5, 0))));
        assertEquals(2, graph.nodes().size());
        ConvOp conv = (ConvOp) graph.outputs().getFirst().op();
        assertEquals(3f, conv.effectiveWeight()[0]);
        assertEquals(6f, conv.effectiveWeight()[3]);
    }

    private Node depthwise(String name, Node x, Window window, float... weight) {
        return new Node(name, new ConvOp(2, 2, 2, window, weight, new double[]{0.5, 1}, new double[]{7, 8},
                Epilogue.NONE), List.of(x));
    }

    @Test
    void anIdentityBesideADepthwiseConvolutionGoesIntoItsCentre() {
        float[] weight = new float[18];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = i;
        }
        Node encoded = depthwise("pe", input, Window.same(3), weight);
        for (Node sum : List.of(add("sum", encoded, input), add("sum", input, encoded))) {
            Graph folded = Passes.fold(new Graph(List.of(sum)));
            assertEquals(List.of("input", "sum"), folded.nodes().stream().map(Node::name).toList());
            ConvOp conv = (ConvOp) folded.outputs().getFirst().op();
            assertEquals(3f, conv.effectiveWeight()[4]);
            assertEquals(14f, conv.effectiveWeight()[13]);
            assertEquals(2.5f, conv.effectiveWeight()[5]);
            assertEquals(8f, conv.biases()[1]);
        }
    }

    @Test
    void anIdentityStaysBesideAConvolutionOfOtherPixels() {
        Node moved = depthwise("moved", input, Window.of(1, 1, 0), 1, 2);
        Node other = act("act", input);
        assertEquals(4, Passes.mergeBranches(new Graph(List.of(add("sum", moved, other)))).nodes().size());
        Node shrunk = depthwise("shrunk", input, Window.of(3, 1, 0), new float[18]);
        assertEquals(3, Passes.mergeBranches(new Graph(List.of(add("sum", shrunk, input)))).nodes().size());
        Node wanted = depthwise("wanted", input, Window.same(1), 1, 2);
        assertEquals(3,
                Passes.mergeBranches(new Graph(List.of(add("sum", wanted, input), wanted))).nodes().size());
    }

    @Test
    void convolutionsOnDifferentInputsAreNoTwins() {
        Node a = conv("a", input, 1, 2, 3, 4);
        Node b = conv("b", act("act", input), 5, 6, 7, 8);
        assertEquals(5, Passes.mergeBranches(new Graph(List.of(add("sum", a, b)))).nodes().size());
    }

    @Test
    void aSumBecomesTheResidualOfEitherSide() {
        for (boolean left : new boolean[]{true, false}) {
            Node conv = conv("conv", input, 1, 2, 3, 4);
            Graph graph = Passes
                    .fuseResidual(new Graph(List.of(left ? add("sum", conv, input) : add("sum", input, conv))));
            Node out = graph.outputs().getFirst();
            assertTrue(((ConvOp) out.op()).epilogue().residual());
            assertEquals(2, graph.nodes().size());
            assertSame(graph.input(), out.inputs().getLast());
        }
    }

    @Test
    void ofTwoConvolutionsOnlyOneTakesTheOtherAsResidual() {
        Node a = conv("a", input, 1, 2, 3, 4);
        Node b = conv("b", a, 5, 6, 7, 8);
        Graph graph = Passes.fuseResidual(new Graph(List.of(add("sum", a, b))));
        assertEquals(3, graph.nodes().size());
        assertEquals("a", graph.outputs().getFirst().inputs().getLast().name());
    }

    /** {@code relu(conv(f(x)) + x)}, as in residual nets. A convolution of x itself would take x into its weights. */
    @Test
    void anActivationBehindASumFollowsTheResidual() {
        Node sum = add("sum", conv("conv", act("first", input), 1, 2, 3, 4), input);
        Graph graph = Passes
                .optimize(new Graph(List.of(new Node("act", new ActivateOp(Activation.RELU), List.of(sum)))));
        assertEquals(List.of("input", "first", "act"), graph.nodes().stream().map(Node::name).toList());
        Epilogue epilogue = ((ConvOp) graph.outputs().getFirst().op()).epilogue();
        assertEquals(Epilogue.NONE.plusResidual().then(Activation.RELU), epilogue);
        assertTrue(epilogue.residualFirst());
        assertSame(graph.input(), graph.outputs().getFirst().inputs().getLast());
    }

    /** The sum keeps the second, as a convolution's activation is either in front of its residual or behind it. */
    @Test
    void aConvolutionTakesOneActivationOnly() {
        Node sum = add("sum", act("first", conv("conv", input, 1, 2, 3, 4)), input);
        Graph graph = Passes.optimize(new Graph(List.of(act("second", sum))));
        assertEquals(List.of("input", "first", "second"), graph.nodes().stream().map(Node::name).toList());
        assertEquals(BinaryOp.sum().withActivation(Activation.GELU), graph.outputs().getFirst().op());
        // What something else reads stays without it.
        Node shared = add("sum", conv("conv", input, 1, 2, 3, 4), input);
        Graph both = Passes.optimize(new Graph(List.of(add("both", act("act", shared), shared))));
        assertEquals(List.of("input", "sum", "act", "both"), both.nodes().stream().map(Node::name).toList());
    }

    private Node binary(String name, Binary.Operator operator, Binary.Broadcast broadcast, Node a, Node b) {
        return new Node(name, new BinaryOp(operator, broadcast, Activation.NONE), List.of(a, b));
    }

    private Node pool(Node x) {
        return new Node("pool", new GlobalAveragePoolOp(), List.of(x));
    }

    @Test
    void anActivationBehindTwoMapsGoesIntoTheirOperation() {
        for (Binary.Operator operator : Binary.Operator.values()) {
            Node gated = binary("both", operator, Binary.Broadcast.PIXEL, input, pool(input));
            Graph graph = Passes.fuseActivation(new Graph(List.of(act("act", gated))));
            assertEquals(List.of("input", "pool", "act"), graph.nodes().stream().map(Node::name).toList());
            assertEquals(new BinaryOp(operator, Binary.Broadcast.PIXEL, Activation.GELU),
                    graph.outputs().getFirst().op());
            Graph twice = Passes.fuseActivation(new Graph(List.of(act("again", act("act", gated)))));
            assertEquals(List.of("input", "pool", "act", "again"), twice.nodes().stream().map(Node::name).toList());
        }
    }

    /** The residual has the result's shape; one pixel, or one channel, has not. */
    @Test
    void aSumWithARepeatedMapOrAnotherOperatorIsNoResidual() {
        Node map = conv("conv", input, 1, 2, 3, 4);
        Node plane = conv("plane", input, 1, 2);
        List<Node> results = List.of(binary("r", Binary.Operator.ADD, Binary.Broadcast.PIXEL, map, pool(input)),
                binary("r", Binary.Operator.ADD, Binary.Broadcast.PIXEL, input, conv("bias", pool(input), 1, 2, 3, 4)),
                binary("r", Binary.Operator.ADD, Binary.Broadcast.CHANNEL, map, plane),
                binary("r", Binary.Operator.SUBTRACT, Binary.Broadcast.NONE, map, act("f", input)),
                binary("r", Binary.Operator.MULTIPLY, Binary.Broadcast.NONE, map, input),
                binary("r", Binary.Operator.MAXIMUM, Binary.Broadcast.NONE, map, input));
        for (Node result : results) {
            Graph before = new Graph(List.of(result));
            Graph after = Passes.optimize(before);
            assertEquals(before.nodes(), after.nodes());
            // And not when the activation has become a part of it.
            Node sum = Passes.optimize(new Graph(List.of(act("act", result)))).outputs().getFirst();
            assertEquals(Activation.GELU, ((BinaryOp) sum.op()).activation());
        }
    }

    private Node gated(Binary.Operator operator, Node x) {
        return binary("product", operator, Binary.Broadcast.PIXEL, x, pool(x));
    }

    @Test
    void aGateGoesIntoTheConvolutionBehindItAndOutAgain() {
        Node project = conv("project", gated(Binary.Operator.MULTIPLY, input), 1, 2, 3, 4);
        Graph graph = Passes.optimize(new Graph(List.of(add("sum", project, input))));
        assertEquals(List.of("input", "pool", "product", "sum"), graph.nodes().stream().map(Node::name).toList());
        assertEquals(graph.nodes(), Passes.fuseGates(graph, node -> false).nodes());

        Graph fused = Passes.fuseGates(graph, node -> node == graph.outputs().getFirst());
        Node sum = fused.outputs().getFirst();
        assertEquals(List.of("input", "pool", "sum"), fused.nodes().stream().map(Node::name).toList());
        assertEquals(List.of("input", "pool", "input"), sum.inputs().stream().map(Node::name).toList());
        assertEquals(new GatedPointwiseConv(MapLayout.of(3, 4, 2), 2, Epilogue.NONE.plusResidual()),
                sum.op().spec(List.of(MapLayout.of(3, 4, 2), MapLayout.of(1, 1, 2), MapLayout.of(3, 4, 2))));

        Graph split = Passes.splitGates(fused);
        assertEquals(List.of("input", "pool", "sum:gated", "sum"), split.nodes().stream().map(Node::name).toList());
        assertSame(graph.outputs().getFirst().op(), split.outputs().getFirst().op());
    }

    @Test
    void whatIsNoGateOfA1x1ConvolutionStays() {
        Node product = gated(Binary.Operator.MULTIPLY, input);
        Node project = conv("project", product, 1, 2, 3, 4);
        Node active = new Node("product",
                new BinaryOp(Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, Activation.RELU),
                List.of(input, pool(input)));
        Node whole = binary("product", Binary.Operator.MULTIPLY, Binary.Broadcast.NONE, input, input);
        for (Node output : List.of(add("sum", project, product),
                depthwise("dw", product, Window.same(3), new float[18]),
                conv("project", gated(Binary.Operator.ADD, input), 1, 2, 3, 4), conv("project", active, 1, 2, 3, 4),
                conv("project", whole, 1, 2, 3, 4))) {
            Graph graph = new Graph(List.of(output));
            assertEquals(graph.nodes(), Passes.fuseGates(graph, node -> true).nodes());
        }
        assertThrows(IllegalArgumentException.class, () -> new GatedConvOp(
                (ConvOp) depthwise("dw", input, Window.same(3), new float[18]).op()));
        assertThrows(IllegalArgumentException.class,
                () -> new Node("gated", new GatedConvOp((ConvOp) project.op()),
                        List.of(input, conv("gate", input, 1, 2))));
    }

    @Test
    void mobileVigShrinksToItsConvolutions() throws Exception {
        Graph graph = MobileViG.ti().build(Seeded.parameters());
        Graph optimized = Passes.optimize(graph);
        // 2 stem + 10 x 3 local + 3 downsamples + 2 x (3 + 1 gather + 2) global + pool + embedding + head + input
        assertEquals(2 + 30 + 3 + 12 + 3 + 1, optimized.nodes().size());
        assertTrue(optimized.nodes().stream().noneMatch(
                n -> n.op() instanceof AffineOp || n.op() instanceof ActivateOp || n.op() instanceof BinaryOp));
        assertEquals(5_271_000, graph.parameters() - statistics(graph), 500);
        assertEquals(4_758_000, optimized.parameters(), 500 + normBiases(graph));
        assertTrue(graph.toString().contains("local_backbone.0.mlp.norm1: affine <- local_backbone.0.mlp.fc1"),
                graph.toString());
        assertTrue(optimized.toString().contains("local_backbone.0.mlp.act: conv 1x1s1p0 42->168+gelu <- stem.stem.5"),
                optimized.toString());
    }

    /** An affine of a layer scale or a constant holds twice what the checkpoint does, or what it does not at all. */
    private static long statistics(Graph graph) {
        return graph.nodes().stream().filter(n -> n.op() instanceof AffineOp).mapToLong(
                n -> n.name().endsWith("layer_scale_2")
                        ? n.channels()
                        : n.name().equals("logits") ? 2L * n.channels() : 0)
                .sum();
    }

    private static long normBiases(Graph graph) {
        return graph.nodes().stream().filter(n -> n.op() instanceof AffineOp).mapToLong(n -> 2L * n.channels()).sum();
    }

    private static AvgPoolBlendOp poolLessInput() {
        return new AvgPoolBlendOp(3, new double[]{1, 1}, new double[]{-1, -1});
    }

    @Test
    void aPoolingMixerWithItsScaleAndShortcutIsOnePass() {
        for (boolean left : new boolean[]{true, false}) {
            Node scaled = affine("scale", new Node("mixer", poolLessInput(), List.of(input)), 0.25, 0);
            Graph graph = Passes
                    .fold(new Graph(List.of(left ? add("sum", scaled, input) : add("sum", input, scaled))));
            assertEquals(List.of("input", "sum"), graph.nodes().stream().map(Node::name).toList());
            AvgPoolBlendOp mix = (AvgPoolBlendOp) graph.outputs().getFirst().op();
            assertArrayEquals(new double[]{0.25, 0.25}, mix.poolScale());
            assertArrayEquals(new double[]{0.75, 0.75}, mix.selfScale());
        }
    }

    @Test
    void aShiftOrTheSumWithAnotherMapIsNoPartOfAMix() {
        Node mixer = new Node("mixer", poolLessInput(), List.of(input));
        assertEquals(3, Passes.fold(new Graph(List.of(affine("shift", mixer, 1, 2)))).nodes().size());
        Node other = new Node("relu", new ActivateOp(Activation.RELU), List.of(input));
        assertEquals(4, Passes.fold(new Graph(List.of(add("sum", mixer, other)))).nodes().size());
        assertEquals(3, Passes.fold(new Graph(List.of(add("sum", mixer, input), mixer))).nodes().size());
    }

    @Test
    void efficientFormerShrinksToProductsMixersNormsAndAttention() throws Exception {
        Graph optimized = Passes.optimize(EfficientFormer.l1().build(Seeded.parameters()));
        // Input, 2 stem + 3 downsamples + 14 x 3 pooling blocks + (2 norms, attention, 4 products) + norm + pool + head
        assertEquals(1 + 2 + 3 + 42 + 7 + 3, optimized.nodes().size());
        assertTrue(optimized.nodes().stream().noneMatch(
                n -> n.op() instanceof AffineOp || n.op() instanceof ActivateOp || n.op() instanceof BinaryOp));
    }

    @Test
    void biasesOfAttentionGoByDistance() {
        float[] biases = new float[2 * 6];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = i;
        }
        AttentionOp attention = new AttentionOp(2, 1, 1, 2, 3, biases);
        float[] pairs = attention.bias().pairs(null);
        assertEquals(2 * 6 * 6, pairs.length);
        // Of head 1, pixel (0, 2) and pixel (1, 0): one down and two across.
        assertEquals(6 + 1 * 3 + 2, pairs[(6 + 2) * 6 + 3]);
        assertEquals(pairs[(6 + 2) * 6 + 3], pairs[(6 + 3) * 6 + 2]);
        assertEquals(0, pairs[5 * 6 + 5]);
        assertThrows(IllegalArgumentException.class, () -> new AttentionOp(2, 1, 1, 2, 2, biases));
        String message = assertThrows(IllegalArgumentException.class,
                () -> attention.spec(List.of(MapLayout.of(3, 2, 6))))
                .getMessage();
        assertTrue(message.contains("2x3, not 3x2"), message);
    }

    /** The numbers of distances above 20 are those that iRPE's own function gives. */
    @Test
    void biasesOfAttentionGoByRoundedDistance() {
        float[] table = new float[2 * 81];
        for (int i = 0; i < table.length; i++) {
            table[i] = i;
        }
        DistanceBias bias = new DistanceBias(2, 20, table);
        AttentionOp attention = new AttentionOp(AttentionHeads.byKind(2, 1, 1), Partition.WHOLE, 1, bias);
        assertEquals(162, attention.parameters());
        float[] small = attention.weights(attention.spec(List.of(MapLayout.of(3, 4, 6))));
        // Of head 1, pixel (0, 2) and pixel (1, 0), then pixel (0, 1) and (2, 3): the roots of 5 and of 8.
        assertEquals(81 + 40 + 2, small[(12 + 2) * 12 + 4]);
        assertEquals(81 + 40 + 3, small[(12 + 1) * 12 + 11]);
        assertEquals(40, small[0]);
        float[] row = attention.weights(attention.spec(List.of(MapLayout.of(1, 501, 6))));
        int[] apart = {20, 21, 30, 80, 159, 160, 500};
        int[] numbers = {20, 20, 24, 33, 40, 40, 40};
        for (int i = 0; i < apart.length; i++) {
            assertEquals(40 + numbers[i], row[apart[i]], apart[i] + " apart");
            assertEquals(81 + 40 + numbers[i], row[501 * 501 + apart[i] * 501], apart[i] + " apart, head 1");
        }
        assertThrows(IllegalArgumentException.class, () -> new DistanceBias(2, 20, new float[161]));
        AttentionOp windows = new AttentionOp(attention.layout(), Partition.blocks(2, 3), 1, bias);
        assertThrows(IllegalArgumentException.class, () -> windows.spec(List.of(MapLayout.of(4, 9, 6))));
    }

    @Test
    void biasesOfAttentionGoByOffset() {
        float[] table = new float[2 * 3 * 5];
        for (int i = 0; i < table.length; i++) {
            table[i] = i;
        }
        float[] pairs = AttentionBias.byOffset(2, 2, 3, table).pairs();
        // Of head 1, query (0, 2) and key (1, 0): one row up, which is row 0, and two columns to the right, which is column 4.
        assertEquals(15 + 4, pairs[(6 + 2) * 6 + 3]);
        assertEquals(15 + 2 * 5, pairs[(6 + 3) * 6 + 2]);
        assertEquals(1 * 5 + 2, pairs[4 * 6 + 4]);
        assertThrows(IllegalArgumentException.class, () -> AttentionBias.byOffset(2, 3, 2, new float[29]));
        assertThrows(IllegalArgumentException.class, () -> new AttentionBias(1, 2, 2, 1, 2, new float[7], 7));
        AttentionBias bias = AttentionBias.byDistance(2, 2, 3, new float[12]);
        assertThrows(IllegalArgumentException.class,
                () -> new AttentionOp(AttentionHeads.byHead(1, 1, 1), Partition.WHOLE, 1, bias));
        AttentionOp byWindow = new AttentionOp(AttentionHeads.byKind(2, 1, 1), Partition.blocks(2, 3), 1,
                new AttentionBias(6, 2, 2, 3, 2, 3, new float[6 * 72], 0));
        assertEquals(6 * 72, byWindow.spec(List.of(MapLayout.of(4, 9, 6))).weightCount());
        assertThrows(IllegalArgumentException.class, () -> byWindow.spec(List.of(MapLayout.of(4, 6, 6))));
        AttentionOp windows = new AttentionOp(AttentionHeads.byKind(2, 1, 1), Partition.blocks(2, 3), 1, bias);
        assertEquals(72, windows.spec(List.of(MapLayout.of(4, 9, 6))).weightCount());
        assertEquals(12, windows.parameters());
        AttentionOp other = new AttentionOp(windows.layout(), Partition.spread(3, 3), 1, bias);
        String message = assertThrows(IllegalArgumentException.class,
                () -> other.spec(List.of(MapLayout.of(6, 9, 6)))).getMessage();
        assertTrue(message.contains("for a window of 2x3, not 3x3"), message);
    }

    @Test
    void attentionAndNormsCheckTheirTensors() {
        AttentionHeads two = AttentionHeads.byKind(2, 3, 3);
        assertThrows(IllegalArgumentException.class, () -> new CrossCovarianceOp(two, new float[3], 1));
        assertThrows(IllegalArgumentException.class,
                () -> new MapNormOp(MapNorm.Kind.GROUP, new float[3], new float[4], 1));
        assertThrows(IllegalArgumentException.class, () -> new MapNormOp(MapNorm.Kind.RESPONSE, null, null, 1));
        assertThrows(IllegalArgumentException.class, () -> new ChannelNormOp(ChannelNorm.Kind.RMS, null, 1));
        assertThrows(IllegalArgumentException.class, () -> new ChannelNormOp(ChannelNorm.Kind.L2, new float[3], 1));
        assertThrows(IllegalArgumentException.class,
                () -> new SeparableAttentionOp(Partition.WHOLE).channels(List.of(4)));
        assertThrows(IllegalArgumentException.class,
                () -> new LinearAttentionOp(two, LinearAttention.Feature.RELU, true, 0).channels(List.of(17)));
        assertThrows(IllegalArgumentException.class,
                () -> new MapNormOp(MapNorm.Kind.GROUP, 3, new float[4], new float[4], 1));
        assertThrows(IllegalArgumentException.class, () -> new MapNormOp(MapNorm.Kind.L2, 2, null, null, 1));
        assertEquals("group norm of the map in 2 groups",
                new MapNormOp(MapNorm.Kind.GROUP, 2, new float[4], new float[4], 1).describe());
        assertEquals(8, new MapNormOp(MapNorm.Kind.GROUP, new float[4], new float[4], 1).parameters());
        assertEquals(2, new CrossCovarianceOp(two, new float[2], 1).parameters());
    }

    @Test
    void nodesThatDoNotFitAreRefusedByName() {
        Node conv = conv("conv", input, 1, 2, 3, 4, 5, 6);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> add("sum", conv, input)).getMessage()
                .contains("sum"));
        assertThrows(IllegalArgumentException.class, () -> new Graph(List.of(conv)).withOutputs(List.of("nowhere")));
        assertThrows(IllegalArgumentException.class, () -> new Graph(List.of(act("conv", conv))));
    }
}
