package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files made by {@code src/test/python/onnx_files.py}, against what ONNX Runtime or ONNX's reference computes of them. */
class SmallFilesTest {
    private static OnnxModel read(String name) throws Exception {
        return OnnxReader.read(Path.of(SmallFilesTest.class.getResource(name + ".onnx").toURI()));
    }

    private static float[][] run(OnnxModel model, ImportedGraph graph, Map<String, OnnxTensor> values) {
        List<Float> packed = new ArrayList<>();
        for (OnnxModel.Port port : model.inputs()) {
            for (float value : values.get(port.name()).asFloats()) {
                packed.add(value);
            }
        }
        float[] input = new float[packed.size()];
        for (int i = 0; i < input.length; i++) {
            input[i] = packed.get(i);
        }
        float[][] results = graph.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
        try (Executable executable = new CpuDevice("cpu", KernelProvider.get()).compile(
                Passes.optimize(graph.graph()), CompileOptions.of(graph.height(), graph.width(), 1))) {
            executable.run(input, 1, results);
        }
        return results;
    }

    @ParameterizedTest
    @ValueSource(strings = {"views18", "views11", "views9", "functions", "branches", "types"})
    void runsAsElsewhere(String name) throws Exception {
        OnnxModel model = read(name);
        Map<String, OnnxTensor> expected = read(name + ".expected").constants();
        List<List<Integer>> shapes = model.inputs().stream().map(p -> expected.get(p.name()).shape()).toList();
        ImportedGraph graph = Importer.at(model, shapes);
        float[][] results = run(model, graph, expected);
        for (int i = 0; i < results.length; i++) {
            ImportedGraph.Port port = graph.outputs().get(i);
            OnnxTensor wanted = expected.get(port.name());
            assertEquals(wanted.shape(), port.shape(), port.name());
            assertEquals(wanted.kind(), port.kind(), port.name());
            assertArrayEquals(wanted.asFloats(), results[i], 0f, port.name());
        }
    }

    /** The constants themselves, since whole numbers of more than 24 bits are no outputs. */
    @Test
    void constantsAreFoldedExactly() throws Exception {
        OnnxModel model = read("folding");
        Map<String, OnnxTensor> expected = read("folding.expected").constants();
        Lowering lowering = new Lowering(new Derived(0));
        model.constants().forEach((name, tensor) -> lowering.put(name, new Value.Constant(tensor)));
        model.nodes().forEach(node -> Operators.lower(lowering, node));
        int outputs = 0;
        for (OnnxModel.Port port : model.outputs()) {
            OnnxTensor wanted = expected.get(port.name());
            OnnxTensor have = ((Value.Constant) lowering.value(port.name())).tensor();
            assertEquals(wanted.shape(), have.shape(), port.name());
            assertEquals(wanted.kind(), have.kind(), port.name());
            if (wanted.kind() == Kind.FLOAT) {
                for (int i = 0; i < wanted.elements(); i++) {
                    float value = wanted.floats()[i];
                    // Functions of libraries differ in the last places.
                    assertEquals(value, have.floats()[i], 2e-6f * Math.abs(value), port.name());
                }
            } else {
                assertArrayEquals(wanted.integers(), have.integers(), port.name());
            }
            outputs++;
        }
        assertTrue(outputs > 120, outputs + " outputs");
    }

    @Test
    void anIfWhoseConditionIsNotKnownIsRefusedByName() throws Exception {
        OnnxModel model = read("branches");
        // A square takes the branch of a Loop, a tall map that of an operator of no rule.
        assertRefused("1 operator can't be run: Loop 'top/w' its attribute body is no graph", model,
                List.of(1, 1, 3, 3));
        assertRefused("NoSuch 'top/deep/v' is no operator that JViG has", model, List.of(1, 1, 3, 2));
    }

    private static void assertRefused(String message, OnnxModel model, List<Integer> shape) {
        OnnxException e = assertThrows(OnnxException.class, () -> Importer.at(model, List.of(shape)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
