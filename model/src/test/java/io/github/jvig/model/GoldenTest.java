package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The nets against what their authors' own code gives. What is run with vectors runs once for every width of them. */
class GoldenTest {
    private static final String DEEP = "tiny_mobilevig_1x64x64_deep";

    @ParameterizedTest
    @Tag("every-width")
    @ValueSource(strings = {"tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160", "mobilevig_ti_1x224x224",
            "mobilevig_ti_1x192x160",
            "mobilevig_ti_2x224x224", "mobilevig_s_1x224x224", "mobilevigv2_ti_1x224x224", "mobilevigv2_ti_1x192x160",
            "mobilevigv2_m_1x224x224", "greedyvig_s_1x224x224_input29", "mobilenetv2_100_1x224x224",
            "efficientformer_l1_1x224x224", "tiny_efficientformer_2x200x224"})
    void logitsAreTheAuthorsForAnyNumberOfThreads(String file) throws WeightsException {
        Golden golden = Golden.read(file);
        checkGenerator(golden);
        Graph graph = fused(golden);
        float[] first = null;
        for (int threads : new int[]{1, 2, 4}) {
            float[] logits = logits(golden, graph, "cpu", threads);
            assertLogits(golden, logits);
            if (first == null) {
                first = logits;
            }
            assertArrayEquals(first, logits, threads + " threads give other bits");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160", "mobilevig_ti_1x192x160",
            "mobilevig_s_1x224x224", "mobilevigv2_ti_1x192x160", "greedyvig_s_1x224x224_input29",
            "mobilenetv2_100_1x224x224", "efficientformer_l1_1x224x224", "tiny_efficientformer_2x200x224"})
    void logitsOfTheScalarKernelsAreTheAuthors(String file) throws WeightsException {
        Golden golden = Golden.read(file);
        Graph graph = fused(golden);
        float[] logits = logits(golden, graph, "scalar", 2);
        assertLogits(golden, logits);
        assertArrayEquals(logits, logits(golden, graph, "scalar", 1), "one thread gives other bits");
    }

    @ParameterizedTest
    @Tag("every-width")
    @CsvSource({DEEP + ",61", "mobilevig_ti_1x224x224_deep,120", "mobilevigv2_ti_1x224x224_deep,120",
            "greedyvig_s_1x224x224_deep,120", "mobilenetv2_100_1x224x224,23", "efficientformer_l1_1x224x224,19",
            "tiny_efficientformer_2x200x224,14"})
    void everyActivationIsTheAuthorsWithNothingFused(String file, int least) throws WeightsException {
        checkEveryActivation(file, "cpu", least);
    }

    @ParameterizedTest
    @CsvSource({DEEP + ",61", "greedyvig_s_1x224x224_deep,120", "efficientformer_l1_1x224x224,19",
            "tiny_efficientformer_2x200x224,14"})
    void everyActivationOfTheScalarKernelsIsTheAuthorsWithNothingFused(String file, int least) throws WeightsException {
        checkEveryActivation(file, "scalar", least);
    }

    private static void checkEveryActivation(String file, String device, int least) throws WeightsException {
        Golden golden = Golden.read(file);
        int checked = checkActivations(golden, golden.net().build(Seeded.parameters()), device);
        assertTrue(checked >= least, checked + " checked");
    }

    @ParameterizedTest
    @Tag("every-width")
    @ValueSource(strings = {DEEP, "mobilevig_ti_1x224x224_deep", "mobilevigv2_ti_1x224x224_deep",
            "greedyvig_s_1x224x224_deep", "efficientformer_l1_1x224x224"})
    void activationsThatAreLeftAreTheAuthorsWithEverythingFused(String file) throws WeightsException {
        checkActivationsThatAreLeft(file, "cpu");
    }

    @Test
    void activationsOfTheScalarKernelsThatAreLeftAreTheAuthorsWithEverythingFused() throws WeightsException {
        checkActivationsThatAreLeft(DEEP, "scalar");
    }

    private static void checkActivationsThatAreLeft(String file, String device) throws WeightsException {
        Golden golden = Golden.read(file);
        assertTrue(checkActivations(golden, fused(golden), device) > 15);
    }

    private static Graph fused(Golden golden) throws WeightsException {
        return Passes.optimize(golden.net().build(Seeded.parameters()));
    }

    private static float[] logits(Golden golden, Graph graph, String device, int threads) {
        try (Executable executable = Devices.named(device).compile(graph,
                CompileOptions.of(golden.height(), golden.width(), threads))) {
            float[] logits = new float[golden.logits().length];
            executable.run(golden.input(), golden.batch(), new float[][]{logits});
            return logits;
        }
    }

    private static void assertLogits(Golden golden, float[] logits) {
        double[] expected = golden.logits();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], logits[i], Golden.LOGITS * golden.logitsStd(), golden + " logit " + i);
        }
    }

    /** The weights that the file lists, so that a wrong generator is not taken for a wrong net. */
    static void checkGenerator(Golden golden) {
        golden.json().get("weights").properties().forEach(tensor -> {
            JsonNode shapeNode = tensor.getValue().get("shape");
            int[] shape = new int[shapeNode.size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shapeNode.get(i).asInt();
            }
            float[] values = Seeded.values(tensor.getKey(), shape);
            double sum = 0;
            for (float v : values) {
                sum += v;
            }
            assertEquals(tensor.getValue().get("sum").asDouble(), sum, 1e-5 * Math.max(1, Math.abs(sum)),
                    tensor.getKey());
        });
    }

    /** Compares every activation of the file whose value the graph still has; says how many. */
    private static int checkActivations(Golden golden, Graph graph, String device) {
        List<String> nodes = graph.nodes().stream().map(Node::name).toList();
        List<String> found = new ArrayList<>();
        List<JsonNode> expected = new ArrayList<>();
        String previous = "";
        for (JsonNode activation : golden.json().get("activations")) {
            String name = nodeName(activation.get("name").asText(), nodes, previous);
            previous = name;
            if (nodes.contains(name) && !found.contains(name)) {
                found.add(name);
                expected.add(activation);
            }
        }
        Graph seen = graph.withOutputs(found);
        try (Executable executable = Devices.named(device).compile(seen,
                CompileOptions.of(golden.height(), golden.width(), 2))) {
            float[][] results = new float[seen.outputs().size()][];
            for (int i = 0; i < results.length; i++) {
                MapLayout map = executable.outputs().get(i);
                results[i] = new float[map.pixels() * map.channels() * golden.batch()];
            }
            executable.run(golden.input(), golden.batch(), results);
            for (int i = 0; i < found.size(); i++) {
                MapLayout map = executable.outputs().get(i + 1);
                Golden.assertActivation(expected.get(i), map.channels(), map.height(), map.width(), results[i + 1]);
            }
        }
        return found.size();
    }

    /** The file names a block by its module, and both GELUs of a block alike; the graph names each node. */
    private static String nodeName(String module, List<String> nodes, String previous) {
        if (module.endsWith(".act") && previous.endsWith(".mid_norm")) {
            return module + "#2";
        }
        // timm's normalizations hold the activation behind them.
        if (nodes.contains(module + ".act")) {
            return module + ".act";
        }
        if (nodes.contains(module)) {
            return module;
        }
        return switch (module) {
            case "stem" -> nodes.contains("stem.act2") ? "stem.act2" : "stem.stem.5";
            case "prediction" -> "prediction.3";
            case "head_drop" -> "global_pool";
            default -> Stream.of(".conv.1", ".bn3", ".bn2").map(module::concat).filter(nodes::contains).findFirst()
                    .orElse(module + ".1");
        };
    }
}
