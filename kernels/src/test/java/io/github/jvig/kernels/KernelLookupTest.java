package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which provider is picked: here by the wish, in JVMs of its own by how they were started. */
class KernelLookupTest {
    private static final String REMEDY = "--add-modules jdk.incubator.vector";

    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    @TempDir
    Path folder;

    @Test
    void byWish() {
        assertEquals("scalar", KernelLookup.choose("scalar").name());
        assertEquals("scalar", KernelProvider.scalar().name());
        Assumptions.assumeTrue(Widths.available());
        assertTrue(KernelLookup.choose("vector").name().matches("vector(128|256|512)"));
        assertEquals(KernelProvider.vector().name(), KernelLookup.choose("auto").name());
        assertEquals(KernelProvider.vector().name(), KernelLookup.choose("Vector").name());
        assertSame(KernelProvider.get(), KernelProvider.get());
        assertFalse(KernelProvider.reason().isEmpty() || KernelProvider.reason().contains("no vector kernels"),
                KernelProvider.reason());
    }

    @Test
    void nonsenseIsRefused() {
        var refusal = assertThrows(UnsupportedOperationException.class, () -> KernelLookup.choose("fast"));
        assertEquals("-Djvig.kernels=fast is none of auto, scalar, vector", refusal.getMessage());
    }

    @Test
    void withoutTheIncubatorModuleScalarAndOneWarning() throws Exception {
        Child child = Child.run(folder);
        assertEquals(0, child.status, child.err);
        assertEquals("scalar", child.out);
        assertEquals(1, child.warnings(), child.err);
        assertTrue(child.err.contains(REMEDY), child.err);
    }

    @Test
    void withoutTheIncubatorModuleVectorIsRefused() throws Exception {
        Child child = Child.run(folder, "-Djvig.kernels=vector");
        assertNotEquals(0, child.status);
        assertEquals("", child.out);
        assertTrue(child.err.contains("UnsupportedOperationException") && child.err.contains(REMEDY), child.err);
    }

    @Test
    void scalarOnDemandWarnsOfNothing() throws Exception {
        Child child = Child.run(folder, "-Djvig.kernels=scalar");
        assertEquals("scalar", child.out);
        assertEquals("", child.err);
    }

    @Test
    void withTheModuleVectors() throws Exception {
        Child child = Child.run(folder, MODULE, "-Djvig.vectorBits=128");
        assertEquals("vector128", child.out, child.err);
        assertEquals(0, child.warnings(), child.err);
    }

    /** Each with a remedy that names what is to be left out. */
    @ParameterizedTest
    @CsvSource({"-XX:TieredStopAtLevel=1, TieredStopAtLevel=1", "-XX:TieredStopAtLevel=2, TieredStopAtLevel=2",
            "-XX:TieredStopAtLevel=3, TieredStopAtLevel=3", "-Xint, start it without -Xint",
            "-XX:TieredStopAtLevel=0, start it without -XX:TieredStopAtLevel=0",
            "-XX:CompilationMode=quick-only, CompilationMode=quick-only",
            "-XX:+NeverActAsServerClassMachine, NeverActAsServerClassMachine", "-XX:-UseFMA, without -XX:-UseFMA"})
    void whereVectorsWouldCrawlScalarsAndOneWarning(String flag, String remedy) throws Exception {
        Child child = Child.run(folder, MODULE, flag);
        assertEquals("scalar", child.out, child.err);
        assertEquals(1, child.warnings(), child.err);
        assertTrue(child.err.contains("no vector kernels: ") && child.err.contains(remedy), child.err);
        Child wish = Child.run(folder, MODULE, flag, "-Djvig.kernels=vector");
        assertNotEquals(0, wish.status);
        assertTrue(wish.err.contains("UnsupportedOperationException: no vector kernels: ")
                && wish.err.contains(remedy), wish.err);
    }

    @Test
    void anX86WithoutAvxHasNoMultiplyAdd() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.arch").equals("amd64"));
        Child child = Child.run(folder, MODULE, "-XX:UseAVX=0");
        assertEquals("scalar", child.out, child.err);
        assertEquals(1, child.warnings(), child.err);
        assertTrue(child.err.contains("fused multiply-add") && child.err.contains("without -XX:UseAVX=0"), child.err);
    }

    /** A JVM that does not tell its flags is measured. */
    @ParameterizedTest
    @CsvSource({"-XX:TieredStopAtLevel=4, vector128", "-XX:TieredStopAtLevel=3, scalar", "-XX:-UseFMA, scalar"})
    void withoutFlagsAMeasurementTells(String flag, String kernels) throws Exception {
        Child child = Child.run(folder, "--limit-modules=java.base,java.logging,jdk.incubator.vector", MODULE, flag,
                "-Djvig.vectorBits=128");
        assertEquals(kernels, child.out, child.err);
        assertEquals(kernels.equals("scalar") ? 1 : 0, child.warnings(), child.err);
        assertEquals(kernels.equals("scalar"), child.err.contains("a measurement found vectors slower"), child.err);
    }

    /** The flags leave it open here, so that it is measured: no vector operation is compiled. */
    @Test
    void vectorsThatAreNotCompiledAreMeasured() throws Exception {
        Child child = Child.run(folder, MODULE, "-XX:+UnlockExperimentalVMOptions", "-XX:-EnableVectorSupport");
        assertEquals("scalar", child.out, child.err);
        assertTrue(child.err.contains("a measurement found vectors slower"), child.err);
    }

    /** Options that no flag of C2 shows: thresholds that are not reached. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:CompileThresholdScaling=10000", "-XX:CompileCommand=quiet"})
    void optionsThatHoldTheCompilerBackAreMeasured(String option) throws Exception {
        Child child = Child.run(folder, MODULE, option);
        boolean isHeldBack = !option.endsWith("quiet");
        assertEquals(isHeldBack, child.out.startsWith("scalar"), child.out + child.err);
        assertEquals(isHeldBack, child.err.contains("hold the compiler back"), child.err);
    }

    /** A width that is asked for and can't be had is refused, with and without the module, whatever else is missing. */
    @Test
    void anImpossibleWidthIsRefused() throws Exception {
        for (String wish : List.of("64", "wide")) {
            for (List<String> flags : List.of(List.of(MODULE), List.of(MODULE, "-Xint"),
                    List.of("-Dfile.encoding=UTF-8"))) {
                List<String> all = new ArrayList<>(flags);
                all.add("-Djvig.vectorBits=" + wish);
                Child child = Child.run(folder, all.toArray(String[]::new));
                assertNotEquals(0, child.status, child.err);
                assertEquals("", child.out);
                assertTrue(child.err.contains("-Djvig.vectorBits=" + wish + " is none of 128, 256, 512"), child.err);
            }
        }
        Child wide = Child.run(folder, MODULE, "-XX:MaxVectorSize=16", "-Djvig.vectorBits=256");
        assertEquals("", wide.out);
        assertTrue(wide.err.contains("-Djvig.vectorBits=256 is wider than this machine's vectors of 128 bits"),
                wide.err);
    }

    /** A JVM that asks for the provider twice and prints its name. */
    private record Child(int status, String out, String err) {
        static Child run(Path folder, String... flags) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(flags));
            command.add("-cp");
            command.add(place(KernelProvider.class) + File.pathSeparator + place(Probe.class));
            command.add(Probe.class.getName());
            Path out = folder.resolve("out");
            Path err = folder.resolve("err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            // The caller's options must not add the module that these tests take away.
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            int status = builder.start().waitFor();
            return new Child(status, read(out), read(err));
        }

        private static String place(Class<?> type) {
            return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getPath();
        }

        private static String read(Path file) throws IOException {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        }

        long warnings() {
            try (Stream<String> lines = err.lines()) {
                return lines.filter(line -> line.contains("WARNING") && !line.contains("incubator modules"))
                        .count();
            }
        }
    }

    static final class Probe {
        private Probe() {
        }

        public static void main(String[] args) {
            KernelProvider.get();
            System.out.println(KernelProvider.get().name());
        }
    }
}
