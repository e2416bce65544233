package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The logits of each family's net against what timm's or its authors' code gives in float64. Runs once for every vector width. */
@Tag("every-width")
class FamilyGoldenTest {
    static Stream<String> files() throws IOException {
        return FamilyGoldens.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void logitsAreTheAuthorsForAnyNumberOfThreads(String file) throws Exception {
        Golden golden = Golden.read(file);
        GoldenTest.checkGenerator(golden);
        Graph graph = Passes.optimize(golden.net().build(Seeded.parameters()));
        float[] first = null;
        for (int threads : new int[]{1, 2, 4}) {
            float[] logits = FamilyGoldens.run(golden, graph, "cpu", threads).values()[0];
            FamilyGoldens.assertLogits(golden, logits);
            if (first == null) {
                first = logits;
            }
            assertArrayEquals(first, logits, threads + " threads give other bits");
        }
    }
}
