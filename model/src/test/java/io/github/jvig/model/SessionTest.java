package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.Net;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionTest {
    private static final Golden TINY = Golden.read("tiny_mobilevig_1x64x64");

    private static Model tiny() throws Exception {
        return new Model(ModelInfo.of("tiny", TINY.net(), 64), TINY.net().build(Seeded.parameters()));
    }

    private static float[] images(int batch) {
        return Seeded.values("input/" + batch, batch, 3, 64, 64);
    }

    @Test
    void aBatchGivesWhatItsImagesGiveOneByOne() throws Exception {
        try (Session session = tiny().compile(o -> o.threads(2).warmUp(false))) {
            float[] batch = images(5);
            float[] logits = session.run(batch);
            assertEquals(50, logits.length);
            for (int i = 0; i < 5; i++) {
                float[] one = session.run(Arrays.copyOfRange(batch, i * 3 * 64 * 64, (i + 1) * 3 * 64 * 64));
                assertArrayEquals(Arrays.copyOfRange(logits, i * 10, i * 10 + 10), one);
            }
        }
    }

    @Test
    void manyCallersOfOneSessionGetWhatOneGets() throws Exception {
        try (Session session = tiny().compile(o -> o.threads(3).warmUp(false));
                ExecutorService callers = Executors.newFixedThreadPool(6)) {
            float[][] inputs = new float[6][];
            float[][] expected = new float[6][];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = Seeded.values("input/" + i, 1, 3, 64, 64);
                expected[i] = session.run(inputs[i]);
            }
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < inputs.length; i++) {
                int mine = i;
                calls.add(callers.submit(() -> {
                    for (int round = 0; round < 40; round++) {
                        assertArrayEquals(expected[mine], session.run(inputs[mine]));
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
    }

    @Test
    void sessionsSideBySideDoNotDisturbEachOther() throws Exception {
        try (Session a = tiny().compile(o -> o.threads(2).warmUp(false));
                Session b = tiny().compile(o -> o.threads(2).warmUp(false).size(96, 160))) {
            float[] small = images(1);
            float[] large = Seeded.values("input", 1, 3, 96, 160);
            float[] ofSmall = a.run(small);
            float[] ofLarge = b.run(large);
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(ofLarge, b.run(large));
                assertArrayEquals(ofSmall, a.run(small));
            }
        }
    }

    @Test
    void anInputOfTheWrongLengthIsRefused() throws Exception {
        try (Session session = tiny().compile(o -> o.threads(1).warmUp(false))) {
            String message = assertThrows(IllegalArgumentException.class, () -> session.run(new float[100]))
                    .getMessage();
            assertTrue(message.contains("3x64x64") && message.contains("100"), message);
            assertThrows(IllegalArgumentException.class, () -> session.run(new float[0]));
        }
    }

    @Test
    void aClosedSessionSaysSo() throws Exception {
        Session session = tiny().compile(o -> o.threads(2).warmUp(false));
        session.run(images(1));
        session.close();
        session.close();
        assertEquals("the session is closed",
                assertThrows(IllegalStateException.class, () -> session.run(images(1))).getMessage());
    }

    @Test
    void aClosedSessionsThreadsEnd() throws Exception {
        Session session = tiny().compile(o -> o.threads(4).warmUp(false));
        session.run(images(1));
        session.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("jvig-worker-")) {
                thread.join(10_000);
                assertTrue(!thread.isAlive() || !thread.getName().startsWith("jvig-worker-3"), "a worker is left");
            }
        }
    }

    @Test
    void anUnknownDeviceIsNamedAndTheOthersListed() throws Exception {
        Model model = tiny();
        String message = assertThrows(IllegalArgumentException.class,
                () -> model.compile(o -> o.device("abacus"))).getMessage();
        assertTrue(message.contains("'abacus'") && message.contains("cpu, scalar"), message);
    }

    @Test
    void theSmallestInputsRunAndNoneIsRefused() throws Exception {
        Model model = tiny();
        try (Session session = model.compile(o -> o.threads(2).warmUp(false).size(1, 1))) {
            assertEquals(10, session.run(new float[3]).length);
        }
        assertEquals("input size must be at least 1x1, got 0x64",
                assertThrows(IllegalArgumentException.class, () -> model.compile(o -> o.size(0, 64))).getMessage());
    }

    @Test
    void anInputTooLargeForTheMemoryIsRefusedBeforeItIsTaken() throws Exception {
        Model model = tiny();
        String message = assertThrows(IllegalArgumentException.class,
                () -> model.compile(o -> o.threads(1).warmUp(false).size(20_000, 20_000))).getMessage();
        assertTrue(message.contains("20000x20000"), message);
    }

    static List<Arguments> smallNets() {
        return List.of(Arguments.of(TINY.net(), 64),
                Arguments.of(new EfficientFormer(List.of(1, 2), List.of(4, 20), 1, 10), 56));
    }

    @ParameterizedTest
    @MethodSource("smallNets")
    @Tag("every-width")
    void aRunAllocatesNothingButItsResult(Net net, int size) throws Exception {
        Graph graph = Passes.optimize(net.build(Seeded.parameters()));
        try (Executable executable = Devices.named("cpu").compile(graph, CompileOptions.of(size, size, 1))) {
            float[] image = new float[3 * size * size];
            float[][] results = {new float[10]};
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // Until the compiler is through, vectors are boxed; after that nothing may be left of it.
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

    @Test
    void stepsListWhatRuns() throws Exception {
        try (Session session = tiny().compile(o -> o.threads(1).warmUp(false))) {
            List<PlanStep> steps = session.steps();
            assertEquals(List.of("stem.stem.2", "stem.stem.5", "local_backbone.0.mlp.act"),
                    steps.stream().limit(3).map(PlanStep::name).toList());
            assertEquals("logits", steps.getLast().name());
            assertEquals(session.macs(), steps.stream().mapToLong(PlanStep::macs).sum());
            assertEquals(session.macs(), Devices.macs(Passes.optimize(tiny().graph()), 64, 64));
            assertEquals(steps.size(), session.profile(images(1)).length);
            for (PlanStep step : steps) {
                assertTrue(step.kernel().startsWith("f32-"), step.kernel());
            }
        }
    }
}
