package io.github.jvig.model.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.Session;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.SelectiveScanOp;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A selective scan is one Scan, and what is written gives, when it comes back, what the scan gives. */
class SelectiveScanExportTest {
    private static final int CHANNELS = 3;
    private static final int STATES = 2;
    private static final int CLASSES = 5;
    private final Node input = new Node("input", new InputOp(CHANNELS), List.of());

    /** The ways in are channels 1 and 2 of x, the ways out 0 and 1: not the same, so that each must be read where it lies. */
    private static Node scan(Node x) {
        float[] weight = Seeded.values("scan", 1, CHANNELS * (STATES + 1) + 5 * STATES);
        Node ways = new Node("ways", new ConcatOp(2), List.of(x, x));
        return new Node("scan",
                new SelectiveScanOp(CHANNELS, STATES, 1, 3, weight, Seeded.values("steps", 1, CHANNELS)),
                List.of(x, x, ways));
    }

    private static Graph pooled(Node x) {
        return new Graph(List.of(new Node("pool", new GlobalAveragePoolOp(), List.of(x))));
    }

    /** The convolution behind the scan makes the mean depend on where a pixel lies. */
    private Graph graph() {
        float[] weight = Seeded.values("conv", CLASSES, CHANNELS, 3, 3);
        return pooled(new Node("conv", new ConvOp(CHANNELS, CLASSES, 1, Window.same(3), weight,
                new double[]{1, 1, 1, 1, 1}, new double[CLASSES], Epilogue.NONE), List.of(scan(input))));
    }

    @Test
    void aBodyTakesAStepOfAllOrders() {
        ModelProto model = OnnxExport.model(graph(), 4, 5);
        NodeProto scan = model.getGraph().getNodeList().stream().filter(n -> n.getOpType().equals("Scan"))
                .reduce((a, b) -> {
                    throw new AssertionError("two Scans");
                }).orElseThrow();
        GraphProto body = scan.getAttributeList().stream().filter(a -> a.getName().equals("body")).findFirst()
                .orElseThrow().getG();
        assertEquals(List.of("Mul", "Exp", "Mul", "Mul", "Add", "MatMul"),
                body.getNodeList().stream().map(NodeProto::getOpType).toList());
        assertEquals(scan.getInputCount(), body.getInputCount());
        assertEquals(scan.getOutputCount(), body.getOutputCount());
        Set<String> known = new HashSet<>(Set.of(OnnxExport.INPUT));
        model.getGraph().getInitializerList().stream().map(TensorProto::getName).forEach(known::add);
        for (NodeProto node : model.getGraph().getNodeList()) {
            assertEquals(List.of(), node.getInputList().stream().filter(i -> !known.contains(i)).toList());
            if (node == scan) {
                assertEquals(List.of(true, true, true, true, true), body.getInputList().stream()
                        .map(ValueInfoProto::getName).map(known::add).toList());
                for (NodeProto step : body.getNodeList()) {
                    assertEquals(List.of(), step.getInputList().stream().filter(i -> !known.contains(i)).toList());
                    assertEquals(List.of(true), step.getOutputList().stream().map(known::add).toList());
                }
            }
            node.getOutputList().forEach(known::add);
        }
    }

    @ParameterizedTest
    @CsvSource({"4,5", "7,3", "1,1"})
    void whatIsExportedComesBack(int height, int width, @TempDir Path folder) throws Exception {
        Graph graph = graph();
        float[] image = Seeded.values("image", 1, CHANNELS, height, width);
        float[][] expected = {new float[CLASSES]};
        try (Executable run = Devices.named("cpu").compile(graph, CompileOptions.of(height, width, 1))) {
            run.run(image, 1, expected);
        }
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(graph, height, width, file);
        try (Session session = Models.load(file).compile(o -> o.device("cpu").threads(1).warmUp(false))) {
            assertArrayEquals(expected[0], session.run(image), 1e-5f);
        }
    }

    @ParameterizedTest
    @CsvSource({"193,210", "224,224"})
    void aNetComesBack(int height, int width, @TempDir Path folder) throws Exception {
        Model net = Models.random("vcmamba_s");
        float[] image = Seeded.values("image", 1, 3, height, width);
        float[] expected;
        try (Session session = net.compile(o -> o.device("cpu").threads(1).size(height, width).warmUp(false))) {
            expected = session.run(image);
        }
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(net.graph(), height, width, file);
        try (Session session = Models.load(file).compile(o -> o.device("cpu").threads(1).warmUp(false))) {
            assertArrayEquals(expected, session.run(image), 1e-4f);
        }
    }

    @Test
    void behindAPoolItIsRefused() {
        Node pool = new Node("pooled", new GlobalAveragePoolOp(), List.of(input));
        String message = assertThrows(UnsupportedOperationException.class,
                () -> OnnxExport.model(pooled(scan(pool)), 4, 4)).getMessage();
        assertEquals("scan: selective scan, 2 states behind a pool can't be written as ONNX", message);
    }
}
