package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.GraphBuilder;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans whose activations have a bound: they keep it, give the bits of the usual plan, and are refused where there can be none. */
class MemoryBoundTest {
    private static final Device CPU = new CpuDevice("cpu", KernelProvider.get());

    private static Executable compile(Device device, Graph graph, int size, int threads, OptionalLong bound) {
        return device.compile(graph, new CompileOptions(size, size, threads, Optional.empty(), bound));
    }

    /** The smallest bound, as the refusal names it. */
    private static long smallest(Device device, Graph graph, int size, int threads) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> compile(device, graph, size, threads, OptionalLong.of(1))).getMessage();
        Matcher matcher = Pattern.compile("an input of (\\d+)x\\1 can't be run: its activations take at least (\\d+) "
                + "bytes with \\d threads?, more than the bound of 1").matcher(message);
        assertTrue(matcher.matches(), message);
        return Long.parseLong(matcher.group(2));
    }

    private static float[] run(Executable executable, float[] images, int batch) {
        float[][] results = {new float[batch * executable.outputs().getFirst().channels()]};
        executable.run(images, batch, results);
        return results[0];
    }

    private static boolean vectors() {
        return KernelProvider.get().name().startsWith("vector");
    }

    @ParameterizedTest
    @CsvSource({"mobilenetv2_050,96,1", "mobilenetv2_050,96,2", "mobilenetv3_small_100,80,1",
            "mobilenetv4_conv_small,96,2", "mobilevig_ti,96,1", "resnet18,64,1"})
    void theSmallestBoundAndThoseAboveAreKept(String net, int size, int threads) {
        Graph graph = Passes.optimize(Models.random(net).graph());
        float[] images = Seeded.values("input", 3, 3, size, size);
        long smallest = smallest(CPU, graph, size, threads);
        try (Executable usual = compile(CPU, graph, size, threads, OptionalLong.empty())) {
            float[] expected = run(usual, images, 3);
            assertTrue(smallest <= usual.workspaceBytes());
            for (long bound : new long[]{smallest, smallest + 1, (smallest + usual.workspaceBytes()) / 2}) {
                try (Executable bounded = compile(CPU, graph, size, threads, OptionalLong.of(bound))) {
                    assertTrue(bounded.workspaceBytes() <= bound, bounded.workspaceBytes() + " of " + bound);
                    assertArrayEquals(expected, run(bounded, images, 3));
                    for (PlanStep step : bounded.steps()) {
                        assertTrue(step.liveBytes() >= step.out().length() * 4L
                                && step.liveBytes() <= bounded.workspaceBytes(), step.toString());
                    }
                }
            }
            assertThrows(IllegalArgumentException.class,
                    () -> compile(CPU, graph, size, threads, OptionalLong.of(smallest - 1)));
            try (Executable same = compile(CPU, graph, size, threads, OptionalLong.of(usual.workspaceBytes()))) {
                assertEquals(usual.steps().stream().map(PlanStep::kernel).toList(),
                        same.steps().stream().map(PlanStep::kernel).toList());
            }
        }
    }

    /** Of MobileNetV2 the first blocks are one chain then, which saves nearly half. */
    @Test
    void theStemIsPartOfAChain() {
        assumeTrue(vectors(), "the scalar kernels make no chains");
        Graph graph = Passes.optimize(Models.random("mobilenetv2_100").graph());
        // As many threads as make all chains cost more than they gain: the usual plan has none.
        try (Executable usual = compile(CPU, graph, 224, 8, OptionalLong.empty())) {
            assertTrue(usual.steps().stream().noneMatch(step -> step.kernel().startsWith("chain")));
        }
        long smallest = smallest(CPU, graph, 224, 1);
        try (Executable bounded = compile(CPU, graph, 224, 1, OptionalLong.of(smallest))) {
            PlanStep first = bounded.steps().getFirst();
            assertTrue(first.spec() instanceof FusedChain chain && chain.stages().size() >= 6, first.toString());
            assertTrue(first.kernel().contains("conv2d-"), first.kernel());
            assertTrue(first.choice().contains("for the bound of the activations"), first.choice());
            // The image takes 602112 bytes, the map of 56x56x24 401408; the maps of the stem 1.6 MB each, the largest 4.8 MB.
            assertTrue(smallest < 1_400_000, "smallest " + smallest);
        }
    }

    @Test
    @Tag("every-width")
    void aRunInStripsAllocatesNothing() {
        Graph graph = Passes.optimize(Models.random("mobilenetv2_050").graph());
        try (Executable executable = compile(CPU, graph, 64, 1, OptionalLong.of(smallest(CPU, graph, 64, 1)))) {
            float[] image = Seeded.values("input", 1, 3, 64, 64);
            float[][] results = {new float[1000]};
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // Until the compiler is through, vectors are boxed.
            for (int round = 0; round < 300 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20; i++) {
                    executable.run(image, 1, results);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes allocated by 20 runs");
        }
    }

    /** {@code out[y] = in[y] + in[y - 1]}, with zeros above the map: an operation of an application. */
    private record RowSum(MapLayout in) implements Spec {
        @Override
        public String operation() {
            return "row-sum";
        }

        @Override
        public List<MapLayout> inputs() {
            return List.of(in);
        }

        @Override
        public MapLayout out() {
            return in;
        }

        @Override
        public int firstInputRow(int y) {
            return Math.max(0, y - 1);
        }

        @Override
        public int lastInputRow(int y) {
            return y;
        }
    }

    private record RowSumKernel(RowSum spec) implements RowKernel {
        @Override
        public String name() {
            return "f32-row-sum";
        }

        @Override
        public int units() {
            return spec.in().height();
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            rows(o.in(), o.inOffset(), null, 0, o.out(), o.outOffset(), from, to);
        }

        @Override
        public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
                int from, int to) {
            int row = spec.in().width() * spec.in().stride();
            for (int i = from * row; i < to * row; i++) {
                out[outOffset + i] = in[inOffset + i] + (i < row ? 0 : in[inOffset + i - row]);
            }
        }
    }

    private record RowSumOp() implements CustomOp {
        @Override
        public Spec spec(List<MapLayout> inputs) {
            return new RowSum(inputs.getFirst());
        }

        @Override
        public String describe() {
            return "row-sum";
        }
    }

    @Test
    void anApplicationsRowKernelCanBePartOfAChain() throws Exception {
        assumeTrue(vectors(), "the scalar kernels make no chains");
        KernelProvider real = KernelProvider.get();
        Device device = new CpuDevice("cpu", new KernelProvider() {
            @Override
            public String name() {
                return real.name();
            }

            @Override
            public KernelTable<Kernel> table() {
                return real.table().withRowsFirst(List.of(KernelRow.<RowSum, Kernel>of(
                        RowSum.class, "f32-row-sum", (spec, _, _) -> new RowSumKernel(spec))));
            }

            @Override
            public double measurePeakGflops() {
                return real.measurePeakGflops();
            }
        });
        GraphBuilder net = new GraphBuilder(Seeded.parameters());
        Node x = net.conv("stem", net.input(3), 40, Window.of(3, 2, 1));
        x = new Node("sum", new RowSumOp(), List.of(x));
        x = net.depthwise("dw", x, Window.of(3, 2, 1));
        Graph graph = Passes.optimize(new Graph(List.of(net.linear("head", net.globalAveragePool("pool", x), 10))));
        try (Executable usual = compile(device, graph, 64, 1, OptionalLong.empty());
                Executable bounded = compile(device, graph, 64, 1,
                        OptionalLong.of(smallest(device, graph, 64, 1)))) {
            String kernel = bounded.steps().getFirst().kernel();
            assertTrue(kernel.matches("chain1\\(f32-conv2d-.* > f32-row-sum > f32-depthwise-.*\\)"), kernel);
            float[] image = Seeded.values("input", 1, 3, 64, 64);
            assertArrayEquals(run(usual, image, 1), run(bounded, image, 1));
        }
    }
}
