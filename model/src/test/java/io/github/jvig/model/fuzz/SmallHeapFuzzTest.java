package io.github.jvig.model.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged pictures and ONNX files in a JVM with a heap of 64 MB: read, or refused in one line; no Error leaves a call. */
class SmallHeapFuzzTest {
    private static final long INPUTS = 150;
    /** For all inputs of one format; on a slow machine fewer are tried. */
    private static final long NANOS = 2_000_000_000L;
    private static final long SEED = 64;

    @Test
    void smallHeapsAreEnoughOrTheReasonIsSaid() throws Exception {
        List<String> wanted = FuzzMain.formats().stream().map(format -> format.name() + " as it should be").toList();
        assertEquals(wanted, ChildJvm.print(List.of("-Xmx64m"), System.getProperty("java.class.path"),
                SmallHeapFuzzTest.class).lines().toList());
    }

    /** Prints a line for each format. */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        for (FuzzFormat format : FuzzMain.formats()) {
            String outcome;
            try {
                FuzzRun.run(format, SEED, INPUTS, NANOS);
                outcome = "as it should be";
            } catch (Throwable e) {
                outcome = String.valueOf(e).lines().findFirst().orElse("");
            }
            out.println(format.name() + " " + outcome);
        }
    }
}
