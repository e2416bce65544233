package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.device.Precision;
import io.github.jvig.tornado.FirstDevice;
import io.github.jvig.tornado.kernels.TestMaps;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Compares a whole net on the first device with the same net on the scalar kernels. */
class TaskExecutableTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int HEIGHT = 18;
    private static final int WIDTH = 26;
    private static final TornadoDevice DEVICE = FirstDevice.get();
    private static final Graph GRAPH = SmallNets.oneOfEverything(HEIGHT / 2, WIDTH / 2, 1);
    private static TaskExecutable executable;

    @BeforeAll
    static void compile() {
        executable = compile(GRAPH, NetTasks.MAX_TASKS_PER_GRAPH);
    }

    @AfterAll
    static void close() {
        executable.close();
    }

    private static TaskExecutable compile(Graph graph, int maxTasksPerGraph) {
        return TaskExecutable.compile(graph, HEIGHT, WIDTH, "device", DEVICE, new ProcessorKernels(), maxTasksPerGraph);
    }

    private static float[] images(int batch, long seed) {
        return TestMaps.normal(batch * 3 * HEIGHT * WIDTH, 1, new Random(seed));
    }

    private static float[][] run(Executable executable, float[] images, int batch) {
        float[][] results = executable.outputs().stream()
                .map(map -> new float[batch * map.pixels() * map.channels()]).toArray(float[][]::new);
        executable.run(images, batch, results);
        return results;
    }

    private static void check(Graph graph, float[] images, int batch, float[][] results) {
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(HEIGHT, WIDTH, 1))) {
            float[][] expected = run(scalar, images, batch);
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], results[i], 2e-5f, "output " + i);
            }
        }
    }

    /** The clock of the device reports a time for each step: nothing ran as Java. */
    @Test
    void everyStepRanAsAKernelOnTheDevice() {
        long[] nanos = executable.profile(images(1, 2));
        assertEquals(executable.steps().size(), nanos.length);
        for (int i = 0; i < nanos.length; i++) {
            assertTrue(nanos[i] > 0, executable.steps().get(i) + " took no time");
        }
    }

    @Test
    void oneImage() {
        float[] images = images(1, 3);
        check(GRAPH, images, 1, run(executable, images, 1));
    }

    /** No map has more channels than the image, which has no padding. */
    @Test
    void aSingleConvolution() {
        Graph single = SmallNets.single(Window.same(3));
        float[] images = images(2, 10);
        try (TaskExecutable compiled = compile(single, NetTasks.MAX_TASKS_PER_GRAPH)) {
            check(single, images, 2, run(compiled, images, 2));
        }
    }

    /** The first layer reads the images as they were uploaded. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aRandomFirstConvolution(long seed) {
        FirstLayers net = FirstLayers.random(seed);
        try (TaskExecutable compiled = TaskExecutable.compile(net.graph(), net.height(), net.width(), "device", DEVICE,
                new GpuKernels(Precision.SINGLE), NetTasks.MAX_TASKS_PER_GRAPH)) {
            assertEquals("f32-conv2d-image-4x1", compiled.steps().getFirst().kernel());
            net.check(FirstLayers.run(compiled, net.images(), net.batch()), 1e-5);
        }
    }

    /** An image that two layers read is written into the memory first. */
    @Test
    void twoLayersThatReadTheImage() {
        FirstLayers net = FirstLayers.of(SmallNets.twoReaders(1), HEIGHT, WIDTH, 3, new Random(5));
        try (TaskExecutable compiled = TaskExecutable.compile(net.graph(), HEIGHT, WIDTH, "device", DEVICE,
                new GpuKernels(Precision.SINGLE), NetTasks.MAX_TASKS_PER_GRAPH)) {
            net.check(FirstLayers.run(compiled, net.images(), net.batch()), 1e-5);
        }
    }

    @Test
    void withTheKernelsForGpus() {
        try (TaskExecutable gpu = TaskExecutable.compile(GRAPH, HEIGHT, WIDTH, "device", DEVICE,
                new GpuKernels(Precision.SINGLE),
                NetTasks.MAX_TASKS_PER_GRAPH)) {
            float[] images = images(3, 4);
            check(GRAPH, images, 3, run(gpu, images, 3));
        }
    }

    /** With several task graphs, and batches smaller than their capacity. */
    @Test
    void withTheKernelsForFpgas() {
        try (TaskExecutable fpga = TaskExecutable.compile(GRAPH, HEIGHT, WIDTH, "device", DEVICE, new FpgaKernels(),
                7)) {
            for (int batch : new int[]{1, 3, 4}) {
                float[] images = images(batch, 20 + batch);
                check(GRAPH, images, batch, run(fpga, images, batch));
            }
            long[] nanos = fpga.profile(images(1, 2));
            assertTrue(Arrays.stream(nanos).allMatch(time -> time > 0), Arrays.toString(nanos));
        }
    }

    /** In task graphs that end between the phases of a layer, too. */
    @Test
    void oneOfEachSized() {
        Graph graph = SmallNets.oneOfEachSized(HEIGHT / 2, WIDTH / 2, 3);
        for (DeviceKernels kernels : List.of(new ProcessorKernels(), new FpgaKernels())) {
            try (TaskExecutable sized = TaskExecutable.compile(graph, HEIGHT, WIDTH, "device", DEVICE, kernels, 5)) {
                for (int batch : new int[]{1, 3}) {
                    float[] images = images(batch, 30 + batch);
                    check(graph, images, batch, run(sized, images, batch));
                }
                long[] nanos = sized.profile(images(1, 2));
                assertEquals(sized.steps().size(), nanos.length);
                assertTrue(Arrays.stream(nanos).allMatch(time -> time > 0), Arrays.toString(nanos));
            }
        }
    }

    /** Task graphs for four images run three and four; larger batches are split. */
    @Test
    void batches() {
        for (int batch : new int[]{4, 3, TaskExecutable.MAX_BATCH + 3, 4}) {
            float[] images = images(batch, batch);
            check(GRAPH, images, batch, run(executable, images, batch));
        }
    }

    @Test
    void manyTaskGraphsGiveWhatOneGives() {
        float[] images = images(1, 5);
        try (TaskExecutable split = compile(GRAPH, 3)) {
            for (int i = 0; i < 3; i++) {
                float[] other = images(1, 6 + i);
                assertArrayEquals(run(executable, other, 1), run(split, other, 1));
            }
            check(GRAPH, images, 1, run(split, images, 1));
            assertEquals(split.steps().size(), split.profile(images).length);
        }
    }

    @Test
    void twoPlansAtOnce() throws Exception {
        Graph other = SmallNets.oneOfEverything(HEIGHT / 2, WIDTH / 2, 2);
        try (TaskExecutable in2 = compile(other, NetTasks.MAX_TASKS_PER_GRAPH);
                var threads = Executors.newFixedThreadPool(3)) {
            List<Callable<Void>> calls = List.of(() -> runOften(GRAPH, executable, 7), () -> runOften(other, in2, 8),
                    () -> runOften(GRAPH, executable, 9));
            for (Future<Void> future : threads.invokeAll(calls)) {
                future.get();
            }
        }
    }

    private static Void runOften(Graph graph, Executable on, long seed) {
        for (int i = 0; i < 20; i++) {
            float[] images = images(1, 100 * seed + i);
            check(graph, images, 1, run(on, images, 1));
        }
        return null;
    }

    /** On a processor, the memory of the device belongs to this process. */
    @Test
    void closingFreesTheMemoryOfTheDevice() throws Exception {
        assumeTrue(DEVICE.getDeviceType() == TornadoDeviceType.CPU && Files.exists(STATUS));
        NetLayout layout = new NetLayout(SmallNets.single(Window.same(1)), 512, 512, new ProcessorKernels());
        assertTrue(layout.bytes(2) > 50 << 20);
        long before = 0;
        for (int i = 0; i < 7; i++) {
            NetTasks tasks = new NetTasks(layout, 2, DEVICE, NetTasks.MAX_TASKS_PER_GRAPH);
            tasks.run(new float[layout.input().length()], 0, 1, new float[1][layout.outputs().getFirst().length()]);
            tasks.close();
            if (i == 1) {
                before = resident();
            }
        }
        // The arrays on the host are freed by the garbage collector some time later.
        for (int i = 0; i < 50 && resident() > before; i++) {
            System.gc();
            Thread.sleep(100);
        }
        assertTrue(resident() < before + (100 << 20), "from " + before + " to " + resident());
    }

    @Test
    void everyPlanIsClosedEvenIfOneFails() {
        List<String> closed = new ArrayList<>();
        List<Runnable> closers = List.of(() -> closed.add("first"), () -> {
            throw new IllegalStateException("second");
        }, () -> {
            throw new IllegalArgumentException("third");
        }, () -> closed.add("fourth"));
        var e = assertThrows(IllegalStateException.class, () -> TaskExecutable.closeAll(closers));
        assertEquals("second", e.getMessage());
        assertEquals(List.of("first", "fourth"), closed);
        assertEquals("third", e.getSuppressed()[0].getMessage());
    }

    @Test
    void aTaskWithoutATimeInTheProfileIsNamed() {
        List<String> tasks = List.of("jvig1g0.in", "jvig1g0.step0");
        assertArrayEquals(new long[]{5, 7}, NetTasks.times(tasks, Map.of("jvig1g0.in", 5L, "jvig1g0.step0", 7L)));
        var e = assertThrows(IllegalStateException.class, () -> NetTasks.times(tasks, Map.of("jvig1g0.in", 5L)));
        assertEquals("TornadoVM's profile has no kernel time for the task jvig1g0.step0; it has times for 1 of 2 tasks",
                e.getMessage());
    }

    @Test
    void aClosedExecutableSaysSo() {
        TaskExecutable closed = compile(SmallNets.single(Window.same(1)), NetTasks.MAX_TASKS_PER_GRAPH);
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> run(closed, images(1, 1), 1));
    }

    /** An operation that no table knows. */
    private record UnknownOp() implements CustomOp {
        /** A copy of a map. */
        private record Unknown(MapLayout in) implements Spec {
            @Override
            public String operation() {
                return "unknown";
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
            public String toString() {
                return "unknown " + in;
            }
        }

        @Override
        public int arity() {
            return 1;
        }

        @Override
        public int channels(List<Integer> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Spec spec(List<MapLayout> inputs) {
            return new Unknown(inputs.getFirst());
        }

        @Override
        public String describe() {
            return "unknown";
        }
    }

    @Test
    void anOperationWithoutAKernelIsNamed() {
        Node conv = SmallNets.single(Window.same(1)).outputs().getFirst();
        Graph graph = new Graph(List.of(new Node("last", new UnknownOp(), List.of(conv))));
        var e = assertThrows(UnsupportedOperationException.class,
                () -> compile(graph, NetTasks.MAX_TASKS_PER_GRAPH));
        assertEquals("tornado devices have no kernel for last: unknown 18x26x8", e.getMessage());
    }

    /** Of the device, or of this JVM where a device has more. */
    @Test
    void tooLittleMemoryIsNamed() {
        // Maps that do not fit into a real device are refused before, where it has more memory than maps may take.
        TornadoDevice small = (TornadoDevice) Proxy.newProxyInstance(TaskExecutableTest.class.getClassLoader(),
                new Class<?>[]{TornadoDevice.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "getMaxGlobalMemory", "getMaxAllocMemory" -> 1L << 20;
                    default -> method.invoke(DEVICE, arguments);
                });
        var e = assertThrows(IllegalArgumentException.class, () -> TaskExecutable
                .compile(SmallNets.single(Window.same(1)), 300, 200, "device", small, Precision.SINGLE));
        assertEquals(
                "device has too little memory: an input of 300x200 needs 9 MiB, the device has 1 MiB and allocates "
                        + "at most 1 MiB at once",
                e.getMessage());
    }

    /** A kernel that OpenCL cannot compile, because the name of its argument is a keyword. Java could run it. */
    static void impossible(KernelContext context, FloatArray memory, int kernel) {
        memory.set(context.globalIdx, kernel);
    }

    @Test
    void aKernelThatDoesNotCompileIsAnErrorThatNamesTheLayer() {
        KernelTable<KernelLaunch> table = new KernelTable<>("test", Machine.of("test"),
                List.of(DeviceKernels.row(PointwiseConv.class, "broken", "",
                        (_, _, _) -> KernelLaunch.of(new float[0], 1,
                                (graph, id, context, memory, weights, at) -> graph.task(id,
                                        TaskExecutableTest::impossible,
                                        context, memory, 1)))));
        DeviceKernels broken = () -> table;
        var e = assertThrows(UnsupportedOperationException.class, () -> TaskExecutable
                .compile(SmallNets.single(Window.same(1)), HEIGHT, WIDTH, "device", DEVICE, broken, 10));
        assertTrue(e.getMessage().startsWith("device can't compile only (broken): Unable to compile task jvig"),
                e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    /** The results stay the same, and neither the memory of the device nor the heap grows. */
    @Test
    void aThousandRuns() throws Exception {
        float[][] expected = new float[10][];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = run(executable, images(1, i), 1)[0];
        }
        run(executable, images(1, 1), 1);
        long heap = heapInUse();
        long resident = resident();
        for (int i = 0; i < 1000; i++) {
            assertTrue(Arrays.equals(expected[i % 10], run(executable, images(1, i % 10), 1)[0]), "run " + i);
        }
        // Collected first, as before the runs: the garbage of the runs counts as memory of the process.
        long heapAfter = heapInUse();
        long residentAfter = resident();
        // Pages of the heap count from their first use on, and the collector makes the heap larger when its pauses are long, as on a
        // busy machine. So all that the heap has now, beyond what was in use, may have been added.
        long heapPages = Runtime.getRuntime().totalMemory() - heap;
        assertTrue(residentAfter < resident + heapPages + (64 << 20),
                "the process grew from " + resident + " to " + residentAfter + ", of these in the heap " + heapPages);
        assertTrue(heapAfter < heap + (4 << 20), "the heap grew from " + heap + " to " + heapAfter);
    }

    /** Resident memory of this process in bytes; 0 if it is unknown. */
    private static long resident() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElseThrow();
        }
    }

    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
