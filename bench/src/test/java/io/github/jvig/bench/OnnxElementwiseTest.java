package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
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

/** ONNX Runtime computes the same from exported activations, pairs of maps and gates as JViG's kernels. */
class OnnxElementwiseTest {
    private static final int HEIGHT = 12;
    private static final int WIDTH = 16;
    private static final GraphBuilder B = new GraphBuilder(Parameters.random(3));

    @TempDir
    Path folder;

    private static Map<String, Node> layers() throws WeightsException {
        Node x = B.conv("stem", B.input(3), 20, Window.same(3));
        Node other = B.conv("other", x, 20, Window.same(3));
        Node plane = B.conv("plane", x, 1, Window.same(1));
        Node pixel = B.conv("pixel", B.globalAveragePool("pool", x), 20, Window.same(1));
        Node norm = B.layerNorm("norm", x);
        Map<String, Node> layers = new LinkedHashMap<>();
        for (Activation activation : Activation.values()) {
            layers.put("alone " + activation, B.activation("op", B.layerNorm("in", x), activation));
            layers.put("convolution " + activation, B.activation("op", other, activation));
            layers.put("sum " + activation,
                    B.activation("op", B.binary("sum", Binary.Operator.ADD, Binary.Broadcast.NONE, x, other),
                            activation));
        }
        for (Binary.Operator operator : Binary.Operator.values()) {
            layers.put("maps " + operator, B.binary("op", operator, Binary.Broadcast.NONE, x, other));
            layers.put("pixel " + operator, B.binary("op", operator, Binary.Broadcast.PIXEL, x, pixel));
            layers.put("pixel on tokens " + operator, B.binary("op", operator, Binary.Broadcast.PIXEL, norm, pixel));
            layers.put("plane " + operator, B.binary("op", operator, Binary.Broadcast.CHANNEL, x, plane));
        }
        Node gate = B.activation("gate", pixel, Activation.SIGMOID);
        Node gated = B.binary("gated", Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, other, gate);
        // 192 pixels for 20 channels: the gate goes into the weights.
        Node project = B.conv("project", gated, 20, Window.same(1));
        layers.put("gate", project);
        layers.put("gate and residual", B.activation("op",
                B.binary("sum", Binary.Operator.ADD, Binary.Broadcast.NONE, project, x), Activation.SILU));
        return layers;
    }

    static Stream<String> names() throws WeightsException {
        return layers().keySet().stream();
    }

    /** A window over the whole map, so that each pixel counts in its own way. */
    @ParameterizedTest
    @MethodSource("names")
    void agrees(String name) throws Exception {
        Window whole = new Window(new Window.Axis(HEIGHT, 1, 0, 0, 1), new Window.Axis(WIDTH, 1, 0, 0, 1));
        Node last = B.globalAveragePool("flat", B.conv("whole", layers().get(name), 16, whole));
        Graph graph = new Graph(List.of(last));
        float[] image = BenchLayer.random(3 * HEIGHT * WIDTH, 7);
        float[][] results = {new float[last.channels()]};
        try (Executable run = Devices.named("cpu").compile(Passes.optimize(graph),
                CompileOptions.of(HEIGHT, WIDTH, 1))) {
            run.run(image, 1, results);
            assertTrue(!name.startsWith("gate")
                    || run.steps().stream().anyMatch(s -> s.kernel().contains("gated-pointwise")), "no gate was fused");
        }
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(graph, HEIGHT, WIDTH, file);
        try (OrtNet net = new OrtNet(file, image, 1, HEIGHT, WIDTH, last.channels(), 1)) {
            net.run();
            double difference = Comparison.maxDifference(results[0], net.logits());
            assertTrue(difference <= Comparison.TOLERANCE,
                    () -> "the results differ by " + difference + " standard deviations");
        }
    }
}
