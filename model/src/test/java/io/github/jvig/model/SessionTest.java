package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
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

    /** Sessions that nobody holds any more, each with three helper threads. */
    private static void dropSessions(Model model, int count) {
        for (int i = 0; i < count; i++) {
            model.compile(o -> o.threads(4).device("cpu").warmUp(false)).run(images(1));
        }
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("jvig-worker-"))
                .collect(Collectors.toSet());
    }

    @Test
    void droppedSessionsFreeTheirThreads() throws Exception {
        Model model = tiny();
        Set<Thread> before = workers();
        dropSessions(model, 5);
        Set<Thread> started = workers();
        started.removeAll(before);
        try (Session held = model.compile(o -> o.threads(2).device("cpu").warmUp(false))) {
            Set<Thread> helpers = workers();
            helpers.removeAll(before);
            helpers.removeAll(started);
            for (int i = 0; i < 200 && started.stream().anyMatch(Thread::isAlive); i++) {
                System.gc();
                Thread.sleep(50);
            }
            assertEquals(List.of(), started.stream().filter(Thread::isAlive).toList());
            assertTrue(helpers.stream().anyMatch(Thread::isAlive), "a session that is held lost its thread");
            assertEquals(10, held.run(images(1)).length);
        }
    }

    @Test
    void aSessionClosesItsExecutableOnce() throws Exception {
        var device = new FakeDevice("made up", () -> {});
        Session session = started(device, SessionOptions.builder().threads(1).warmUp(false).build());
        session.close();
        session.close();
        assertEquals(1, device.count().closed);
    }

    private static Session started(FakeDevice device, SessionOptions options) throws Exception {
        Model model = tiny();
        return model.start(DeviceSelector.only(device, model.graph(), CompileOptions.of(64, 64, 1)), options);
    }

    @Test
    void aWarmUpThatFailsClosesTheExecutable() {
        for (Throwable failure : List.of(new IllegalStateException("no driver"), new Error("no driver"))) {
            var device = new FakeDevice("made up", () -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            });
            assertSame(failure, assertThrows(failure.getClass(), () -> started(device, SessionOptions.defaults())));
            assertEquals(List.of(1, 1, 1),
                    List.of(device.count().compiled, device.count().run, device.count().closed));
        }
    }

    @Test
    void saysWhatItIs() throws Exception {
        try (Session two = tiny().compile(o -> o.threads(2).device("cpu").size(64, 96).warmUp(false));
                Session one = tiny().compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            assertEquals("tiny on cpu, 64x96, 2 threads", two.toString());
            assertEquals("tiny on scalar, 64x64, 1 thread", one.toString());
            assertEquals(2, two.threads());
            assertEquals("tiny", two.modelName());
        }
    }

    @Test
    void classifiesByTheModelsPreprocessingAndLabels() throws Exception {
        ModelInfo info = ModelInfo.builder("labeled", TINY.net(), Preprocessing.imagenet(64, 1, Interpolation.BICUBIC))
                .labels(Labels::digits).build();
        Model model = new Model(info, TINY.net().build(Seeded.parameters()));
        BufferedImage image = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
        image.setRGB(30, 20, 0xffffff);
        try (Session session = model.compile(o -> o.threads(1).device("cpu").warmUp(false))) {
            float[] logits = session.run(info.preprocessing().transform(64, 64).apply(Images.of(image)));
            int best = 0;
            for (int c = 0; c < 10; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            assertEquals(Integer.toString(best), session.classifier().classify(image).best().label());
        }
    }

    @Test
    void saysWhyThereIsNoClassifier() throws Exception {
        try (Session session = tiny().compile(o -> o.threads(1).device("cpu").warmUp(false))) {
            assertEquals("the model tiny has no labels; give classifier(transform, labels) your own",
                    assertThrows(IllegalStateException.class, session::classifier).getMessage());
        }
        ModelInfo info = ModelInfo.builder("labeled", TINY.net(), Preprocessing.imagenet(64, 1, Interpolation.BICUBIC))
                .labels(() -> Labels.numbered(7)).build();
        Model model = new Model(info, TINY.net().build(Seeded.parameters()));
        try (Session session = model.compile(o -> o.threads(1).device("cpu").warmUp(false))) {
            assertEquals(
                    "the weights of labeled have 10 classes, its labels 7; give classifier(transform, labels) your own",
                    assertThrows(IllegalStateException.class, session::classifier).getMessage());
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
