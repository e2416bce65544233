package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Devices;
import io.github.jvig.model.Golden;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Passes;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the nets on the first device with the results of their authors' code, and checks that a kernel ran for every step. */
class GoldenOnDeviceTest {
    /** In standard deviations of the logits. */
    private static final double TOLERANCE = 1e-4;

    private static Executable compile(Golden golden) throws Exception {
        return Devices.named("tornado").compile(Passes.optimize(golden.net().build(Seeded.parameters())),
                CompileOptions.of(golden.height(), golden.width(), 1));
    }

    private static float[] logits(Executable executable, float[] images, int batch, int classes) {
        float[] logits = new float[batch * classes];
        executable.run(images, batch, new float[][]{logits});
        return logits;
    }

    private static void check(Golden golden, float[] logits) {
        double[] expected = golden.logits();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], logits[i], TOLERANCE * golden.logitsStd(), golden + " logit " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mobilevig_ti_2x224x224", "mobilevig_s_1x224x224",
            "greedyvig_s_1x224x224_input29", "efficientformer_l1_1x224x224"})
    void logitsAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        try (Executable executable = compile(golden)) {
            check(golden, logits(executable, golden.input(), golden.batch(), golden.logits().length / golden.batch()));
            for (long nanos : executable.profile(golden.input())) {
                assertTrue(nanos > 0, "a step of " + golden + " ran without a kernel");
            }
        }
    }

    /** Runs an image alone and at both positions of a batch: the other image must not matter. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160"})
    void logitsInABatchAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        float[] image = golden.input();
        float[] other = Seeded.values("input/other", golden.shape());
        int classes = golden.logits().length;
        try (Executable executable = compile(golden)) {
            check(golden, logits(executable, image, 1, classes));
            check(golden, logits(executable, joined(image, other), 2, classes));
            check(golden, Arrays.copyOfRange(logits(executable, joined(other, image), 2, classes), classes,
                    2 * classes));
        }
    }

    private static float[] joined(float[] first, float[] in2) {
        float[] both = Arrays.copyOf(first, first.length + in2.length);
        System.arraycopy(in2, 0, both, first.length, in2.length);
        return both;
    }
}
