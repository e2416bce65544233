package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Devices;
import io.github.jvig.model.Models;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nets of convolutions and attention: images and sizes that they refuse. */
class HybridNetsTest {
    @ParameterizedTest
    @CsvSource({"moat_tiny0, 256, 224, 'are for a map of 14x14, not 16x14'"})
    void imagesOfTheWrongSizeAreRefusedInWords(String name, int height, int width, String words) throws Exception {
        Graph graph = Models.info(name).net().build(Parameters.random(1));
        refused(words, () -> LoweredOp.of(graph, height, width));
    }

    /** Odd ones where the net takes any size. */
    @ParameterizedTest
    @CsvSource({"nextvit_small, 64, 97", "edgenext_xx_small, 35, 67", "mobilevit_xxs, 1, 1",
            "mobilevitv2_050, 64, 193", "emov2_1m, 448, 210", "emov2_1m, 33, 257"})
    void imagesOfOtherSizesAreTaken(String name, int height, int width) throws Exception {
        Graph graph = Models.info(name).net().build(Parameters.random(1));
        assertEquals(1000, LoweredOp.of(graph, height, width).getLast().spec().out().channels());
    }

    /** Maps are padded or interpolated to whole windows or patches where they must be, and cost nothing where they need not. */
    @ParameterizedTest
    @CsvSource({"mobilevit_xxs, 256, 192, ''",
            "mobilevit_xxs, 224, 256, stages.4.1:patches stages.4.1:map",
            "mobilevit_xxs, 161, 64, stages.2.1:patches stages.2.1:map stages.3.1:patches stages.3.1:map",
            "emov2_1m, 224, 448, ''", "mobilevitv2_050, 256, 192, ''", "mobilevitv2_050, 256, 224, stages.4.1:patches",
            "mobilevitv2_050, 200, 128, stages.2.1:patches stages.3.1:patches stages.4.1:patches"})
    void stepsThatInterpolate(String name, int height, int width, String steps) throws Exception {
        Graph graph = Passes.optimize(Models.info(name).net().build(Parameters.random(1)));
        try (var run = Devices.named("cpu").compile(graph, CompileOptions.of(height, width, 1))) {
            assertEquals(steps, run.steps().stream().filter(step -> step.operation().startsWith("resize"))
                    .map(PlanStep::name).collect(Collectors.joining(" ")));
        }
    }

    @Test
    void impossibleNetsAreRefused() {
        List<Integer> four = List.of(32, 32, 32, 32);
        refused("a group of blocks and a class, not 0 and 10", () -> new NextViT(0, 10));
        refused("in multiples of 4, not [8, 8, 8, 8, 8] and [8, 8, 6]",
                () -> new MobileViT(List.of(8, 8, 8, 8, 8), List.of(8, 8, 6), 2, 8, 10));
        refused("a width of NaN", () -> new MobileViTv2(Double.NaN, 10));
        refused("in multiples of its heads, not [1, 1, 1], [32, 32, 32, 32] and 4",
                () -> new EdgeNeXt(List.of(1, 1, 1), four, 4, false, 10));
        refused("channels in multiples of a query's", () -> new EmoV2(four, four, List.of(2.0, 2.0, 2.0, 2.0),
                List.of(32, 20), 10));
        refused("in multiples of 32, not [1, 1, 1, 1] and [32, 32, 32, 40]",
                () -> new Moat(List.of(1, 1, 1, 1), List.of(32, 32, 32, 40), 8, 224, 10));
        refused("multiples of 32, not 230", () -> new Moat(List.of(1, 1, 1, 1), four, 8, 230, 10));
    }

    private static void refused(String words, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }
}
