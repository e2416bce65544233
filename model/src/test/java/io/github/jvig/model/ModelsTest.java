package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.MobileViGv2;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
    private static final MobileViG TINY = MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96)
            .withClasses(10);

    /** Every tensor that the net asks for, with what another checkpoint would hold. */
    private static Map<String, Weights.Tensor> tensors(Net net) throws Exception {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        net.build(new io.github.jvig.model.nets.Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                tensors.put(name, new Weights.Tensor(shape, Seeded.values(name, shape)));
                return tensors.get(name).data();
            }

            @Override
            public String source() {
                return "test";
            }
        });
        return tensors;
    }

    private static String refused(Map<String, Weights.Tensor> tensors) {
        String message = assertThrows(WeightsException.class,
                () -> Models.of(ModelInfo.of("tiny", TINY, 64), new Weights("some.pth", tensors))).getMessage();
        assertTrue(message.startsWith("some.pth: ") && !message.contains("\n"), message);
        return message;
    }

    @Test
    void aCheckpointFitsExactly() throws Exception {
        assertEquals(10, Models.of(ModelInfo.of("tiny", TINY, 64), new Weights("some.pth", tensors(TINY))).classes());
    }

    @Test
    void theNumberOfClassesAndOfHeadsIsTheCheckpoints() throws Exception {
        Map<String, Weights.Tensor> tensors = tensors(TINY.withClasses(7));
        tensors.keySet().removeIf(name -> name.startsWith("dist_head"));
        Model model = Models.of(ModelInfo.of("tiny", TINY, 64), new Weights("some.pth", tensors));
        assertEquals(7, model.classes());
        try (Session session = model.compile(o -> o.threads(1).warmUp(false))) {
            assertEquals(7, session.run(new float[3 * 64 * 64]).length);
        }
    }

    @Test
    void aCheckpointMayHoldItsPositionalEncodingsFolded() throws Exception {
        MobileViGv2 net = new MobileViGv2(List.of(1, 1), List.of(0, 1), List.of(16, 32), List.of(8, 2), 24, 5, true,
                false);
        Map<String, Weights.Tensor> tensors = tensors(net);
        Map<String, Weights.Tensor> folded = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            float[] values = tensor.data().clone();
            if (name.endsWith(".cpe.pe.weight")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] += i % 49 == 24 ? 1 : 0;
                }
            }
            folded.put(name.replace(".cpe.pe.", ".cpe.reparam_conv."), new Weights.Tensor(tensor.shape(), values));
        });
        ModelInfo info = ModelInfo.of("tiny v2", net, 64);
        SessionOptions options = SessionOptions.builder().threads(1).warmUp(false).build();
        try (Session apart = Models.of(info, new Weights("apart.pth", tensors)).compile(options);
                Session whole = Models.of(info, new Weights("whole.pth", folded)).compile(options)) {
            float[] image = Seeded.values("input/v2", 1, 3, 64, 64);
            assertArrayEquals(apart.run(image), whole.run(image));
            assertEquals(apart.steps().size(), whole.steps().size());
        }
    }

    @Test
    void aMissingTensorIsNamed() throws Exception {
        for (String name : List.of("head.weight", "stem.stem.4.running_var", "local_backbone.2.layer_scale_2",
                "dist_head.bias")) {
            Map<String, Weights.Tensor> tensors = tensors(TINY);
            tensors.remove(name);
            assertTrue(refused(tensors).contains("'" + name + "' is missing"));
        }
    }

    @Test
    void anExtraTensorIsNamed() throws Exception {
        Map<String, Weights.Tensor> tensors = tensors(TINY);
        tensors.put("local_backbone.9.extra", new Weights.Tensor(new int[]{1}, new float[1]));
        assertTrue(refused(tensors).contains("'local_backbone.9.extra' has no place"));
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws Exception {
        Map<String, Weights.Tensor> tensors = tensors(TINY);
        tensors.put("stem.stem.0.weight", new Weights.Tensor(new int[]{8, 3, 9}, new float[8 * 27]));
        String message = refused(tensors);
        assertTrue(
                message.contains("'stem.stem.0.weight'") && message.contains("[8, 3, 9]")
                        && message.contains("[8, 3, 3, 3]"),
                message);
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity"})
    void aValueThatIsNotFiniteIsNamed(float value) throws Exception {
        Map<String, Weights.Tensor> tensors = tensors(TINY);
        tensors.get("backbone.1.0.fc1.0.weight").data()[17] = value;
        assertTrue(refused(tensors).contains("'backbone.1.0.fc1.0.weight' holds " + value + " at element 17"));
    }

    @Test
    void aNegativeVarianceIsNamed() throws Exception {
        Map<String, Weights.Tensor> tensors = tensors(TINY);
        tensors.get("stem.stem.1.running_var").data()[3] = -1;
        assertTrue(refused(tensors).contains("'stem.stem.1.running_var' holds a negative variance"));
    }

    @ParameterizedTest
    @CsvSource({"mobilevig_t,mobilevig_ti", "mobilvig_s,mobilevig_s", "digit,digits", "MobileViG_B,mobilevig_b"})
    void theNearestNameIsSuggested(String name, String nearest) {
        String message = assertThrows(IllegalArgumentException.class, () -> Models.info(name)).getMessage();
        assertEquals("there is no model '" + name + "'; did you mean '" + nearest + "'?", message);
    }

    /** Parameters and multiply-accumulates, in millions, as the paper's authors' code counts them at 224. */
    @ParameterizedTest
    @CsvSource({"mobilevig_ti,5.271,4.758,662", "mobilevig_s,7.277,6.764,984", "mobilevig_m,14.076,13.307,1493",
            "mobilevig_b,26.869,26.100,2793"})
    void sizesAreThePapers(String name, double parameters, double folded, double macs) throws Exception {
        Map<String, Weights.Tensor> tensors = tensors((MobileViG) Models.info(name).net());
        long learned = tensors.entrySet().stream().filter(e -> !e.getKey().contains("running_"))
                .mapToLong(e -> e.getValue().data().length).sum();
        assertEquals(parameters, learned / 1e6, 0.0006);
        Model model = Models.random(name);
        long withoutDistillation = learned - 513L * 1000;
        if (name.equals("mobilevig_m") || name.equals("mobilevig_b")) {
            withoutDistillation = learned - 769L * 1000;
        }
        assertEquals(folded, withoutDistillation / 1e6, 0.0006);
        Graph optimized = Passes.optimize(model.graph());
        assertTrue(optimized.parameters() < withoutDistillation);
        assertEquals(1, optimized.nodes().stream().map(Node::name).filter("logits"::equals).count());
        try (Session session = model.compile(o -> o.threads(1).warmUp(false).device("scalar"))) {
            assertEquals(macs, session.macs() / 1e6, 1.5);
        }
    }
}
