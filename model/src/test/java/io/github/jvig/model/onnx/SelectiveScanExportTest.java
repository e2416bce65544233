package io.github.jvig.model.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.SelectiveScanOp;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectiveScanExportTest {
    @Test
    void onnxHasNoSuchNode() {
        Node input = new Node("input", new InputOp(3), List.of());
        Node ways = new Node("ways", new ConcatOp(2), List.of(input, input));
        Node scan = new Node("scan", new SelectiveScanOp(3, 2, 1, 4, new float[6 + 3 + 10], new float[3]),
                List.of(input, input, ways));
        Graph graph = new Graph(List.of(new Node("pool", new GlobalAveragePoolOp(), List.of(scan))));
        String message = assertThrows(UnsupportedOperationException.class, () -> OnnxExport.model(graph, 4, 4))
                .getMessage();
        assertTrue(message.contains("scan: a selective scan, which ONNX has but as one node for each step"), message);
    }
}
