package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.nets.GraphBuilder;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.weights.WeightsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes the same from exported pools, resizes, blocks of pixels, constant maps and deviations as JViG's kernels. */
class OnnxPoolRuntimeTest {
    private static final int HEIGHT = 10;
    private static final int WIDTH = 14;
    private static final GraphBuilder B = new GraphBuilder(Parameters.random(3));

    @TempDir
    Path folder;

    private static Map<String, Node> layers() throws WeightsException {
        Node x = B.conv("stem", B.input(3), 20, Window.same(3));
        Node norm = B.layerNorm("norm", x);
        Map<String, Node> layers = new LinkedHashMap<>();
        for (Pool2d.Mode mode : Pool2d.Mode.values()) {
            layers.put("pool " + mode, B.pool("op", x, mode, Window.of(3, 2, 1), Pool2dOp.Sizing.FLOOR));
            layers.put("pool same " + mode, B.pool("op", x, mode, Window.of(3, 2, 0), Pool2dOp.Sizing.SAME));
        }
        layers.put("pool ceiling", B.pool("op", x, Pool2d.Mode.AVERAGE, Window.of(3, 2, 0), Pool2dOp.Sizing.CEILING));
        layers.put("pool dilated", B.maxPool("op", x, new Window(3, 1, 2, 2)));
        layers.put("pool active", B.activation("op", B.maxPool("pool", norm, Window.same(5)), Activation.SIGMOID));
        layers.put("token pool", B.tokenPool("op", norm, 4));
        Node small = B.maxPool("small", x, Window.of(3, 3, 0));
        for (Resize.Mode mode : Resize.Mode.values()) {
            layers.put("resize " + mode, B.resizeAs("op", small, mode, x));
            layers.put("resize up " + mode, B.resize("op", x, mode, 2));
            layers.put("resize down " + mode, B.resize("op", x, mode, 0.5));
            layers.put("resize to blocks " + mode, B.resizeToMultiple("op", x, mode, 4, 7));
            layers.put("resize pixel " + mode, B.resizeAs("op", B.globalAveragePool("pixel", x), mode, x));
        }
        for (BlockOrder order : BlockOrder.values()) {
            layers.put("depth to space " + order, B.depthToSpace("op", x, 2, order));
            layers.put("space to depth " + order, B.spaceToDepth("op", x, 2, order));
        }
        float[] constant = BenchLayer.random(HEIGHT * WIDTH * 20, 5);
        layers.put("added map", B.constant("op", x, Binary.Operator.ADD, HEIGHT, WIDTH, constant));
        layers.put("multiplied tokens", B.constant("op", norm, Binary.Operator.MULTIPLY, HEIGHT, WIDTH, constant));
        layers.put("transposed convolution", B.convTransposed("op", x, 7, 4, 2, 1, 0, true));
        layers.put("deviation", B.globalDeviation("op", x, 1, 1e-5));
        layers.put("deviation of tokens", B.globalDeviation("op", norm, 0, 0));
        return layers;
    }

    static Stream<String> names() throws WeightsException {
        return layers().keySet().stream();
    }

    /** A window over the whole map, so that each pixel counts in its own way. */
    @ParameterizedTest
    @MethodSource("names")
    void agrees(String name) throws Exception {
        Node op = layers().get(name);
        Node last = op;
        if (!name.startsWith("deviation")) {
            int height;
            int width;
            try (Executable run = Devices.named("scalar").compile(new Graph(List.of(op)),
                    CompileOptions.of(HEIGHT, WIDTH, 1))) {
                height = run.outputs().getFirst().height();
                width = run.outputs().getFirst().width();
            }
            Window whole = new Window(new Window.Axis(height, 1, 0, 0, 1), new Window.Axis(width, 1, 0, 0, 1));
            last = B.globalAveragePool("flat", B.conv("whole", op, 16, whole));
        }
        Graph graph = new Graph(List.of(last));
        float[] image = BenchLayer.random(3 * HEIGHT * WIDTH, 7);
        float[][] results = {new float[last.channels()]};
        try (Executable run = Devices.named("cpu").compile(Passes.optimize(graph),
                CompileOptions.of(HEIGHT, WIDTH, 1))) {
            run.run(image, 1, results);
        }
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(graph, HEIGHT, WIDTH, file);
        try (OrtNet net = new OrtNet(file, image, 1, HEIGHT, WIDTH, last.channels(), 1)) {
            net.run();
            float[] actual = net.logits();
            assertEquals(last.channels(), actual.length);
            double difference = Comparison.maxDifference(results[0], actual);
            assertTrue(difference <= Comparison.TOLERANCE,
                    () -> "the results differ by " + difference + " standard deviations");
        }
    }
}
