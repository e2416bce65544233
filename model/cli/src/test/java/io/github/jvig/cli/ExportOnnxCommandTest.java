package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportOnnxCommandTest {
    @TempDir
    Path folder;

    @Test
    void writesTheBuiltInNetAtItsOwnSize() throws Exception {
        Path out = folder.resolve("digits.onnx");
        List<String> lines = Outcome.of("export-onnx", "--model", "digits", out).ok().lines();
        assertEquals(List.of(out + ": input [batch, 3, 64, 64], logits [batch, 10], " + Files.size(out) + " bytes"),
                lines);
        assertEquals(64, side(out, 2));
    }

    private static long side(Path file, int axis) throws Exception {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInput(0).getType().getTensorType()
                .getShape().getDim(axis).getDimValue();
    }

    @Test
    void theFileFixesTheSizeAskedFor() throws Exception {
        Path out = folder.resolve("digits.onnx");
        Outcome.of("export-onnx", "--model", "digits", "--size", "96x160", out).ok();
        assertEquals(96, side(out, 2));
        assertEquals(160, side(out, 3));
    }

    @Test
    void badArgumentsAreNamedInOneLineAndLeaveNothing() {
        Path out = folder.resolve("out.onnx");
        Outcome.of("export-onnx", "--model", "mobilevig_ti", out).failed(Main.USAGE, "--weights");
        Outcome.of("export-onnx", "--model", "digits", folder.resolve("out.bin")).failed(Main.USAGE,
                "must end in .onnx");
        Outcome.of("export-onnx", "--model", "digits").failed(Main.USAGE, "OUT.onnx");
        Outcome.of("export-onnx", "--model", "digits", "--size", 0, out).failed(Main.USAGE, "--size");
        Outcome.of("export-onnx", "--model", "digits", folder.resolve("none").resolve("out.onnx")).failed(Main.FAILED,
                "there is no folder");
        Outcome.of("export-onnx", "--model", "digits", "--weights", folder.resolve("none.pth"), out)
                .failed(Main.FAILED, "none.pth", "no such file");
        assertFalse(Files.exists(out));
    }

    @Test
    void helps() {
        assertTrue(Outcome.of("export-onnx", "--help").ok().out().startsWith("Usage: jvig export-onnx"));
    }
}
