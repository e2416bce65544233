package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Golden;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Devices;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The nets on the first device, against what their authors' own code gives; a kernel ran for every step. */
class GoldenOnDeviceTest {
    /** In standard deviations of the logits. */
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160", "mobilevig_ti_2x224x224",
            "mobilevig_s_1x224x224", "greedyvig_s_1x224x224_input29", "efficientformer_l1_1x224x224"})
    void logitsAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        Graph graph = Passes.optimise(golden.net().build(Seeded.parameters()));
        try (Executable executable = Devices.named("tornado").compile(graph,
                CompileOptions.of(golden.height(), golden.width(), 1))) {
            float[] logits = new float[golden.logits().length];
            executable.run(golden.input(), golden.batch(), new float[][]{logits});
            double[] expected = golden.logits();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], logits[i], TOLERANCE * golden.logitsStd(), golden + " logit " + i);
            }
            for (long nanos : executable.profile(golden.input())) {
                assertTrue(nanos > 0, "a step of " + golden + " ran without a kernel");
            }
        }
    }
}
