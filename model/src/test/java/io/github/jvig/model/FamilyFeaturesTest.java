package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each family's net with nothing fused, its features, and the scalar kernels, against what timm's or its authors' code gives in float64. */
class FamilyFeaturesTest {
    static Stream<String> files() throws IOException {
        return FamilyGoldens.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void featuresAndLogitsOfTheScalarKernelsAreTheAuthors(String file) throws Exception {
        Golden golden = Golden.read(file);
        Graph graph = golden.net().build(Seeded.parameters());
        FamilyGoldens.assertLogits(golden,
                FamilyGoldens.run(golden, Passes.optimize(graph), "scalar", 2).values()[0]);
        FamilyGoldens.Results results = FamilyGoldens.run(golden, graph.withFeatures(), "cpu", 2);
        FamilyGoldens.assertLogits(golden, results.values()[0]);
        List<Integer> strides = graph.features().stream().map(graph::stride).toList();
        for (JsonNode activation : golden.json().get("activations")) {
            int stride = Integer.parseInt(activation.get("name").asText().substring("features.".length()));
            int i = 1 + strides.indexOf(stride);
            assertTrue(i > 0, "no feature of stride " + stride + " among " + strides);
            MapLayout map = results.maps()[i];
            Golden.assertActivation(activation, map.channels(), map.height(), map.width(), results.values()[i]);
        }
    }
}
