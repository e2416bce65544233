package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.OnnxExport;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX Runtime computes the same logits from exported nets as JViG. */
class OnnxRuntimeTest {
    @TempDir
    Path folder;

    private float[] logits(Graph graph, Model model, float[] images, int batch, int height, int width)
            throws Exception {
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(graph, height, width, file);
        try (OrtNet net = new OrtNet(file, images, batch, height, width, model.classes(), 1)) {
            net.run();
            return net.logits();
        }
    }

    @ParameterizedTest
    @CsvSource({"digits,64,64,1", "digits,64,64,3", "digits,224,160,1", "digits,77,101,2", "mobilevig_ti,224,224,1",
            "mobilevig_ti,192,160,1", "mobilevig_ti,192,160,3", "mobilevig_m,96,128,1", "greedyvig_s,96,128,2",
            "greedyvig_s,77,101,1", "efficientformer_l1,200,224,2", "mobilenetv1_100,65,97,1", "nasnetamobile,97,130,1",
            "mobilenetv3_small_100,97,131,2", "tf_mobilenetv3_large_minimal_100,96,65,1",
            "mobilenetv4_conv_small,64,96,1",
            "mobilenetv4_hybrid_medium,128,96,2", "semnasnet_075,64,97,1", "fbnetv3_b,64,64,1", "lcnet_050,97,64,1",
            "efficientnet_b0,65,96,2", "tf_efficientnet_lite0,97,66,1", "tinynet_e,64,64,1", "mobileone_s1,64,96,2",
            "starnet_s1,64,97,1", "mobileone_s0,65,96,1", "convnext_atto,64,96,2", "resnet18,65,97,1",
            "unireplknet_a,96,64,1", "shvit_s1,129,96,2", "fasternet_t0,97,64,1", "ghostnet_100,65,97,1",
            "ghostnetv2_100,97,131,1", "efficientmod_xxs,97,64,2", "patnet_t1,225,230,1",
            "overlock_xt,208,224,1", "mobilevit_xxs,224,224,1", "mobilevit_xxs,161,193,2",
            "mobilevitv2_050,224,256,1", "mobilevitv2_050,200,168,2", "mobilevit_xxs,128,64,1", "spartan_t,97,130,2",
            "vcmamba_s,224,224,1", "vcmamba_s,193,210,2"})
    void logitsAgree(String name, int height, int width, int batch) throws Exception {
        Model model = ComparisonSuite.model(name);
        float[] images = BenchLayer.random(batch * 3 * height * width, 7);
        float[] expected;
        try (Session session = model.compile(o -> o.threads(1).size(height, width).warmUp(false))) {
            expected = session.run(images);
        }
        assertEquals(batch * model.classes(), expected.length);
        float[] actual = logits(model.graph(), model, images, batch, height, width);
        for (int i = 0; i < batch; i++) {
            int from = i * model.classes();
            double difference = Comparison.maxDifference(Arrays.copyOfRange(expected, from, from + model.classes()),
                    Arrays.copyOfRange(actual, from, from + model.classes()));
            assertTrue(difference <= Comparison.TOLERANCE,
                    () -> "the logits differ by " + difference + " standard deviations");
        }
    }

    @Test
    void aFusedGraphMeansTheSame() throws Exception {
        Model model = ComparisonSuite.model("digits");
        float[] images = BenchLayer.random(3 * 96 * 160, 7);
        assertTrue(Comparison.maxDifference(logits(model.graph(), model, images, 1, 96, 160),
                logits(Passes.optimize(model.graph()), model, images, 1, 96, 160)) <= 1e-6);
    }

    @Test
    void aDifferenceIsMeasuredInStandardDeviations() {
        // Mean 2, standard deviation 1.
        assertEquals(0.5, Comparison.maxDifference(new float[]{1, 3, 1, 3}, new float[]{1, 3, 1.25f, 2.5f}));
        assertTrue(Double.isNaN(Comparison.maxDifference(new float[]{1, 3}, new float[]{Float.NaN, 3})));
    }

    @Test
    void roundedNumbersAreNeighbors() {
        assertArrayEquals(new float[]{Math.nextUp(1f), Math.nextDown(1f), Float.MIN_VALUE},
                Comparison.rounded(new float[]{1, 1, 0}));
    }
}
