package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** What of an If or a quantized operator is not known before it runs, and must be, is refused in one line. Values: {@link SpellingsTest}. */
class BranchRulesTest {
    private static OnnxNode node(String type, List<String> inputs, String output, Map<String, Object> more) {
        return new OnnxNode(output, "", type, 13, inputs, List.of(output), more);
    }

    private static OnnxModel model(List<OnnxNode> nodes) {
        return new OnnxModel("net.onnx", List.of(new Port("x", Kind.FLOAT, List.of(new Dimension(3, "")))),
                List.of(new Port("y", null, null)), nodes,
                Map.of("scale", OnnxTensor.of(List.of(), new float[]{0.5f}), "two",
                        OnnxTensor.of(List.of(1), new long[]{2})),
                Map.of());
    }

    /** An If of whether the mean is not zero. */
    private static OnnxModel branches(OnnxNode otherwise) {
        OnnxGraph yes = new OnnxGraph(List.of(), List.of("a"), List.of(node("Neg", List.of("x"), "a", Map.of())),
                Map.of());
        OnnxGraph no = new OnnxGraph(List.of(), List.of("b"), List.of(otherwise), Map.of());
        return model(List.of(node("ReduceMean", List.of("x"), "m", Map.of("keepdims", 0L)),
                node("Cast", List.of("m"), "c", Map.of("to", 9L)),
                node("If", List.of("c"), "y", Map.of("then_branch", yes, "else_branch", no))));
    }

    private static void assertRefused(String reason, OnnxModel model) {
        String message = assertThrows(OnnxException.class, () -> Importer.at(model, List.of(List.of(3)))).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("net.onnx: 1 operator can't be run: ") && message.contains(reason), message);
    }

    @Test
    void branchesOfOneShapeRun() throws OnnxException {
        ImportedGraph graph = Importer.at(branches(node("Abs", List.of("x"), "b", Map.of())), List.of(List.of(3)));
        assertEquals(List.of(3), graph.outputs().getFirst().shape());
    }

    @Test
    void branchesOfOtherShapesRunOnceTheConditionIsKnown() throws OnnxException {
        ImportedGraph graph = Importer.at(branches(node("ReduceSum", List.of("x"), "b", Map.of())),
                List.of(List.of(3)));
        assertEquals(1, graph.rest().orElseThrow().operators());
    }

    @Test
    void whatABranchCanNotRunIsNamed() {
        assertRefused("NoSuch 'b' is no operator that JViG has",
                branches(node("NoSuch", List.of("x"), "b", Map.of())));
    }

    @Test
    void aZeroPointOfNoTypeIsRefused() {
        assertRefused("QuantizeLinear 'y' has a zero point whose type is not known",
                model(List.of(node("Squeeze", List.of("two"), "zero", Map.of()),
                        node("QuantizeLinear", List.of("x", "scale", "zero"), "y", Map.of()))));
    }
}
