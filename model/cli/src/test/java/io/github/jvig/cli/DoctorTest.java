package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.StepCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} and {@code explain --check}: what a report of a wrong result needs. */
class DoctorTest {
    @Test
    void onePageWithTheChecks() {
        List<String> lines = Outcome.of("doctor").ok().lines();
        for (String beginning : List.of("jvig  ", "java  ", "java home ", "java options ", "system  ", "processor ",
                "caches ", "heap ", "kernels ", "device        cpu: ", "device        scalar: ", "cache folder ",
                "locale ")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(beginning)), () -> beginning + " in " + lines);
        }
        assertTrue(lines.size() < 50, lines::toString);
        assertTrue(lines.contains("check         20 of 20 digits are classified right"), lines::toString);
        assertTrue(
                lines.contains("kernels       " + KernelProvider.get().name() + " (" + KernelProvider.reason() + ")"),
                lines::toString);
        assertTrue(lines.getLast().matches("check +(\\d+ steps give the same as the scalar kernels|the kernels are the"
                + " scalar ones; there is nothing to compare)"), lines::toString);
    }

    @Test
    void aLineThatFailsTakesNoOtherAway(@TempDir Path folder) throws IOException {
        Outcome outcome = Launcher.shell(folder, Map.of(), List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-Djvig.vectorBits=64", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "doctor"));
        assertEquals(Main.FAILED, outcome.status(), outcome::toString);
        List<String> lines = outcome.lines();
        for (String what : List.of("kernels", "device ", "check  ")) {
            assertTrue(lines.stream().anyMatch(line -> line.matches(
                    what + " +FAILED: -Djvig.vectorBits=64 is none of 128, 256, 512")), () -> what + " in " + lines);
        }
        for (String what : List.of("heap ", "cache folder ", "locale ")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(what) && !line.contains("FAILED")),
                    () -> what + " in " + lines);
        }
    }

    @Test
    void eachStepIsCompared() {
        int steps = Outcome.of("explain", "--model", "digits", "--seconds", 0.01, "--json").ok().lines().size() - 1;
        List<String> lines = Outcome.of("explain", "--model", "digits", "--check").ok().lines();
        assertEquals(1 + steps + 1, lines.size());
        assertTrue(lines.getFirst().matches(" +step +kernel +result +error +tolerance +worst on"), lines.getFirst());
        assertTrue(lines.getLast().contains(steps + " steps compared with the scalar kernels, 0 different"),
                lines.getLast());
        Outcome.of("explain", "--model", "digits", "--check", "--json").failed(Main.USAGE, "--check");
    }

    @Test
    void aStepThatDiffersIsAFailure() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExplainCommand explain = new ExplainCommand(new Console(out, out, false));
        StepCheck right = new StepCheck("stem", "f32-a", StepCheck.Outcome.EQUAL, "random", 1e-7, 1e-4);
        StepCheck same = new StepCheck("tensor", "f32-b", StepCheck.Outcome.SAME_CODE, "", 0, 0);
        assertEquals(Main.OK, explain.check(List.of(right, same)));
        out.reset();
        assertEquals(Main.FAILED, explain.check(List.of(right, same,
                new StepCheck("head", "f32-c", StepCheck.Outcome.DIFFERENT, "denormal", Double.POSITIVE_INFINITY,
                        1e-4))));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.get(2).matches(" *1 +tensor +f32-b +same code +- +- *"), lines.get(2));
        assertTrue(lines.get(3).matches(" *2 +head +f32-c +different +Infinity +1.0e-04 +denormal"), lines.get(3));
        assertTrue(lines.get(4).startsWith("2 of 3 steps compared with the scalar kernels, 1 different"), lines.get(4));
    }
}
