package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small nets that PyTorch has exported, by {@code map_nets.py}: the outputs, and the operations that they become. */
class MapRulesTest {
    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MapRulesTest.class.getResourceAsStream("/onnx/maps/" + name)) {
            return in.readAllBytes();
        }
    }

    private static float[] floats(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(resource(name)).order(ByteOrder.LITTLE_ENDIAN);
        float[] result = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(result);
        return result;
    }

    private static ImportedGraph imported(Path file) throws IOException {
        OnnxModel model = OnnxReader.read(file);
        return Importer.at(model, model.inputs().stream()
                .map(port -> port.dims().stream().map(d -> d.isFree() ? 1 : d.size()).toList()).toList());
    }

    /** How many nodes there are of each kind of op. */
    private static Map<String, Integer> ops(Graph graph) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : graph.nodes()) {
            counts.merge(node.op().getClass().getSimpleName(), 1, Integer::sum);
        }
        return counts;
    }

    /** The ops that must be there, with their numbers, and how many copies there may be: of a crop, or of an output that is no map. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mbconv | ConvOp=5 | 0", "shuffle | ConcatOp=1 ConvOp=2 | 0",
            "attention_bias | AttentionOp=1 ConvOp=2 | 0", "windows | AttentionOp=2 LayerNormOp=1 ConvOp=3 | 1",
            // Two rolls of two copies each, along rows and along columns; and the output, which is no map.
            "shifted_windows | AttentionOp=1 ConvOp=2 BinaryOp=1 | 5",
            "separable | SeparableAttentionOp=1 MapNormOp=1 ConvOp=2 | 0",
            "cross_covariance | CrossCovarianceOp=1 ConvOp=2 | 0", "shared_keys | AttentionOp=1 ConvOp=4 | 0",
            "activations | ConvOp=8 | 0",
            "norms | LayerNormOp=2 ChannelNormOp=1 | 0", "groups | MapNormOp=3 | 0",
            "max_relative | MaxRelativeOp=2 ConvOp=2 | 0", "decoder | ResizeOp=2 ConcatOp=1 ConvOp=2 | 0",
            "transposed | DepthToSpaceOp=3 ConvOp=4 | 1", "blocks | DepthToSpaceOp=1 SpaceToDepthOp=1 ConvOp=2 | 3",
            "pools | Pool2dOp=5 GlobalAveragePoolOp=1 PiecewiseLinearOp=1 | 0"})
    void exportedNetsRunOnMaps(String net, String expected, int onTensors, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(net + ".onnx");
        Files.write(file, resource(net + ".onnx"));
        ImportedGraph imported = imported(file);
        Graph graph = Passes.optimize(imported.graph());
        float[] result = new float[imported.outputs().getFirst().elements()];
        try (Executable executable = new CpuDevice("cpu", KernelProvider.get()).compile(graph,
                CompileOptions.of(imported.height(), imported.width(), 1))) {
            executable.run(floats(net + ".in"), 1, new float[][]{result});
        }
        assertArrayEquals(floats(net + ".out"), result, 2e-5f);
        Map<String, Integer> ops = ops(graph);
        for (String op : expected.split(" ")) {
            assertEquals(Integer.parseInt(op.substring(op.indexOf('=') + 1)),
                    ops.getOrDefault(op.substring(0, op.indexOf('=')), 0), () -> op + " in\n" + graph);
        }
        assertTrue(ops.getOrDefault("TensorOp", 0) <= onTensors, graph::toString);
    }

    /** What is exported from here has, when it comes back, the operations that it had. */
    @ParameterizedTest
    @CsvSource({"mobilevig_ti", "mobilevigv2_ti", "mobilenetv3_large_100", "convnext_atto"})
    void namedNetsComeBack(String name, @TempDir Path folder) throws IOException {
        Model model = Models.random(name);
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(model.graph(), 224, 224, file);
        assertEquals(ops(Passes.optimize(model.graph())), ops(Passes.optimize(imported(file).graph())));
    }

    @Test
    void axesOfPixelsInAnyOrderAreTheSamePixels() {
        assertEquals(List.of(4, 5), List.of(Pixels.sizes(List.of(1, 3, 4, 5), 1).height(),
                Pixels.sizes(List.of(1, 3, 4, 5), 1).width()));
        assertEquals(List.of(6, 49), List.of(Pixels.sizes(List.of(2, 3, 49, 16), 3).height(),
                Pixels.sizes(List.of(2, 3, 49, 16), 3).width()));
    }
}
