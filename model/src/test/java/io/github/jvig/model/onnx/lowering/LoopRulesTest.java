package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxGraph;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxModel.Dimension;
import io.github.jvig.model.onnx.file.OnnxModel.Port;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Loops whose steps are known only once the net runs, and loops without end, which are refused in one line. What others give is tested with {@link SpellingsTest}. */
class LoopRulesTest {
    private static OnnxNode node(String type, List<String> inputs, List<String> outputs, Map<String, Object> more) {
        return new OnnxNode(outputs.getFirst(), "", type, 13, inputs, outputs, more);
    }

    /** A loop whose body adds x to what it carries, and goes on as long as {@code on} says. */
    private static OnnxModel loop(String steps, String on) {
        OnnxGraph body = new OnnxGraph(List.of("i", "c", "v"), List.of(on, "next"),
                List.of(node("Add", List.of("v", "x"), List.of("next"), Map.of()),
                        node("Cast", List.of("x"), List.of("computed"), Map.of("to", 9L))),
                Map.of());
        return new OnnxModel("net.onnx", List.of(port("x", Kind.FLOAT), port("n", Kind.INTEGER)),
                List.of(new Port("y", Kind.FLOAT, null)),
                List.of(node("Loop", List.of(steps, "yes", "x"), List.of("y"), Map.of("body", body))),
                Map.of("yes", new OnnxTensor(Kind.BOOLEAN, List.of(), null, new long[]{1}), "most",
                        OnnxTensor.of(List.of(), new long[]{Long.MAX_VALUE}), "three",
                        OnnxTensor.of(List.of(), new long[]{3})),
                Map.of());
    }

    private static Port port(String name, Kind kind) {
        return new Port(name, kind, List.of(new Dimension(1, "")));
    }

    private static void assertRefused(String reason, OnnxModel model) {
        String message = assertThrows(OnnxException.class, () -> Importer.at(model, List.of(List.of(1), List.of(1))))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("net.onnx: 1 operator can't be run: Loop 'y' ") && message.contains(reason),
                message);
    }

    @Test
    void stepsThatAreNotKnownAreTakenWhenTheNetRuns() throws OnnxException {
        assertEquals(1, Importer.at(loop("three", "c"), List.of(List.of(1), List.of(1))).outputs().size());
        assertEquals(5 * 1.5f, later(loop("n", "c"), 1.5f, 4));
        // x is the condition: not zero, so that all three steps are taken, or zero, so that it ends with the first.
        assertEquals(4 * 1.5f, later(loop("three", "computed"), 1.5f, 9));
        assertEquals(0, later(loop("three", "computed"), 0, 9));
    }

    private static float later(OnnxModel model, float x, float n) throws OnnxException {
        ImportedGraph graph = Importer.at(model, List.of(List.of(1), List.of(1)));
        Remainder rest = graph.rest().orElseThrow();
        float[][] values = graph.outputs().stream().map(port -> new float[]{port.name().equals("x") ? x : n})
                .toArray(float[][]::new);
        try (GraphRunner runner = NodeCase.runner(model)) {
            return rest.run(runner, values).getFirst().asFloats()[0];
        }
    }

    @Test
    void aLoopWithoutEndIsRefused() {
        assertRefused("too many steps", loop("most", "c"));
    }
}
