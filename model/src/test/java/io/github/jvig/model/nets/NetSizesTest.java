package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.graph.Graph;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the descriptions of nets refuse, and the maps that they give behind their stages. */
class NetSizesTest {
    private static final Parameters ZEROS = new Parameters() {
        @Override
        public float[] floats(String name, int... shape) {
            return new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        }

        @Override
        public String source() {
            return "zeros";
        }
    };

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void sizesThatDoNotExistAreRefused() {
        refused("not 1, 44, 32 and 1000", () -> new NASNet(1, 44, 32, true, true, 1000));
        refused("not 7, 44, 32 and 1000", () -> new NASNet(7, 44, 32, true, true, 1000));
        refused("not 4, 42, 32 and 1000", () -> new NASNet(4, 42, 32, true, true, 1000));
        refused("not 4, 44, 0 and 1000", () -> new NASNet(4, 44, 0, true, true, 1000));
        refused("needs a class, not 0", () -> new SkipblockNet(0));
        refused("in the last 4 blocks", () -> new VCMamba(List.of(1, 3), List.of(8, 8), 10));
        refused("not 10, [4] and [8, 8]", () -> new VCMamba(List.of(4), List.of(8, 8), 10));
        refused("parts of 8 of 24", () -> new CARETransformer.Stage(1, 8, 24, 1, 2, 2));
        refused("heads of 3", () -> new CARETransformer.Stage(1, 8, 32, 3, 2, 2));
        List<CARETransformer.Stage> stages = List.of(new CARETransformer.Stage(1, 8, 32, 1, 2, 2));
        refused("its 65 features", () -> new CARETransformer(stages, 65, 10));
        refused("not 0 and", () -> new CARETransformer(stages, 64, 0));
    }

    @Test
    void featuresLieBehindTheStages() throws Exception {
        for (Net net : List.of(NASNet.mobile(), SkipblockNet.m(), VCMamba.s(), CARETransformer.s0())) {
            Graph graph = net.build(ZEROS);
            assertEquals(List.of(4, 8, 16, 32), graph.features().stream().map(graph::stride).toList(), net.toString());
        }
    }
}
