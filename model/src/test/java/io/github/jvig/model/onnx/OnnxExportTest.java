package io.github.jvig.model.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.nets.GreedyViG;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import io.github.jvig.model.nets.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.io.TempDir;

/** What is in the files; that a runtime computes the right logits from them is tested beside the comparison with one. */
class OnnxExportTest {
    private static final MobileViG TINY = MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96)
            .withClasses(10);

    private final Node input = new Node("input", new InputOp(3), List.of());

    @TempDir
    Path folder;

    private static Graph tiny() throws WeightsException {
        return TINY.build(Seeded.parameters());
    }

    private static Map<String, Integer> operators(ModelProto model) {
        Map<String, Integer> counts = new TreeMap<>();
        model.getGraph().getNodeList().forEach(n -> counts.merge(n.getOpType(), 1, Integer::sum));
        return counts;
    }

    private static NodeProto node(ModelProto model, String name) {
        return model.getGraph().getNodeList().stream().filter(n -> n.getName().equals(name)).findFirst().orElseThrow();
    }

    private static TensorProto tensor(ModelProto model, String name) {
        return model.getGraph().getInitializerList().stream().filter(t -> t.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    private static float[] floats(TensorProto tensor) {
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static String shape(ValueInfoProto value) {
        assertEquals(TensorProto.DataType.FLOAT.getNumber(), value.getType().getTensorType().getElemType());
        return value.getName() + value.getType().getTensorType().getShape().getDimList().stream()
                .map(d -> d.hasDimParam() ? d.getDimParam() : Long.toString(d.getDimValue())).toList();
    }

    private static Map<String, List<Long>> attributes(NodeProto node) {
        return node.getAttributeList().stream().collect(Collectors.toMap(AttributeProto::getName,
                a -> a.getType() == AttributeProto.AttributeType.INT ? List.of(a.getI()) : a.getIntsList()));
    }

    @Test
    void aFileHoldsTheNetWithEverythingFolded() throws Exception {
        Path file = folder.resolve("tiny.onnx");
        OnnxExport.write(tiny(), 96, 160, file);
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));

        assertEquals(20, model.getOpsetImport(0).getVersion());
        assertEquals(9, model.getIrVersion());
        assertEquals(List.of("input[batch, 3, 96, 160]"), model.getGraph().getInputList().stream()
                .map(OnnxExportTest::shape).toList());
        assertEquals(List.of("logits[batch, 10]"), model.getGraph().getOutputList().stream()
                .map(OnnxExportTest::shape).toList());
        // 2 in the stem, 3 between stages, 3 in each of 4 local blocks, 3 + 2 in each of 2 global ones; 2 behind the pool. The last map is
        // 3x5 and K is 2, so that there are shifts by 2 down, and by 2 and 4 across.
        assertEquals(Map.of("Conv", 2 + 3 + 4 * 3 + 2 * 5, "Gemm", 2, "Gelu", 2 + 4 * 2 + 2 * 2 + 1, "Add", 4 + 2 * 2,
                "Concat", 2 * 3, "Slice", 2 * 3, "Min", 2, "Sub", 2, "GlobalAveragePool", 1, "Flatten", 1),
                without(operators(model), "Identity"));
    }

    private static Map<String, Integer> without(Map<String, Integer> counts, String operator) {
        counts.remove(operator);
        return counts;
    }

    /** At sizes at which maps are padded or interpolated, and cut back. */
    @ParameterizedTest
    @CsvSource({"emov2_1m, 97, 131", "mobilevit_xxs, 161, 64", "mobilevitv2_050, 200, 128"})
    void everyValueOfANetOfAnySizeIsMadeOnce(String name, int height, int width) throws Exception {
        Graph net = Models.info(name).net().build(Parameters.random(1));
        everyValueIsMadeOnceAndBeforeItIsRead(OnnxExport.model(net, height, width));
    }

    @Test
    void everyValueIsMadeOnceAndBeforeItIsRead() throws Exception {
        everyValueIsMadeOnceAndBeforeItIsRead(OnnxExport.model(tiny(), 96, 160));
    }

    private static void everyValueIsMadeOnceAndBeforeItIsRead(ModelProto model) {
        Set<String> known = new HashSet<>(Set.of(OnnxExport.INPUT));
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            assertTrue(known.add(tensor.getName()), tensor.getName());
            long elements = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
            boolean index = tensor.getDataType() == TensorProto.DataType.INT64.getNumber();
            assertEquals(elements * (index ? Long.BYTES : Float.BYTES), tensor.getRawData().size(), tensor.getName());
        }
        for (NodeProto node : model.getGraph().getNodeList()) {
            // An input that is left out has no name.
            node.getInputList()
                    .forEach(i -> assertTrue(i.isEmpty() || known.contains(i), () -> node.getName() + " reads " + i));
            node.getOutputList().forEach(o -> assertTrue(known.add(o), o));
        }
        assertTrue(known.contains(OnnxExport.OUTPUT));
    }

    @Test
    void convolutionsKeepTheirWindows() throws Exception {
        ModelProto model = OnnxExport.model(tiny(), 64, 64);
        assertEquals(Map.of("kernel_shape", List.of(3L, 3L), "strides", List.of(2L, 2L), "pads",
                List.of(1L, 1L, 1L, 1L), "dilations", List.of(1L, 1L), "group", List.of(1L)),
                attributes(node(model, "stem.stem.1")));
        Map<String, List<Long>> depthwise = attributes(node(model, "local_backbone.0.mlp.mid_norm"));
        assertEquals(List.of(64L), depthwise.get("group"));
        assertEquals(List.of(1L, 1L), depthwise.get("strides"));
        assertEquals(List.of(64L, 1L, 3L, 3L), tensor(model, "local_backbone.0.mlp.mid_norm.weight").getDimsList());
    }

    @Test
    void theTwoHeadsAreOneProduct() throws Exception {
        ModelProto model = OnnxExport.model(tiny(), 64, 64);
        NodeProto head = node(model, "logits:value");
        assertEquals("Gemm", head.getOpType());
        assertEquals(Map.of("transB", List.of(1L)), attributes(head));
        TensorProto weight = tensor(model, head.getInput(1));
        assertEquals(List.of(10L, 96L), weight.getDimsList());
        float[] a = Seeded.values("head.weight", 10, 96, 1, 1);
        float[] b = Seeded.values("dist_head.weight", 10, 96, 1, 1);
        float[] mean = new float[a.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (((double) a[i] + b[i]) / 2);
        }
        assertArrayEquals(mean, floats(weight), 1e-7f);
    }

    @Test
    void rollsAreSlicesOfTheMapTwice() throws Exception {
        ModelProto model = OnnxExport.model(tiny(), 96, 160);
        String svga = "backbone.0.0.graph_conv.nn:input";
        String x = "backbone.0.0.fc1.1";
        assertEquals(List.of(x, svga + ":roll-y2", svga + ":roll-x2", svga + ":roll-x4"),
                node(model, svga + ":least").getInputList());
        assertEquals(List.of(1L, 4L, 2L), slice(model, svga + ":roll-y2"));
        assertEquals(List.of(3L, 8L, 3L), slice(model, svga + ":roll-x2"));
        assertEquals(List.of(1L, 6L, 3L), slice(model, svga + ":roll-x4"));
        assertEquals(List.of(x, svga + ":least"), node(model, svga + ":relative").getInputList());
        NodeProto both = node(model, svga);
        assertEquals(List.of(x, svga + ":relative"), both.getInputList());
        assertEquals(Map.of("axis", List.of(1L)), attributes(both));
    }

    @Test
    void nearNeighborsAreMasked() throws Exception {
        GreedyViG net = new GreedyViG(List.of(1), List.of(1), List.of(16), List.of(2), 24, 10, true);
        ModelProto model = OnnxExport.model(net.build(Seeded.parameters()), 24, 16);
        // The one map is 6x4, so that there are shifts by 2 and 4 down, and by 2 across; half the map away is 3 down and 2 across.
        String gather = "backbone.0.1.mixer.graph_conv.nn:input";
        String x = "backbone.0.1.mixer.fc1.1";
        assertEquals(List.of(3L, 9L, 2L), slice(model, gather + ":distance:roll-y3"));
        assertEquals(List.of(2L, 6L, 3L), slice(model, gather + ":distance:roll-x2"));
        assertEquals(gather + ":distance:roll-y3:twice-x", node(model, gather + ":distance:roll-x2").getInput(0));
        Map<String, Integer> operators = operators(model);
        assertEquals(3, operators.get("Less"));
        assertEquals(3, operators.get("Max"));
        assertEquals(4, operators.get("ReduceL1"));
        assertEquals(List.of(gather + ":neighbor-4-0:distance", gather + ":limit"),
                node(model, gather + ":neighbor-4-0:near").getInputList());
        assertEquals(List.of(gather + ":neighbor-4-0:most", gather + ":neighbor-0-2:masked"),
                node(model, gather + ":neighbor-0-2:most").getInputList());
        assertEquals(List.of(x, gather + ":neighbor-0-2:most"), node(model, gather).getInputList());
        assertArrayEquals(new float[]{23}, floats(tensor(model, gather + ":limit:others")));
    }

    /** Start, end and axis. */
    private static List<Long> slice(ModelProto model, String name) {
        return node(model, name).getInputList().stream().skip(1).map(i -> {
            assertEquals(1, integers(model, i).size());
            return integers(model, i).getFirst();
        }).toList();
    }

    /** The values of a tensor of integers. */
    private static List<Long> integers(ModelProto model, String name) {
        LongBuffer values = tensor(model, name).getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        long[] all = new long[values.remaining()];
        values.get(all);
        return Arrays.stream(all).boxed().toList();
    }

    @Test
    void aFusedGraphIsTakenApartAgain() throws Exception {
        Map<String, Integer> plain = operators(OnnxExport.model(tiny(), 96, 160));
        assertEquals(plain, operators(OnnxExport.model(Passes.optimize(tiny()), 96, 160)));
    }

    private Node conv(String name, Node x, Epilogue epilogue, Node... residual) {
        float[] weight = new float[9];
        return new Node(name, new ConvOp(3, 3, 1, Window.same(1), weight, new double[3], new double[3], epilogue),
                Stream.concat(Stream.of(x), Stream.of(residual)).toList());
    }

    private static Node pool(Node x) {
        return new Node("pool", new GlobalAveragePoolOp(), List.of(x));
    }

    @Test
    void whatFollowsTheActivationIsTheResidual() {
        Node conv = conv("conv", input, Epilogue.of(Activation.RELU6).plusResidual(), input);
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(conv))), 4, 4);
        assertEquals(List.of("Conv", "Clip", "Add", "GlobalAveragePool", "Flatten", "Identity"),
                model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList());
        assertEquals(List.of("conv:activated", "input"), node(model, "conv").getInputList());
        assertEquals(List.of("conv:sum", "zero", "six"), node(model, "conv:activated").getInputList());
        assertArrayEquals(new float[]{6}, floats(tensor(model, "six")));
        assertEquals(List.of(), tensor(model, "six").getDimsList());
    }

    private static Map<Activation, List<String>> operatorsOfActivations() {
        Map<Activation, List<String>> operators = new EnumMap<>(Activation.class);
        for (Activation activation : Activation.values()) {
            operators.put(activation, switch (activation) {
                case NONE -> List.of("Identity");
                case RELU -> List.of("Relu");
                case RELU6 -> List.of("Clip");
                case LEAKY_RELU -> List.of("LeakyRelu");
                case GELU, GELU_TANH -> List.of("Gelu");
                case SIGMOID -> List.of("Sigmoid");
                case HARD_SIGMOID -> List.of("HardSigmoid");
                case SILU -> List.of("Sigmoid", "Mul");
                case HARD_SWISH -> List.of("HardSwish");
                case ELU -> List.of("Elu");
            });
        }
        return operators;
    }

    /** By itself, behind a convolution, behind a sum with its residual, and behind two maps. */
    @Test
    void everyActivationHasItsOperators() {
        operatorsOfActivations().forEach((activation, operators) -> {
            Node alone = new Node("act", new ActivateOp(activation), List.of(input));
            assertEquals(concat(operators, "GlobalAveragePool", "Flatten", "Identity"),
                    operatorsInOrder(OnnxExport.model(new Graph(List.of(pool(alone))), 4, 4)));
            List<String> active = activation == Activation.NONE ? List.of() : operators;
            Node conv = conv("act", input, Epilogue.of(activation));
            assertEquals(concat(concat(List.of("Conv"), active), "GlobalAveragePool", "Flatten", "Identity"),
                    operatorsInOrder(OnnxExport.model(new Graph(List.of(pool(conv))), 4, 4)));
            Node sum = conv("act", input, Epilogue.NONE.plusResidual().then(activation), input);
            ModelProto summed = OnnxExport.model(new Graph(List.of(pool(sum))), 4, 4);
            assertEquals(concat(concat(List.of("Conv", "Add"), active), "GlobalAveragePool", "Flatten", "Identity"),
                    operatorsInOrder(summed));
            Node both = new Node("act", new BinaryOp(Binary.Operator.SUBTRACT, Binary.Broadcast.NONE, activation),
                    List.of(input, input));
            assertEquals(concat(concat(List.of("Sub"), active), "GlobalAveragePool", "Flatten", "Identity"),
                    operatorsInOrder(OnnxExport.model(new Graph(List.of(pool(both))), 4, 4)));
        });
    }

    private static List<String> concat(List<String> list, String... more) {
        return concat(list, List.of(more));
    }

    private static List<String> concat(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }

    @Test
    void activationsWithParametersSayThem() {
        Map<Activation, Map<String, Object>> expected = Map.of(Activation.LEAKY_RELU, Map.of("alpha", 0.01f),
                Activation.GELU, Map.of(), Activation.GELU_TANH, Map.of("approximate", "tanh"),
                // Its beta is one half, its default.
                Activation.HARD_SIGMOID, Map.of("alpha", 1 / 6f), Activation.ELU, Map.of());
        expected.forEach((activation, attributes) -> {
            Node node = new Node("act", new ActivateOp(activation), List.of(input));
            ModelProto model = OnnxExport.model(new Graph(List.of(pool(node))), 4, 4);
            assertEquals(attributes, node(model, "act").getAttributeList().stream()
                    .collect(Collectors.toMap(AttributeProto::getName,
                            a -> a.getType() == AttributeProto.AttributeType.FLOAT
                                    ? (Object) a.getF()
                                    : a.getS().toStringUtf8())));
        });
    }

    private static String operatorOf(Binary.Operator operator) {
        return switch (operator) {
            case ADD -> "Add";
            case SUBTRACT -> "Sub";
            case MULTIPLY -> "Mul";
            case MAXIMUM -> "Max";
        };
    }

    private Node binary(Binary.Operator operator, Binary.Broadcast broadcast, Node a, Node b) {
        return new Node("both", new BinaryOp(operator, broadcast, Activation.NONE), List.of(a, b));
    }

    /** ONNX repeats a dimension of one; a pooled vector has lost the two that it needs before a map, and the one that it needs before tokens. */
    @Test
    void twoMapsGoTogetherInEveryWay() {
        Node pooled = pool(input);
        Node plane = new Node("plane", new ConvOp(3, 1, 1, Window.same(1), new float[3], new double[1], new double[1],
                Epilogue.NONE), List.of(input));
        Node norm = layerNorm("norm", input);
        for (Binary.Operator operator : Binary.Operator.values()) {
            ModelProto same = OnnxExport
                    .model(new Graph(List.of(end(binary(operator, Binary.Broadcast.NONE, input, input)))), 4, 5);
            assertEquals(operatorOf(operator), node(same, "both").getOpType());
            assertEquals(List.of("input", "input"), node(same, "both").getInputList());

            ModelProto byPixel = OnnxExport
                    .model(new Graph(List.of(end(binary(operator, Binary.Broadcast.PIXEL, input, pooled)))), 4, 5);
            NodeProto both = node(byPixel, "both");
            assertEquals(operatorOf(operator), both.getOpType());
            assertEquals("input", both.getInput(0));
            NodeProto unsqueeze = node(byPixel, both.getInput(1));
            assertEquals("Unsqueeze", unsqueeze.getOpType());
            assertEquals("pool", unsqueeze.getInput(0));
            assertEquals(List.of(2L, 3L), integers(byPixel, unsqueeze.getInput(1)));

            ModelProto byChannel = OnnxExport
                    .model(new Graph(List.of(end(binary(operator, Binary.Broadcast.CHANNEL, input, plane)))), 4, 5);
            assertEquals(operatorOf(operator), node(byChannel, "both").getOpType());
            assertEquals(List.of("input", "plane"), node(byChannel, "both").getInputList());

            ModelProto tokens = OnnxExport
                    .model(new Graph(List.of(end(binary(operator, Binary.Broadcast.PIXEL, norm, pooled)))), 4, 5);
            NodeProto onTokens = node(tokens, "both");
            assertEquals("norm", onTokens.getInput(0));
            assertEquals(List.of(1L), integers(tokens, node(tokens, onTokens.getInput(1)).getInput(1)));

            ModelProto flat = OnnxExport
                    .model(new Graph(List.of(binary(operator, Binary.Broadcast.PIXEL, pooled, pooled))), 4, 5);
            assertEquals(List.of("pool", "pool"), node(flat, "both").getInputList());
        }
    }

    @Test
    void aFusedGateIsAProductAgain() {
        Node product = binary(Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, input, pool(input));
        Graph graph = new Graph(List.of(end(conv("conv", product, Epilogue.NONE.plusResidual(), input))));
        Graph fused = Passes.fuseGates(graph, node -> true);
        assertEquals(graph.nodes().size() - 1, fused.nodes().size());
        ModelProto model = OnnxExport.model(fused, 4, 5);
        assertEquals(operatorsInOrder(OnnxExport.model(graph, 4, 5)), operatorsInOrder(model));
        assertEquals("Mul", node(model, "conv:gated").getOpType());
        assertEquals("conv:gated", node(model, "conv:sum").getInput(0));
    }

    private static Node end(Node x) {
        return new Node("end", new GlobalAveragePoolOp(), List.of(x));
    }

    @Test
    void anAffineByItselfIsAProductAndASum() {
        Node pool = pool(new Node("norm", new AffineOp(new double[]{1, 2, 3}, new double[]{4, 5, 6}), List.of(input)));
        Node flat = new Node("flat", new AffineOp(new double[]{1, 2, 3}, new double[]{4, 5, 6}), List.of(pool));
        Node relu = new Node("relu", new ActivateOp(Activation.RELU), List.of(flat));
        ModelProto model = OnnxExport.model(new Graph(List.of(relu)), 4, 4);
        assertEquals(List.of("Mul", "Add", "GlobalAveragePool", "Flatten", "Mul", "Add", "Relu", "Identity"),
                model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList());
        assertArrayEquals(new float[]{1, 2, 3}, floats(tensor(model, "norm.scale")));
        assertArrayEquals(new float[]{4, 5, 6}, floats(tensor(model, "norm.shift")));
        assertEquals(List.of(1L, 3L, 1L, 1L), tensor(model, "norm.scale").getDimsList());
        assertEquals(List.of(1L, 3L), tensor(model, "flat.shift").getDimsList());
    }

    private Node mix(String name, Node x) {
        return new Node(name, new AvgPoolBlendOp(3, new double[]{1, 2, 3}, new double[]{4, 5, 6}), List.of(x));
    }

    private static Node layerNorm(String name, Node x) {
        return new Node(name, new LayerNormOp(new float[]{1, 2, 3}, new float[]{4, 5, 6}, 1e-5), List.of(x));
    }

    private static List<String> operatorsInOrder(ModelProto model) {
        return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
    }

    @Test
    void aMixIsAnAverageWithoutItsPadding() {
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(mix("mix", input)))), 4, 5);
        assertEquals(List.of("AveragePool", "Mul", "Mul", "Add", "GlobalAveragePool", "Flatten", "Identity"),
                operatorsInOrder(model));
        assertEquals(Map.of("kernel_shape", List.of(3L, 3L), "strides", List.of(1L, 1L), "pads",
                List.of(1L, 1L, 1L, 1L), "count_include_pad", List.of(0L)), attributes(node(model, "mix:average")));
        assertArrayEquals(new float[]{1, 2, 3}, floats(tensor(model, node(model, "mix:mean").getInput(1))));
        assertEquals(List.of("input", "mix.own"), node(model, "mix:own").getInputList());
        assertEquals(List.of(1L, 3L, 1L, 1L), tensor(model, "mix.own").getDimsList());
    }

    /** From the first normalization to the pool nothing goes back to a map, and the shortcut is turned into tokens once. */
    @Test
    void whatFollowsALayerNormIsOnTokens() {
        Node map = conv("map", input, Epilogue.NONE);
        Node norm = layerNorm("norm", map);
        Node linear = conv("linear", norm, Epilogue.of(Activation.GELU).plusResidual(), map);
        Node sum = new Node("sum", BinaryOp.sum(), List.of(map, linear));
        Node last = layerNorm("last", new Node("affine", new AffineOp(new double[3], new double[3]), List.of(sum)));
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(last))), 2, 5);
        assertEquals(List.of("Conv", "Reshape", "Transpose", "LayerNormalization", "MatMul", "Add", "Gelu", "Add",
                "Add", "Mul", "Add", "LayerNormalization", "ReduceMean", "Identity"), operatorsInOrder(model));
        assertEquals(List.of(0L, 3L, 10L), integers(model, node(model, "map:rows").getInput(1)));
        assertEquals(Map.of("axis", -1L, "epsilon", 1e-5f), node(model, "norm").getAttributeList().stream()
                .collect(Collectors.toMap(AttributeProto::getName, a -> a.hasI() ? (Object) a.getI() : a.getF())));
        assertEquals(List.of("map:tokens", "linear"), node(model, "sum").getInputList());
        assertEquals(List.of("linear:activated", "map:tokens"), node(model, "linear").getInputList());
        assertEquals(List.of(1L, 1L, 3L), tensor(model, "affine.scale").getDimsList());
        assertEquals(List.of(1L), integers(model, node(model, "pool").getInput(1)));
    }

    @Test
    void aWindowBehindALayerNormIsOnAMapAgain() {
        Node back = mix("mix", layerNorm("norm", input));
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(back))), 2, 5);
        assertEquals(List.of("Reshape", "Transpose", "LayerNormalization", "Transpose", "Reshape", "AveragePool", "Mul",
                "Mul", "Add", "GlobalAveragePool", "Flatten", "Identity"), operatorsInOrder(model));
        assertEquals(List.of(0L, 3L, 2L, 5L), integers(model, node(model, "norm:map").getInput(1)));
    }

    @Test
    void attentionIsTwoProductsAndASoftmax() {
        float[] weight = new float[3 * 10];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = i;
        }
        Node qkv = new Node("qkv", new ConvOp(3, 10, 1, Window.same(1), weight, ones(10), new double[10],
                Epilogue.NONE), List.of(layerNorm("norm", input)));
        AttentionOp op = new AttentionOp(2, 1, 3, 2, 2, new float[]{0, 1, 2, 3, 4, 5, 6, 7});
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(new Node("mixer", op, List.of(qkv))))), 2, 2);
        assertEquals(List.of("Reshape", "Transpose", "LayerNormalization", "MatMul", "Add", "Reshape", "Split",
                "Transpose", "Transpose", "Transpose", "MatMul", "Mul", "Add", "Softmax", "MatMul", "Transpose",
                "Reshape", "ReduceMean", "Identity"), operatorsInOrder(model));
        assertEquals(List.of(0L, 4L, 2L, 5L), integers(model, node(model, "mixer:heads").getInput(1)));
        assertEquals(List.of("mixer:query", "mixer:key", "mixer:value"), node(model, "mixer:query").getOutputList());
        assertEquals(List.of(1L, 1L, 3L), integers(model, node(model, "mixer:query").getInput(1)));
        TensorProto bias = tensor(model, "mixer.bias");
        assertEquals(List.of(2L, 4L, 4L), bias.getDimsList());
        assertArrayEquals(op.bias().pairs(null), floats(bias));
        assertEquals(List.of(0L, 4L, 6L), integers(model, node(model, "mixer").getInput(1)));
        // Linear layers hold their weights as [in][out] here.
        assertEquals(List.of(3L, 10L), tensor(model, "qkv.weight").getDimsList());
        assertArrayEquals(new float[]{0, 3, 6}, Arrays.copyOf(floats(tensor(model, "qkv.weight")), 3));
        assertMessage(IllegalArgumentException.class, "an input of 2x3 can't be run: mixer: ", () -> OnnxExport
                .model(new Graph(List.of(pool(new Node("mixer", op, List.of(qkv))))), 2, 3));
    }

    /** On maps, on tokens, and behind a pool. */
    @Test
    void channelsAreMovedAlongTheirAxis() throws Exception {
        Node relu = new Node("relu", new ActivateOp(Activation.RELU), List.of(input));
        Node wide = new Node("wide", new ConcatOp(3), List.of(relu, input, relu));
        Node slice = new Node("slice", SelectOp.slice(9, 2, 3), List.of(wide));
        Node tokens = new Node("tokens", new ConcatOp(2), List.of(slice, layerNorm("norm", slice)));
        Node shuffle = new Node("shuffle", SelectOp.shuffle(6, 2), List.of(tokens));
        Node pool = pool(shuffle);
        Node flat = new Node("flat", new ConcatOp(2), List.of(pool, pool));
        Node last = new Node("last", SelectOp.slice(12, 4, 5), List.of(flat));
        ModelProto model = OnnxExport.model(new Graph(List.of(last)), 2, 5);
        assertEquals(List.of("Relu", "Concat", "Slice", "Reshape", "Transpose", "LayerNormalization", "Concat",
                "Gather", "ReduceMean", "Concat", "Slice", "Identity"), operatorsInOrder(model));
        assertEquals(List.of("relu", "input", "relu"), node(model, "wide").getInputList());
        assertEquals(Map.of("axis", List.of(1L)), attributes(node(model, "wide")));
        assertEquals(List.of(2L, 5L, 1L), slice(model, "slice"));
        assertEquals(List.of("slice:tokens", "norm"), node(model, "tokens").getInputList());
        assertEquals(Map.of("axis", List.of(2L)), attributes(node(model, "tokens")));
        assertEquals(Map.of("axis", List.of(2L)), attributes(node(model, "shuffle")));
        assertEquals(List.of(0L, 3L, 1L, 4L, 2L, 5L), integers(model, node(model, "shuffle").getInput(1)));
        assertEquals(Map.of("axis", List.of(1L)), attributes(node(model, "flat")));
        assertEquals(List.of(4L, 9L, 1L), slice(model, "last"));
    }

    @Test
    void anActivatedConcatenationIsBoth() {
        Node node = new Node("both", new ConcatOp(2, Activation.RELU), List.of(input, input));
        ModelProto model = OnnxExport.model(new Graph(List.of(pool(node))), 2, 5);
        assertEquals(List.of("Concat", "Relu", "GlobalAveragePool", "Flatten", "Identity"), operatorsInOrder(model));
        assertEquals(List.of("both:result"), node(model, "both").getInputList());
        assertEquals(Map.of("axis", List.of(1L)), attributes(node(model, "both:result")));
    }

    private Graph behindPool(Op op, int channels) {
        Node wide = new Node("wide", new ConvOp(3, channels, 1, Window.same(1), new float[3 * channels],
                ones(channels), new double[channels], Epilogue.NONE), List.of(pool(input)));
        return new Graph(List.of(new Node("mixer", op, List.of(wide))));
    }

    @Test
    void attentionAndNormsOfAMapBehindAPoolAreRefused() {
        AttentionHeads heads = AttentionHeads.byKind(1, 2, 2);
        for (Op op : List.of(new AttentionOp(heads, Partition.WHOLE, 1, null),
                new CrossCovarianceOp(heads, new float[1], 1))) {
            assertMessage(UnsupportedOperationException.class, "mixer: attention behind a pool",
                    () -> OnnxExport.model(behindPool(op, 6), 4, 4));
        }
        assertMessage(UnsupportedOperationException.class, "mixer: a normalization of a map behind a pool",
                () -> OnnxExport.model(behindPool(new MapNormOp(MapNorm.Kind.L2, null, null, 1), 6), 4, 4));
        assertMessage(UnsupportedOperationException.class, "mixer: a softmax over pixels behind a pool",
                () -> OnnxExport.model(behindPool(new SpatialSoftmaxOp(), 6), 4, 4));
        ModelProto model = OnnxExport.model(behindPool(new ChannelNormOp(ChannelNorm.Kind.L2, null, 1), 6), 4, 4);
        assertEquals(List.of(1L), integers(model, node(model, "mixer:length").getInput(1)));
    }

    private static double[] ones(int length) {
        double[] result = new double[length];
        Arrays.fill(result, 1);
        return result;
    }

    @Test
    void whatCannotBeWrittenIsRefusedInOneLine() throws Exception {
        Graph two = tiny().withOutputs(List.of("head"));
        assertMessage(IllegalArgumentException.class, "2 outputs", () -> OnnxExport.model(two, 64, 64));
        Graph map = new Graph(List.of(conv("conv", input, Epilogue.NONE)));
        assertMessage(UnsupportedOperationException.class, "conv: an output that is a map",
                () -> OnnxExport.model(map, 64, 64));
        Graph behind = new Graph(
                List.of(new Node("svga", new MaxRelativeOp(Neighbors.EVERY_KTH, 2), List.of(pool(input)))));
        assertMessage(UnsupportedOperationException.class, "svga: graph attention behind a pool",
                () -> OnnxExport.model(behind, 64, 64));
        Graph wide = new Graph(List.of(pool(new Node("wide", new ConvOp(3, 1, 1, Window.of(9, 1, 0),
                new float[3 * 81], new double[1], new double[1], Epilogue.NONE), List.of(input)))));
        assertMessage(IllegalArgumentException.class, "an input of 8x8 can't be run: wide: ",
                () -> OnnxExport.model(wide, 8, 8));
    }

    private static void assertMessage(Class<? extends Exception> type, String words,
            org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(type, call).getMessage();
        assertTrue(message.contains(words) && !message.contains("\n"), message);
    }

    @Test
    void theFileAppearsWholeOrNotAtAll() throws Exception {
        Path file = folder.resolve("net.onnx");
        Files.writeString(file, "before");
        assertThrows(UnsupportedOperationException.class,
                () -> OnnxExport.write(new Graph(List.of(conv("conv", input, Epilogue.NONE))), 8, 8, file));
        assertEquals("before", Files.readString(file));
        Path nowhere = folder.resolve("none").resolve("net.onnx");
        assertEquals(nowhere + ": can't be written: there is no folder " + nowhere.getParent(),
                assertThrows(IOException.class, () -> OnnxExport.write(tiny(), 64, 64, nowhere)).getMessage());
        OnnxExport.write(Models.digits().graph(), 64, 64, file);
        assertEquals(OnnxExport.model(Models.digits().graph(), 64, 64), ModelProto.parseFrom(Files.readAllBytes(file)));
        assertEquals(List.of(file), list());
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
