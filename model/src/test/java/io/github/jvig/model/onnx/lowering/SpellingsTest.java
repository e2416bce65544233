package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.onnx.file.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Spellings of exporters that the ONNX project's own tests don't have, as {@code spellings.py} packs them: they give what ONNX Runtime does. */
class SpellingsTest {
    private static final CpuDevice DEVICE = NodeCase.device();

    @TempDir
    static Path folder;

    static List<NodeCase> cases() throws IOException {
        return NodeCase.all("spellings.gz");
    }

    /** A window keeps the taps that meet the map: of 3x3 ones, the middle row, the middle pixel, and all. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[9, 2, 9, 2] [9, 2] [1, 1] | 1x3s1p0,2,0,2d1,2",
            "[9, 8, 9, 8] [9, 8] [1, 1] | 1x1s1p0", "[9, 4, 5, 4] [9, 4] [1, 1] | 2x3s1p0,4,5,4d9,4",
            "[30, 1, 0, 1] [3, 1] [20, 1] | 1x3s20,1p24,1,0,1"})
    void tapsBesideTheMapAreDropped(String attributes, String window) throws IOException {
        NodeCase test = cases().stream().filter(c -> c.name().endsWith("map " + attributes)).findFirst().orElseThrow();
        Path file = folder.resolve("taps.onnx");
        Files.write(file, test.model());
        Graph graph = Importer.at(OnnxReader.read(file), List.of(List.of(1, 4, 6, 5))).graph();
        assertEquals(List.of(window), graph.nodes().stream().filter(node -> node.op() instanceof ConvOp)
                .map(node -> ((ConvOp) node.op()).window().toString()).toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatOnnxRuntimeGives(NodeCase test) throws IOException {
        assertNull(test.run(DEVICE, folder));
    }
}
