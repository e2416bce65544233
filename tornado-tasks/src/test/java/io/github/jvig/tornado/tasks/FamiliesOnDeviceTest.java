package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.Golden;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.tornado.FirstDevice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares nets of several families on the first device with the results of their authors' code: with attention of all kinds, pools,
 * normalizations of whole maps, neighborhoods and selective scans. A family whose operations are all in these nets is left out, such as
 * ConvNeXt, EfficientNet, MobileNet, RepViT and StarNet; so are the larger sizes.
 *
 * <p>Most run with the kernels for FPGAs: they read the sizes of a layer from memory, so that a driver with a cache compiles each only once.
 */
class FamiliesOnDeviceTest {
    private static void check(String file, DeviceKernels kernels) throws Exception {
        Golden golden = Golden.read(file);
        Graph graph = Passes.optimize(golden.net().build(Seeded.parameters()));
        double[] expected = golden.logits();
        float[] logits = new float[expected.length];
        try (Executable executable = TaskExecutable.compile(graph, golden.height(), golden.width(), "device",
                FirstDevice.get(), kernels, NetTasks.MAX_TASKS_PER_GRAPH)) {
            executable.run(golden.input(), golden.batch(), new float[][]{logits});
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], logits[i], Golden.LOGITS * golden.logitsStd(), golden + " logit " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"edgenext_xx_small_1x190x226", "vcmamba_s_1x224x224", "overlock_xt_1x157x191",
            "nextvit_small_1x97x131",
            "shvit_s1_1x192x224", "emov2_1m_1x97x131", "efficientmod_xxs_1x193x130", "fasternet_t0_1x225x160",
            "ghostnetv2_100_1x195x224", "moat_tiny0_1x224x224", "mobilevit_xxs_1x128x192", "tiny_casvit_1x193x160",
            "unireplknet_a_1x97x64", "resnet18_1x97x131"})
    void withTheKernelsForFpgas(String file) throws Exception {
        check(file, new FpgaKernels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mobilevitv2_050_1x192x128"})
    void withTheKernelsForProcessors(String file) throws Exception {
        check(file, new ProcessorKernels());
    }
}
