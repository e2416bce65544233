package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** One net of each family, at its usual size and, where it takes one, at an odd size; {@code golden/families.txt} lists the files. */
final class FamilyGoldens {
    private FamilyGoldens() {
    }

    static Stream<String> files() throws IOException {
        try (InputStream in = FamilyGoldens.class.getResourceAsStream("/golden/families.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank())
                    .toList().stream();
        }
    }

    /** The values of one run. */
    record Results(float[][] values, MapLayout[] maps) {}

    static Results run(Golden golden, Graph graph, String device, int threads) throws Exception {
        try (Executable executable = Devices.named(device).compile(graph,
                CompileOptions.of(golden.height(), golden.width(), threads))) {
            MapLayout[] maps = executable.outputs().toArray(MapLayout[]::new);
            float[][] values = new float[maps.length][];
            for (int i = 0; i < maps.length; i++) {
                values[i] = new float[golden.batch() * maps[i].pixels() * maps[i].channels()];
            }
            executable.run(golden.input(), golden.batch(), values);
            return new Results(values, maps);
        }
    }

    /** Within four times PyTorch's own error where that is worse than what is fair for shallow nets. */
    static void assertLogits(Golden golden, float[] logits) {
        double tolerance = Math.max(Golden.LOGITS * golden.logitsStd(),
                4 * golden.json().get("float32_logits_max_abs_diff").asDouble());
        double[] expected = golden.logits();
        assertEquals(expected.length, logits.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], logits[i], tolerance, golden + " logit " + i);
        }
    }
}
