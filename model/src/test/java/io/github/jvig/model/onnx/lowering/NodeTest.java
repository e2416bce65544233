package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.cpu.CpuDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ONNX project's own tests of operators. Those of {@code node_tests.txt} pass, the others are refused, none gives a wrong result.
 * {@link NodeTable} writes that list, and the table in {@code ONNX.md}.
 */
class NodeTest {
    private static final CpuDevice DEVICE = NodeCase.device();
    private static Set<String> passing;

    @TempDir
    static Path folder;

    static Stream<NodeCase> cases() throws IOException {
        try (InputStream list = NodeTest.class.getResourceAsStream("node_tests.txt")) {
            passing = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().collect(Collectors.toSet());
        }
        return NodeCase.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatOnnxExpectsOrIsRefused(NodeCase test) throws IOException {
        String refused = test.run(DEVICE, folder);
        assertEquals(passing.contains(test.name()), refused == null, () -> test.name() + ": "
                + (refused == null ? "passes now; write the list anew" : refused));
    }
}
