package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.jvig.model.cpu.CpuDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spellings of exporters that the ONNX project's own tests don't have, as {@code spellings.py} packs them: they give what ONNX Runtime does. */
class SpellingsTest {
    private static final CpuDevice DEVICE = NodeCase.device();

    @TempDir
    static Path folder;

    static List<NodeCase> cases() throws IOException {
        return NodeCase.all("spellings.gz");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatOnnxRuntimeGives(NodeCase test) throws IOException {
        assertNull(test.run(DEVICE, folder));
    }
}
