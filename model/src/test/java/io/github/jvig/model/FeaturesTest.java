package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The maps behind the stages, against the authors' activations. */
class FeaturesTest {
    private static Model model(Golden golden) throws Exception {
        return new Model(ModelInfo.of(golden.file(), golden.net(), golden.height()),
                golden.net().build(Seeded.parameters()));
    }

    @ParameterizedTest
    @CsvSource({"mobilevig_s_1x224x224, local_backbone.2 local_backbone.6 local_backbone.16 backbone.2",
            "mobilevig_ti_1x192x160, local_backbone.1 local_backbone.4 local_backbone.11 backbone.1",
            "mobilevigv2_ti_1x192x160, backbone.0.1 backbone.1.4 backbone.2.8 backbone.3.4",
            "mobilenetv2_100_1x224x224, blocks.1 blocks.2 blocks.4 blocks.6",
            "greedyvig_s_1x224x224_input29, backbone.0.3 backbone.1.4 backbone.2.8 backbone.3.4",
            "efficientformer_l1_1x224x224, stages.0 stages.1 stages.2 stages.3",
            "tiny_efficientformer_2x200x224, stages.0 stages.1 stages.2 stages.3"})
    void areTheAuthorsActivations(String file, String modules) throws Exception {
        Golden golden = Golden.read(file);
        Model model = model(golden);
        SessionOptions options = SessionOptions.builder().threads(2).size(golden.height(), golden.width()).warmUp(false)
                .build();
        try (Session session = model.compile(options.toBuilder().features(true).build());
                Session plain = model.compile(options)) {
            Features features = session.features(golden.input());
            assertArrayEquals(plain.run(golden.input()), features.logits(), "features change the logits");
            assertArrayEquals(features.logits(), session.run(golden.input()));
            assertEquals(List.of(4, 8, 16, 32), features.maps().stream().map(Features.Level::stride).toList());
            assertEquals(List.of(4, 8, 16, 32), model.strides());
            List<String> names = List.of(modules.split(" "));
            for (int i = 0; i < names.size(); i++) {
                assertMap(golden, names.get(i), features.maps().get(i));
            }
        }
    }

    private static void assertMap(Golden golden, String module, Features.Level map) {
        JsonNode expected = StreamSupport.stream(golden.json().get("activations").spliterator(), false)
                .filter(a -> a.get("name").asText().equals(module)).findFirst().orElseThrow();
        Golden.assertActivation(expected, map.channels(), map.height(), map.width(), map.values());
    }

    @Test
    void ofABatchAreThoseOfItsImages() throws Exception {
        Model model = model(Golden.read("tiny_mobilevig_1x64x64"));
        float[] two = Seeded.values("input/two", 2, 3, 64, 64);
        try (Session session = model.compile(o -> o.threads(2).warmUp(false).features(true))) {
            Features both = session.features(two);
            Features second = session.features(java.util.Arrays.copyOfRange(two, two.length / 2, two.length));
            for (int i = 0; i < 4; i++) {
                float[] values = both.maps().get(i).values();
                assertArrayEquals(second.maps().get(i).values(),
                        java.util.Arrays.copyOfRange(values, values.length / 2, values.length));
            }
        }
    }

    @Test
    void haveToBeCompiledFor() throws Exception {
        try (Session session = model(Golden.read("tiny_mobilevig_1x64x64"))
                .compile(o -> o.threads(1).warmUp(false))) {
            assertEquals(List.of(), session.featureMaps());
            assertTrue(assertThrows(IllegalStateException.class, () -> session.features(new float[3 * 64 * 64]))
                    .getMessage().contains("features(true)"));
        }
    }
}
