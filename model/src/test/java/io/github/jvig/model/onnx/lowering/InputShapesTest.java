package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxModel.Dimension;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputShapesTest {
    private static OnnxModel.Port port(String name, Object... dims) {
        List<Dimension> sizes = new ArrayList<>();
        for (Object dim : dims) {
            sizes.add(dim instanceof Integer size ? new Dimension(size, "") : new Dimension(-1, (String) dim));
        }
        return new OnnxModel.Port(name, Kind.FLOAT, sizes);
    }

    private static OnnxModel model(OnnxModel.Port... inputs) {
        return new OnnxModel("net.onnx", List.of(inputs), List.of(), List.of(), Map.of(), Map.of());
    }

    private static void assertShapes(List<List<Integer>> expected, OnnxModel model, Map<String, List<Integer>> wanted) {
        assertEquals(expected, Importer.shapes(model, wanted, 224, 192));
    }

    private static void assertRefused(String message, OnnxModel model, Map<String, List<Integer>> wanted) {
        var e = assertThrows(IllegalArgumentException.class, () -> Importer.shapes(model, wanted, 224, 192));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void freeSizesOfAnImageAreTheCallers() {
        assertShapes(List.of(List.of(1, 3, 224, 192)), model(port("x", "", 3, "", "")), Map.of());
        assertShapes(List.of(List.of(1, 3, 224, 192)), model(port("x", "n", 3, "h", "w")), Map.of());
        assertShapes(List.of(List.of(2, 3, 64, 192)), model(port("x", 2, 3, 64, "w")), Map.of());
        assertShapes(List.of(List.of(1, 224, 192, 3)), model(port("x", "n", "h", "w", 3)), Map.of());
        assertShapes(List.of(List.of(1, 3, 16, 224, 192)), model(port("x", "n", 3, 16, "h", "w")), Map.of());
    }

    @Test
    void whatIsAskedForAnInputComesFirst() {
        assertShapes(List.of(List.of(4, 3, 32, 192)), model(port("x", "n", 3, "h", "w")),
                Map.of("x", List.of(4, 3, 32, -1)));
    }

    @Test
    void sizesOfOneNameAreEqual() {
        OnnxModel two = model(port("x", "n", 3, "h", "w"), port("mask", "n", "w", "h"));
        assertShapes(List.of(List.of(1, 3, 224, 192), List.of(1, 192, 224)), two, Map.of());
        assertShapes(List.of(List.of(5, 3, 224, 192), List.of(5, 192, 224)), two, Map.of("mask", List.of(5, -1, -1)));
        assertRefused("axis 2 of the input 'mask' of net.onnx is 8 but must be the 9 of axis 2 of the input 'x'", two,
                Map.of("x", List.of(1, 3, 9, 7), "mask", List.of(1, 7, 8)));
        assertRefused("axis 3 of the input 'x' of net.onnx is 192 but must be the 224 of axis 2",
                model(port("x", 1, 3, "s", "s")), Map.of());
    }

    @Test
    void errorsNameInputAndAxis() {
        assertRefused("axis 1 of the input 'x' of net.onnx is free ('c')", model(port("x", 1, "c", 8, 8)), Map.of());
        assertRefused("axis 0 of the input 'x' of net.onnx is free: give its size", model(port("x", "")), Map.of());
        assertRefused("axis 2 of the input 'x' of net.onnx is 8 in the file, not 9", model(port("x", 1, 3, 8, 8)),
                Map.of("x", List.of(1, 3, 9, 8)));
        assertRefused("has 4 axes, not 2", model(port("x", 1, 3, 8, 8)), Map.of("x", List.of(1, 3)));
        assertRefused("axis 0 of the input 'x' of net.onnx can't be 0", model(port("x", "")), Map.of("x", List.of(0)));
        assertRefused("axis 0 of the input 'x' of net.onnx has no elements", model(port("x", 0, 2)), Map.of());
        assertRefused("net.onnx has no input 'y'; its inputs are 'x'", model(port("x", 1)),
                Map.of("y", List.of(1)));
        OnnxModel unknown = model(new OnnxModel.Port("x", Kind.FLOAT, null));
        assertRefused("does not say the shape of its input 'x'", unknown, Map.of());
        assertShapes(List.of(List.of(1, 2)), unknown, Map.of("x", List.of(1, 2)));
        assertShapes(List.of(Arrays.asList(1, 2, 224, 192)), unknown, Map.of("x", List.of(-1, 2, -1, -1)));
    }
}
