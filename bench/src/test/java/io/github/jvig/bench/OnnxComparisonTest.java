package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.SessionOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OnnxComparisonTest {
    @TempDir
    Path folder;

    private static Path tiny(String name) {
        return Path.of(System.getProperty("basedir", ""), "../model/src/test/resources/onnx", name + ".onnx");
    }

    /** Inputs of two kinds, a free size and three outputs, in both runtimes. */
    @Test
    void bothRuntimesRunTheSameFile() throws Exception {
        Comparison.Row row = OnnxComparison.run(tiny("pair"),
                SessionOptions.builder().threads(1).warmUp(false).input("a", 2, 3).build(), 0, 0.01, 1e-4);
        assertEquals("pair", row.model());
        assertEquals(0, row.logitsApart());
        assertTrue(row.rounds() >= 5);
        assertEquals(row.ortMs() / row.jvigMs(), row.ratio(), 1e-9);
    }

    @Test
    void theCommandTakesFilesAndNets() throws Exception {
        StringWriter said = new StringWriter();
        Path out = folder.resolve("results");
        int status = new CommandLine(new ComparisonSuite()).setOut(new PrintWriter(said, true)).execute("--model",
                tiny("colors") + ",digits", "--size", "32x48,64", "--threads", "1", "--warm-up", "0", "--seconds",
                "0.01", "--out", out.toString());
        assertEquals(0, status);
        assertEquals(List.of("colors,32,48,1,1", "colors,64,64,1,1", "digits,32,48,1,1", "digits,64,64,1,1"),
                Files.readAllLines(out.resolve("comparison.csv")).stream().skip(1)
                        .map(l -> l.replaceAll("^((?:[^,]*,){4}[^,]*),.*", "$1")).toList());
    }

    @Test
    void differencesCountInDeviations() {
        assertEquals(0.5, OnnxComparison.apart(new float[]{-1, 1}, new float[]{-1, 1.5f}), 1e-9);
        // Of equal numbers, as a share of them.
        assertEquals(0.25, OnnxComparison.apart(new float[]{2, 2}, new float[]{2, 2.5f}), 1e-9);
        assertEquals(0.5, OnnxComparison.apart(new float[]{0, 0}, new float[]{0, 0.5f}), 1e-9);
        assertTrue(Double.isNaN(OnnxComparison.apart(new float[]{1, Float.NaN}, new float[]{1, 1})));
        assertEquals(0, OnnxComparison.apart(new float[]{1, Float.NEGATIVE_INFINITY},
                new float[]{1, Float.NEGATIVE_INFINITY}));
    }
}
