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

class ComparisonTest {
    @TempDir
    Path folder;

    /** Checks that a comparison runs and that its figures are consistent. No figure is checked against an expected time. */
    @Test
    void figuresOfARowFitEachOther() throws Exception {
        Comparison.Row row = Comparison.run(ComparisonSuite.model("digits"),
                SessionOptions.builder().threads(1).size(64, 32).warmUp(false).build(), 2, 0, 0.01);
        assertEquals("digits 64x32 2 1", row.model() + " " + row.height() + "x" + row.width() + " " + row.batch()
                + " " + row.threads());
        assertTrue(row.rounds() >= 5);
        assertEquals(row.ortMs() / row.jvigMs(), row.ratio(), 1e-9);
        assertTrue(row.ratioQ1() <= row.ratioQ3());
        assertEquals(2000 / row.jvigMs(), row.imagesPerS(), 1e-6);
        assertEquals(row.jvigGflops() / row.peakGflops(), row.jvigShare(), 1e-9);
        assertEquals(row.jvigShare() / row.ratio(), row.ortShare(), 1e-9);
    }

    @Test
    void theCommandWritesARowForEachSetting() throws Exception {
        StringWriter said = new StringWriter();
        int status = new CommandLine(new ComparisonSuite()).setOut(new PrintWriter(said, true)).execute("--model",
                "digits", "--size", "64,32x64", "--batch",
                "1,2", "--threads", "1", "--warm-up", "0", "--seconds", "0.01", "--out",
                folder.resolve("results").toString());
        assertEquals(0, status);
        assertEquals(5, said.toString().lines().count(), said::toString);
        List<String> csv = Files.readAllLines(folder.resolve("results").resolve("comparison.csv"));
        assertTrue(csv.getFirst().startsWith("model,height,width,batch,threads,rounds,jvig_ms,ort_ms,ratio,"),
                csv.getFirst());
        assertEquals(List.of("digits,64,64,1,1", "digits,64,64,2,1", "digits,32,64,1,1", "digits,32,64,2,1"),
                csv.stream().skip(1).map(l -> l.replaceAll("^((?:[^,]*,){4}[^,]*),.*", "$1")).toList());
        assertTrue(Files.readString(folder.resolve("results").resolve("comparison.json"))
                .contains("\"model\" : \"digits\""));
    }
}
