package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One net of each family, at one odd size where it takes it, against what timm's or its authors' code gives in float64: logits, and the
 * features that timm gives. Runs once for every vector width. {@code golden/families.txt} lists the files.
 */
@Tag("every-width")
class FamilyGoldenTest {
    static Stream<String> files() throws IOException {
        try (InputStream in = FamilyGoldenTest.class.getResourceAsStream("/golden/families.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank())
                    .toList()
                    .stream();
        }
    }

    /** Four times PyTorch's own error where that is worse than what is fair for shallow nets. */
    private static double tolerance(Golden golden) {
        return Math.max(Golden.LOGITS * golden.logitsStd(),
                4 * golden.json().get("float32_logits_max_abs_diff").asDouble());
    }

    @ParameterizedTest
    @MethodSource("files")
    void logitsAreTheAuthorsForAnyNumberOfThreads(String file) throws Exception {
        Golden golden = Golden.read(file);
        GoldenTest.checkGenerator(golden);
        Graph graph = Passes.optimize(golden.net().build(Seeded.parameters()));
        float[] first = null;
        for (int threads : new int[]{1, 2, 4}) {
            float[] logits = run(golden, graph, "cpu", threads)[0];
            assertLogits(golden, logits);
            if (first == null) {
                first = logits;
            }
            assertArrayEquals(first, logits, threads + " threads give other bits");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void logitsOfTheScalarKernelsAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        assertLogits(golden, run(golden, Passes.optimize(golden.net().build(Seeded.parameters())), "scalar", 2)[0]);
    }

    /** The features with nothing fused, and the logits too. */
    @ParameterizedTest
    @MethodSource("files")
    void featuresAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        Graph graph = golden.net().build(Seeded.parameters());
        JsonNode expected = golden.json().get("activations");
        Graph seen = graph.withFeatures();
        float[][] results = run(golden, seen, "cpu", 2);
        assertLogits(golden, results[0]);
        for (JsonNode activation : expected) {
            int stride = Integer.parseInt(activation.get("name").asText().substring("features.".length()));
            List<Integer> strides = graph.features().stream().map(graph::stride).toList();
            int i = strides.indexOf(stride);
            assertTrue(i >= 0, "no feature of stride " + stride + " among " + strides);
            try (Executable executable = Devices.named("cpu").compile(seen,
                    CompileOptions.of(golden.height(), golden.width(), 1))) {
                MapLayout map = executable.outputs().get(1 + i);
                Golden.assertActivation(activation, map.channels(), map.height(), map.width(), results[1 + i]);
            }
        }
    }

    private static float[][] run(Golden golden, Graph graph, String device, int threads) throws Exception {
        try (Executable executable = Devices.named(device).compile(graph,
                CompileOptions.of(golden.height(), golden.width(), threads))) {
            float[][] results = new float[executable.outputs().size()][];
            for (int i = 0; i < results.length; i++) {
                MapLayout map = executable.outputs().get(i);
                results[i] = new float[golden.batch() * map.pixels() * map.channels()];
            }
            executable.run(golden.input(), golden.batch(), results);
            return results;
        }
    }

    private static void assertLogits(Golden golden, float[] logits) {
        double[] expected = golden.logits();
        assertEquals(expected.length, logits.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], logits[i], tolerance(golden), golden + " logit " + i);
        }
    }
}
