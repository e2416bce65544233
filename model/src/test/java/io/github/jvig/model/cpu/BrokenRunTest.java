package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelExtension;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.Session;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.nets.GraphBuilder;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run that throws, whatever and wherever, leaves nothing to later runs of the session. */
@Timeout(120)
class BrokenRunTest {
    /** Copies its input; the {@link #fault} may do anything instead. */
    record Faulty(MapLayout in) implements Spec {
        @Override
        public String operation() {
            return "faulty";
        }

        @Override
        public List<MapLayout> inputs() {
            return List.of(in);
        }

        @Override
        public MapLayout out() {
            return in;
        }
    }

    /** A unit is a row. */
    record FaultyKernel(String name, Faulty spec) implements Kernel {
        @Override
        public int units() {
            return spec.in().height();
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            fault.run();
            int row = spec.in().width() * spec.in().stride();
            System.arraycopy(o.in(), o.inOffset() + from * row, o.out(), o.outOffset() + from * row, (to - from) * row);
        }
    }

    /** Found by its entry in META-INF/services. */
    public static final class Rows implements KernelExtension {
        @Override
        public List<KernelRow<?, Kernel>> rows(Machine machine) {
            String id = "f32-faulty-" + machine.isa();
            return List.of(KernelRow.of(Faulty.class, id, (spec, _, _) -> new FaultyKernel(id, spec)));
        }
    }

    record FaultyOp() implements CustomOp {
        @Override
        public Spec spec(List<MapLayout> inputs) {
            return new Faulty(inputs.getFirst());
        }

        @Override
        public String describe() {
            return "faulty";
        }
    }

    private static final int LAYERS = 4;
    private static final int CHANNELS = 8;
    private static final int CLASSES = 5;
    private static final int SIZE = 16;
    private static final int IMAGES = 4;
    private static final int PIXELS = 3 * SIZE * SIZE;

    /** Layers that each end in the operation, so that a run has many steps. */
    record FaultyNet() implements Net {
        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public FaultyNet configuredFor(Weights weights) {
            return this;
        }

        @Override
        public Graph build(Parameters parameters) throws WeightsException {
            GraphBuilder net = new GraphBuilder(parameters);
            Node x = net.input(3);
            for (int i = 0; i < LAYERS; i++) {
                x = net.pointwise("conv" + i, x, CHANNELS);
                x = new Node("fault" + i, new FaultyOp(), List.of(x));
            }
            return new Graph(List.of(net.linear("head", net.globalAveragePool("pool", x), CLASSES)));
        }
    }

    private static final Runnable NO_FAULT = () -> {};
    private static volatile Runnable fault = NO_FAULT;

    @AfterEach
    void noFault() {
        fault = NO_FAULT;
    }

    private static Session session(int threads) throws Exception {
        Map<String, Weights.Tensor> tensors = new HashMap<>();
        for (int i = 0; i < LAYERS; i++) {
            put(tensors, "conv" + i + ".weight", CHANNELS, i == 0 ? 3 : CHANNELS, 1, 1);
            put(tensors, "conv" + i + ".bias", CHANNELS);
        }
        put(tensors, "head.weight", CLASSES, CHANNELS);
        put(tensors, "head.bias", CLASSES);
        Model model = Models.of(ModelInfo.of("faulty", new FaultyNet(), SIZE), new Weights("faulty.pth", tensors));
        return model.compile(o -> o.threads(threads).warmUp(false));
    }

    private static void put(Map<String, Weights.Tensor> tensors, String name, int... shape) {
        tensors.put(name, new Weights.Tensor(shape, Seeded.values(name, shape)));
    }

    private static float[][] images() {
        float[][] images = new float[IMAGES][];
        for (int i = 0; i < IMAGES; i++) {
            images[i] = Seeded.values("input/faulty" + i, 1, 3, SIZE, SIZE);
        }
        return images;
    }

    private static float[] concat(float[][] images) {
        float[] all = new float[IMAGES * PIXELS];
        for (int i = 0; i < IMAGES; i++) {
            System.arraycopy(images[i], 0, all, i * PIXELS, PIXELS);
        }
        return all;
    }

    private static float[][] expected(float[][] images) throws Exception {
        float[][] logits = new float[IMAGES][];
        try (Session alone = session(1)) {
            for (int i = 0; i < IMAGES; i++) {
                logits[i] = alone.run(images[i]).clone();
            }
        }
        return logits;
    }

    private static void assertWhole(Session session, float[][] images, float[][] logits, int round) {
        int i = round % IMAGES;
        assertArrayEquals(logits[i], session.run(images[i]), "round " + round);
    }

    private static void raise(int kind) {
        switch (kind % 3) {
            case 0 -> throw new StackOverflowError("on purpose");
            case 1 -> throw new OutOfMemoryError("on purpose");
            default -> throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void aKernelThatThrowsInAnyWorkerLeavesTheNextRunRight() throws Exception {
        float[][] images = images();
        float[] batch = concat(images);
        float[][] logits = expected(images);
        Random random = new Random(16);
        int thrown = 0;
        try (Session session = session(3)) {
            for (int round = 0; round < 600; round++) {
                int kind = round;
                boolean inHelper = round % 2 == 0;
                AtomicInteger left = new AtomicInteger(random.nextInt(12));
                fault = () -> {
                    boolean helper = Thread.currentThread().getName().startsWith("jvig-worker-");
                    if (helper == inHelper && left.getAndDecrement() == 0) {
                        raise(kind);
                    }
                };
                try {
                    if (round % 3 == 0) {
                        session.run(batch);
                    } else {
                        session.run(images[round % IMAGES]);
                    }
                } catch (StackOverflowError | OutOfMemoryError | IllegalStateException e) {
                    thrown++;
                }
                fault = NO_FAULT;
                assertWhole(session, images, logits, round + 1);
            }
        }
        assertTrue(thrown > 100, thrown + " runs threw");
    }

    /** Runs the session where some levels are left of the stack, and returns whether that failed. */
    private static boolean nearTheEndOfTheStack(Session session, float[] image, AtomicInteger levels) {
        boolean failed = false;
        try {
            failed = nearTheEndOfTheStack(session, image, levels);
        } catch (StackOverflowError e) {
            // This is as deep as it goes.
        }
        if (levels.getAndDecrement() == 0) {
            try {
                session.run(image);
            } catch (Throwable e) {
                return true;
            }
        }
        return failed;
    }

    /** Slow enough that a helper is still at work when the caller has left. */
    private static void slowInHelpers() {
        long end = System.nanoTime() + 200_000;
        while (Thread.currentThread().getName().startsWith("jvig-worker-") && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aStackThatEndsAnywhereInARunLeavesTheNextRunRight() throws Exception {
        float[][] images = images();
        float[][] logits = expected(images);
        try (Session session = session(3)) {
            // What is loaded and linked at the first call should not be so at the end of a stack.
            fault = () -> raise(2);
            assertThrows(IllegalStateException.class, () -> session.run(images[0]));
            fault = NO_FAULT;
            int failures = 0;
            for (int round = 0; round < 300; round++) {
                float[] image = images[(round + 1) % IMAGES];
                AtomicInteger levels = new AtomicInteger(round % 60);
                AtomicReference<Object> failed = new AtomicReference<>(false);
                fault = BrokenRunTest::slowInHelpers;
                Thread deep = new Thread(null, () -> failed.set(nearTheEndOfTheStack(session, image, levels)), "deep",
                        256 << 10);
                deep.setUncaughtExceptionHandler((_, e) -> failed.set(e));
                deep.start();
                if (round % 2 == 0) {
                    // One that may or may not get the team.
                    assertWhole(session, images, logits, round);
                }
                deep.join();
                fault = NO_FAULT;
                assertWhole(session, images, logits, round);
                assertWhole(session, images, logits, round + 2);
                assertTrue(failed.get() instanceof Boolean, String.valueOf(failed.get()));
                failures += failed.get().equals(true) ? 1 : 0;
            }
            assertTrue(failures > 20, failures + " runs failed");
        }
    }

    @Test
    void helpersThatAreStillAtWorkWriteNothingIntoLaterResults() throws Exception {
        float[][] images = images();
        float[] batch = concat(images);
        float[][] logits = expected(images);
        try (Session session = session(2)) {
            for (int round = 0; round < 20; round++) {
                CountDownLatch helperIsIn = new CountDownLatch(1);
                CountDownLatch go = new CountDownLatch(1);
                fault = () -> {
                    try {
                        if (Thread.currentThread().getName().startsWith("jvig-worker-")) {
                            helperIsIn.countDown();
                            go.await();
                        } else {
                            helperIsIn.await();
                            go.countDown();
                            raise(0);
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                };
                Throwable e = assertThrows(Throwable.class, () -> session.run(batch));
                assertTrue(e.toString().contains("on purpose"), e.toString());
                fault = NO_FAULT;
                float[] all = session.run(batch);
                for (int i = 0; i < IMAGES; i++) {
                    assertArrayEquals(logits[i], Arrays.copyOfRange(all, i * CLASSES, (i + 1) * CLASSES),
                            "round " + round);
                }
            }
        }
    }

    @Test
    void aSessionThatIsClosedWhileARunThrowsEndsItsThreads() throws Exception {
        float[][] images = images();
        for (int round = 0; round < 100; round++) {
            Session session = session(3);
            AtomicInteger calls = new AtomicInteger();
            int at = round % 10;
            Thread closer = new Thread(session::close);
            int kind = round;
            fault = () -> {
                int call = calls.getAndIncrement();
                if (call == at) {
                    closer.start();
                }
                if (call == at + 1) {
                    raise(kind);
                }
            };
            Throwable thrown = null;
            try {
                session.run(images[0]);
            } catch (Throwable e) {
                thrown = e;
            }
            assertNotNull(thrown, "round " + round);
            closer.join();
            fault = NO_FAULT;
            assertTrue(assertThrows(IllegalStateException.class, () -> session.run(images[0])).getMessage()
                    .contains("closed"));
        }
        long end = System.nanoTime() + 20_000_000_000L;
        while (workers() > 0 && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertFalse(workers() > 0, workers() + " helpers are left");
    }

    /** Callers must not take memory that ran out in a helper for a closed session, which is another IllegalStateException. */
    @Test
    void memoryThatRunsOutInAHelperIsSaidAsInACaller() throws Exception {
        float[] batch = concat(images());
        try (Session session = session(2)) {
            for (boolean inHelper : new boolean[]{false, true}) {
                CountDownLatch thrown = new CountDownLatch(1);
                fault = () -> {
                    if (Thread.currentThread().getName().startsWith("jvig-worker-") == inHelper) {
                        thrown.countDown();
                        raise(1);
                    }
                    awaitQuietly(thrown);
                };
                OutOfMemoryError e = assertThrows(OutOfMemoryError.class, () -> session.run(batch));
                assertEquals("on purpose", e.getMessage());
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Helpers live as long as the session, and so would what they inherit of the thread that compiled it. */
    @Test
    void helpersKeepNothingOfTheThreadThatMadeThem() throws Exception {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        ClassLoader application = new ClassLoader("application", getClass().getClassLoader()) {
        };
        Map<Thread, String> seen = new ConcurrentHashMap<>();
        float[] batch = concat(images());
        AtomicReference<Session> session = new AtomicReference<>();
        Thread compiler = new Thread(() -> {
            local.set("of the caller");
            try {
                session.set(session(2));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        compiler.setContextClassLoader(application);
        compiler.start();
        compiler.join();
        CountDownLatch both = new CountDownLatch(2);
        fault = () -> {
            Thread me = Thread.currentThread();
            if (seen.put(me, local.get() + ", " + (me.getContextClassLoader() == application)) == null) {
                both.countDown();
            }
            awaitQuietly(both);
        };
        try (Session open = session.get()) {
            open.run(batch);
        }
        assertEquals(2, seen.size());
        seen.remove(Thread.currentThread());
        assertEquals(List.of("null, false"), List.copyOf(seen.values()));
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("jvig-worker-")).count();
    }

    /** A helper that keeps its interrupt status would never park, but use a processor until the session is closed. */
    @Test
    void aKernelThatInterruptsItsHelperDoesNotKeepItFromParking() throws Exception {
        try (WorkerTeam team = new WorkerTeam(2)) {
            AtomicReference<Thread> helper = new AtomicReference<>();
            team.run(new WorkerTeam.Program(new int[]{2}, new int[]{1}), (_, _, _, worker) -> {
                if (worker == 1) {
                    Thread.currentThread().interrupt();
                    helper.set(Thread.currentThread());
                }
                while (helper.get() == null) {
                    Thread.onSpinWait();
                }
            }, null);
            long end = System.nanoTime() + 20_000_000_000L;
            while ((helper.get().getState() != Thread.State.WAITING || helper.get().isInterrupted())
                    && System.nanoTime() < end) {
                Thread.sleep(1);
            }
            assertFalse(helper.get().isInterrupted());
            assertTrue(helper.get().getState() == Thread.State.WAITING, helper.get().getState().toString());
        }
    }
}
