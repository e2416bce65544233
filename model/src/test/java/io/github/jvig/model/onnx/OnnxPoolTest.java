package io.github.jvig.model.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.nets.GraphBuilder;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is in the files for pools, resizes, blocks of pixels, constant maps and deviations. */
class OnnxPoolTest {
    private final GraphBuilder b = new GraphBuilder(Seeded.parameters());
    private final Node input = b.input(4);

    private ModelProto export(Node node) {
        return OnnxExport.model(new Graph(List.of(b.globalAveragePool("pool", node))), 6, 8);
    }

    /** Without what the pool at the end adds. */
    private static List<String> operators(ModelProto model) {
        List<String> all = new ArrayList<>(
                model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList());
        for (String last : List.of("Identity", "Flatten", "GlobalAveragePool")) {
            assertEquals(last, all.removeLast());
        }
        return all;
    }

    private static NodeProto node(ModelProto model, String name) {
        return model.getGraph().getNodeList().stream().filter(n -> n.getName().equals(name)).findFirst().orElseThrow();
    }

    private static Map<String, Object> attributes(NodeProto node) {
        return node.getAttributeList().stream().collect(Collectors.toMap(AttributeProto::getName,
                a -> switch (a.getType()) {
                    case INT -> a.getI();
                    case STRING -> a.getS().toStringUtf8();
                    default -> a.getIntsList();
                }));
    }

    private static TensorProto tensor(ModelProto model, String name) {
        return model.getGraph().getInitializerList().stream().filter(t -> t.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    private static List<Long> integers(ModelProto model, String name) {
        LongBuffer values = tensor(model, name).getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        List<Long> all = new ArrayList<>();
        while (values.hasRemaining()) {
            all.add(values.get());
        }
        return all;
    }

    @Test
    void aPoolHasItsPaddingWrittenOut() {
        Window window = new Window(new Window.Axis(3, 2, 1, 1, 2), new Window.Axis(2, 3, 0, 0, 1));
        Node pool = b.pool("max", input, Pool2d.Mode.MAXIMUM, window, Pool2dOp.Sizing.CEILING);
        ModelProto model = export(b.activation("act", pool, Activation.RELU));
        assertEquals(List.of("MaxPool", "Relu"), operators(model));
        assertEquals(Map.of("kernel_shape", List.of(3L, 2L), "strides", List.of(2L, 3L), "pads",
                List.of(1L, 0L, 2L, 0L), "dilations", List.of(2L, 1L)), attributes(node(model, "max")));
    }

    @Test
    void anAverageSaysWhatItCounts() {
        for (Pool2d.Mode mode : List.of(Pool2d.Mode.AVERAGE, Pool2d.Mode.AVERAGE_WITH_PADDING)) {
            ModelProto model = export(b.pool("mean", input, mode, Window.of(3, 2, 1), Pool2dOp.Sizing.FLOOR));
            assertEquals(List.of("AveragePool"), operators(model));
            assertEquals(Map.of("kernel_shape", List.of(3L, 3L), "strides", List.of(2L, 2L), "pads",
                    List.of(1L, 1L, 1L, 1L), "count_include_pad", mode == Pool2d.Mode.AVERAGE ? 0L : 1L),
                    attributes(node(model, "mean")));
        }
    }

    @Test
    void runsOfTokensAreAPoolInOneLine() {
        ModelProto model = export(b.tokenPool("tokens", input, 5));
        assertEquals(List.of("Reshape", "AveragePool", "Reshape"), operators(model));
        assertEquals(List.of(0L, 4L, 48L), integers(model, node(model, "tokens:line").getInput(1)));
        assertEquals(Map.of("kernel_shape", List.of(5L), "strides", List.of(5L)),
                attributes(node(model, "tokens:runs")));
        assertEquals(List.of(0L, 4L, 1L, 9L), integers(model, node(model, "tokens").getInput(1)));
    }

    @Test
    void resizesHaveTheirSize() {
        Node half = b.maxPool("half", input, Window.of(2, 2, 0));
        ModelProto model = export(b.resizeAs("back", half, Resize.Mode.NEAREST, input));
        assertEquals(List.of("MaxPool", "Resize"), operators(model));
        assertEquals(List.of("half", "", ""), node(model, "back").getInputList().subList(0, 3));
        assertEquals(List.of(6L, 8L), integers(model, node(model, "back").getInput(3)));
        assertEquals(Map.of("axes", List.of(2L, 3L), "mode", "nearest", "coordinate_transformation_mode", "asymmetric",
                "nearest_mode", "floor"), attributes(node(model, "back")));
        assertEquals(Map.of("axes", List.of(2L, 3L), "mode", "linear", "coordinate_transformation_mode", "half_pixel"),
                attributes(node(export(b.resize("up", input, Resize.Mode.BILINEAR, 2)), "up")));
        assertEquals("align_corners",
                attributes(node(export(b.resize("up", input, Resize.Mode.BILINEAR_ALIGNED, 2)), "up"))
                        .get("coordinate_transformation_mode"));
    }

    @Test
    void aResizeToWholeBlocksIsWrittenWhereItChangesTheSize() {
        Node blocks = b.resizeToMultiple("blocks", input, Resize.Mode.BILINEAR_ALIGNED, 2, 3);
        ModelProto model = export(b.resizeAs("back", blocks, Resize.Mode.BILINEAR, input));
        assertEquals(List.of("Resize", "Resize"), operators(model));
        assertEquals(List.of(6L, 9L), integers(model, node(model, "blocks").getInput(3)));
        assertEquals(List.of(6L, 8L), integers(model, node(model, "back").getInput(3)));
        Node same = b.resizeToMultiple("same", input, Resize.Mode.BILINEAR, 2, 4);
        assertEquals(List.of(), operators(export(b.resizeAs("back", same, Resize.Mode.BILINEAR, input))));
    }

    @Test
    void padsAndCropsArePads() {
        Node windows = b.resizeToMultiple("windows", input, Resize.Mode.PAD_OR_CROP, 7, 3);
        ModelProto model = export(b.resizeAs("back", windows, Resize.Mode.PAD_OR_CROP, input));
        assertEquals(List.of("Pad", "Pad"), operators(model));
        assertEquals(List.of(0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L), integers(model, node(model, "windows").getInput(1)));
        assertEquals(List.of(0L, 0L, 0L, 0L, 0L, 0L, -1L, -1L), integers(model, node(model, "back").getInput(1)));
    }

    /** One pixel has no rows and columns in the file until a map is needed. */
    @Test
    void aPooledMapIsAMapAgain() {
        Node pixel = b.globalAveragePool("pixel", input);
        ModelProto model = export(b.resizeAs("spread", pixel, Resize.Mode.BILINEAR, input));
        assertEquals(List.of("GlobalAveragePool", "Flatten", "Unsqueeze", "Resize"), operators(model));
        assertEquals(List.of(2L, 3L), integers(model, node(model, "pixel:one-pixel-MAP").getInput(1)));
    }

    @Test
    void blocksAreATransposition() {
        ModelProto model = export(b.depthToSpace("shuffle", input, 2, BlockOrder.CHANNELS_FIRST));
        assertEquals(List.of("Reshape", "Transpose", "Reshape"), operators(model));
        assertEquals(List.of(0L, 1L, 2L, 2L, 6L, 8L), integers(model, node(model, "shuffle:parts").getInput(1)));
        assertEquals(Map.of("perm", List.of(0L, 1L, 4L, 2L, 5L, 3L)), attributes(node(model, "shuffle:sorted")));
        assertEquals(List.of(0L, 1L, 12L, 16L), integers(model, node(model, "shuffle").getInput(1)));
        model = export(b.spaceToDepth("merge", input, 2, BlockOrder.COLUMNS_FIRST));
        assertEquals(List.of(0L, 4L, 3L, 2L, 4L, 2L), integers(model, node(model, "merge:parts").getInput(1)));
        assertEquals(Map.of("perm", List.of(0L, 5L, 3L, 1L, 2L, 4L)), attributes(node(model, "merge:sorted")));
        assertEquals(List.of(0L, 16L, 3L, 4L), integers(model, node(model, "merge").getInput(1)));
    }

    /** On a map by planes, behind a normalization by tokens. */
    @Test
    void aConstantLiesAsItsMap() throws Exception {
        float[] constant = new float[6 * 8 * 4];
        for (int i = 0; i < constant.length; i++) {
            constant[i] = i;
        }
        ModelProto model = export(b.constant("positions", input, Binary.Operator.ADD, 6, 8, constant));
        assertEquals(List.of("Add"), operators(model));
        TensorProto planes = tensor(model, "positions.constant");
        assertEquals(List.of(1L, 4L, 6L, 8L), planes.getDimsList());
        float[] first = new float[3];
        planes.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(first);
        assertArrayEquals(new float[]{0, 4, 8}, first);
        Node norm = b.layerNorm("norm", input);
        model = OnnxExport.model(new Graph(List.of(b.globalDeviation("deviation",
                b.constant("gate", norm, Binary.Operator.MULTIPLY, 6, 8, constant), 1, 0.25))), 6, 8);
        assertEquals(List.of("Reshape", "Transpose", "LayerNormalization", "Mul", "ReduceMean", "Sub",
                "ReduceSumSquare", "Div", "Add", "Sqrt", "Identity"),
                model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList());
        assertEquals(List.of(1L, 48L, 4L), tensor(model, "gate.constant").getDimsList());
        assertEquals(List.of(1L), integers(model, node(model, "deviation:mean").getInput(1)));
        assertEquals(47f, tensor(model, "deviation.divisor").getRawData().asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN).getFloat());
        assertEquals(0.25f, tensor(model, "deviation.epsilon").getRawData().asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN).getFloat());
    }

    @Test
    void whatCannotBeWritten() {
        Window skips = new Window(new Window.Axis(1, 1, -1, 0, 1), new Window.Axis(1, 1, 0, 0, 1));
        refused("skip: a pool that skips pixels", b.maxPool("skip", input, skips));
        refused("twice: a deviation behind a pool",
                b.globalDeviation("twice", b.globalAveragePool("pixel", input), 0, 0));
    }

    private void refused(String part, Node node) {
        String message = assertThrows(UnsupportedOperationException.class, () -> export(node)).getMessage();
        assertTrue(message.startsWith(part), message);
    }
}
