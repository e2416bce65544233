package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.GraphBuilder;
import io.github.jvig.model.nets.MobileViG;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which kernels a plan gets, by the tables and by timing. */
class KernelChoiceTest {
    private static final MobileViG TINY = MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96)
            .withClasses(10);

    /** This JVM's kernels on a machine with a second-level cache of 1 MiB, wherever the test runs. */
    private static final Device CPU = new CpuDevice("cpu", new KernelProvider() {
        private final KernelProvider real = KernelProvider.get();

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public KernelTable<Kernel> table() {
            Machine machine = real.table().machine();
            Caches caches = new Caches(32 << 10, 1 << 20, 32 << 20);
            return new KernelTable<>(name(),
                    new Machine(machine.isa(), machine.registers(), caches),
                    real.table().rows());
        }

        @Override
        public double measurePeakGflops() {
            return real.measurePeakGflops();
        }
    });

    private static List<PlanStep> steps(Graph graph, int size, int threads) {
        try (Executable executable = CPU.compile(graph, CompileOptions.of(size, size, threads))) {
            return executable.steps();
        }
    }

    /** For the tiles that a machine of so many bits takes; on four threads, which make chains share too much. */
    @Test
    @Tag("every-width")
    void everyLayerOfTiHasTheKernelThatItShould() {
        String provider = KernelProvider.get().name();
        assumeTrue(provider.startsWith("vector"), "there are no vectors");
        boolean manyRegisters = provider.equals("vector512") || System.getProperty("os.arch").equals("aarch64");
        String tile = manyRegisters ? "7x3" : "6x2";
        List<PlanStep> steps = steps(Passes.optimize(Models.random("mobilevig_ti").graph()), 224, 4);
        assertEquals(50, steps.size());
        for (PlanStep step : steps) {
            String operation = step.operation();
            String expected = operation.startsWith("pointwise 1x1")
                    ? "f32-pointwise-1x4-"
                    : operation.startsWith("pointwise")
                            ? "f32-pointwise-" + (manyRegisters && ofFourVectors(step) ? "5x4" : tile) + "-"
                            : operation.startsWith("conv2d")
                                    ? "f32-conv2d-" + (byWinograd(step) ? "winograd-" : "") + tile + "-"
                                    : operation.startsWith("depthwise")
                                            ? "f32-depthwise-3x3s1-1x"
                                                    + depthwiseTile(step.out().width(), manyRegisters) + "-"
                                            : operation.startsWith("max-relative")
                                                    ? "f32-max-relative-1x4-"
                                                    : "f32-global-average-pool-1x4-";
            assertEquals(expected + provider, step.kernel(), step.name());
            assertFalse(step.choice().isEmpty(), step.name());
        }
    }

    /** Outputs of a tile for rows of 7, 14, 28 and 56. */
    private static int depthwiseTile(int width, boolean manyRegisters) {
        if (manyRegisters) {
            return Math.min(width, 14);
        }
        return width == 56 ? 8 : 7;
    }

    /** Where there are channels and tiles enough; whether its weights are near enough with 84 inputs depends on the caches. */
    private static boolean byWinograd(PlanStep step) {
        String operation = step.operation();
        return operation.contains("x21->") || operation.contains("x42->")
                || operation.contains("x84->") && step.kernel().contains("winograd");
    }

    /** Whether the channels of a result are a multiple of four vectors. */
    private static boolean ofFourVectors(PlanStep step) {
        int lanes = Integer.parseInt(KernelProvider.get().name().substring("vector".length())) / Float.SIZE;
        return (step.out().channels() + lanes - 1) / lanes % 4 == 0;
    }

    @Test
    void blocksWhoseHiddenMapIsLargeRunAsChains() {
        List<PlanStep> steps = steps(Passes.optimize(Models.random("mobilevig_ti").graph()), 224, 1);
        assumeTrue(KernelProvider.get().name().startsWith("vector"), "the scalar kernels make no chains");
        List<String> chains = steps.stream().filter(s -> s.kernel().startsWith("chain")).map(PlanStep::name).toList();
        assertEquals(List.of("local_backbone.0", "local_backbone.1"), chains.subList(0, 2));
        PlanStep chain = steps.stream().filter(s -> s.name().equals("local_backbone.0")).findFirst().orElseThrow();
        assertTrue(chain.choice().contains("2.2 MB"), chain.choice());
        assertEquals(42 * 168 * 2 + 9 * 168 + 168 * 2 + 42, chain.parameters());
    }

    @Test
    @Tag("every-width")
    void chainsAndSingleKernelsGiveTheSameBits() throws Exception {
        Graph fused = Passes.optimize(MobileViG.ti().build(Seeded.parameters()));
        // A value that is an output keeps those around it from being a chain.
        Graph unfused = fused.withOutputs(fused.nodes().stream().map(Node::name)
                .filter(name -> fused.outputs().stream().noneMatch(o -> o.name().equals(name))).toList());
        float[] image = Seeded.values("input", 1, 3, 224, 224);
        float[][] expected = new float[unfused.outputs().size()][];
        float[][] actual = {new float[1000]};
        try (Executable separate = CPU.compile(unfused, CompileOptions.of(224, 224, 1));
                Executable chained = CPU.compile(fused, CompileOptions.of(224, 224, 1))) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] = new float[separate.outputs().get(i).pixels() * separate.outputs().get(i).channels()];
            }
            separate.run(image, 1, expected);
            chained.run(image, 1, actual);
            assertTrue(separate.steps().stream().noneMatch(s -> s.kernel().startsWith("chain")));
            assertEquals(KernelProvider.get().name().startsWith("vector"),
                    chained.steps().stream().anyMatch(s -> s.kernel().startsWith("chain")));
        }
        assertArrayEquals(expected[0], actual[0]);
    }

    @Test
    void whatIsTimedIsKeptAndTakenNextTime(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("new").resolve("tuning.tsv");
        Graph graph = Passes.optimize(TINY.build(Seeded.parameters()));
        CompileOptions options = new CompileOptions(8, 8, 2, Optional.of(file));
        float[] image = Seeded.values("input", 1, 3, 8, 8);
        float[][] tuned = {new float[10]};
        List<String> kernels;
        try (Executable executable = CPU.compile(graph, options)) {
            executable.run(image, 1, tuned);
            kernels = executable.steps().stream().map(PlanStep::kernel).toList();
            assertTrue(executable.steps().stream().anyMatch(s -> s.choice().contains(" us")), "nothing was timed");
        }
        String written = Files.readString(file);
        assertTrue(
                written.startsWith("# jvig tuning")
                        && written.contains(KernelProvider.get().name()
                                + "\t2\tdepthwise 3x3s1p1 2x2x64+gelu, pointwise 2x2x64->16+residual"),
                written);
        try (Executable executable = CPU.compile(graph, options)) {
            assertEquals(kernels, executable.steps().stream().map(PlanStep::kernel).toList());
            assertTrue(executable.steps().stream().noneMatch(s -> s.choice().contains(" us")),
                    "something was timed again");
        }
        assertEquals(written, Files.readString(file));
        float[][] untuned = {new float[10]};
        try (Executable executable = CPU.compile(graph, CompileOptions.of(8, 8, 2))) {
            executable.run(image, 1, untuned);
        }
        assertArrayEquals(untuned[0], tuned[0]);
    }

    @Test
    void aTuningFileThatIsNoneIsLeftAsItIsAndFailsNothing(@TempDir Path folder) throws Exception {
        Graph graph = Passes.optimize(TINY.build(Seeded.parameters()));
        Path file = Files.writeString(folder.resolve("other.txt"), "hello\n");
        CompileOptions options = new CompileOptions(8, 8, 1, Optional.of(file));
        try (Executable executable = CPU.compile(graph, options)) {
            assertTrue(executable.steps().stream().anyMatch(s -> s.choice().contains(" us")), "nothing was timed");
        }
        assertEquals("hello\n", Files.readString(file));
    }

    /** A net whose blocks add nothing is timed in short blocks, not as a single chain of all that it is. */
    @Test
    void whatIsTimedIsAFewOperationsAtATime(@TempDir Path folder) throws Exception {
        GraphBuilder net = new GraphBuilder(Seeded.parameters());
        Node x = net.input(16);
        for (int i = 0; i < 5; i++) {
            x = net.depthwise("dw" + i, x, Window.same(3));
            x = net.pointwise("pw" + i, x, 16);
        }
        Graph graph = Passes.optimize(new Graph(List.of(x)));
        Path file = folder.resolve("tuning.tsv");
        try (Executable executable = CPU.compile(graph, new CompileOptions(16, 16, 1, Optional.of(file)))) {
            assertTrue(executable.steps().size() >= 3);
            List<String> timed = Files.readAllLines(file).stream().skip(1).map(line -> line.split("\t")[5]).toList();
            assumeTrue(KernelProvider.get().name().startsWith("vector"), "the scalar kernels make no chains");
            int longest = timed.stream().mapToInt(operations -> operations.split(", ").length).max().orElse(0);
            assertEquals(4, longest, timed.toString());
        }
    }
}
