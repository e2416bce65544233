package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.Tensor;
import io.github.jvig.model.TensorInfo;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A net whose outputs have as many elements as it finds, made by {@code src/test/python/onnx_files.py} with ONNX Runtime's outputs. */
class RemainderTest {
    private static Path file(String name) throws Exception {
        return Path.of(RemainderTest.class.getResource(name + ".onnx").toURI());
    }

    private static Session session() throws Exception {
        return Models.load(file("found")).compile(options -> options.device("cpu").threads(2).warmUp(false));
    }

    private static Map<String, OnnxTensor> expected() throws Exception {
        return OnnxReader.read(file("found.expected")).constants();
    }

    @Test
    void givesAsManyAsItFinds() throws Exception {
        Map<String, OnnxTensor> expected = expected();
        try (Session session = session()) {
            float[] x = expected.get("x").floats();
            Map<String, Tensor> results = session.run(Map.of("x", x));
            assertEquals(session.outputs().stream().map(TensorInfo::name).toList(), List.copyOf(results.keySet()));
            for (Tensor result : results.values()) {
                OnnxTensor wanted = expected.get(result.name());
                assertEquals(wanted.shape(), result.shape(), result.name());
                assertArrayEquals(wanted.asFloats(), result.values(), 1e-6f, result.name());
            }
            assertArrayEquals(expected.get("picked").floats(), session.run(x));
        }
    }

    @Test
    void givesNothingWhereItFindsNothing() throws Exception {
        float[] x = expected().get("x").floats().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] = -Math.abs(x[i]);
        }
        try (Session session = session()) {
            List<List<Integer>> shapes = new ArrayList<>();
            session.run(Map.of("x", x)).values().forEach(result -> shapes.add(result.shape()));
            assertEquals(List.of(List.of(0, 100), List.of(0, 3), List.of(0), List.of(0), List.of(0), List.of(0, 3),
                    List.of(0), List.of(1)), shapes);
        }
    }

    /** Sessions of one model, at a time, images that find nothing, one row and many. */
    @Test
    void sessionsOfAModelRunAtATime() throws Exception {
        Model model = Models.load(file("found"));
        float[] x = expected().get("x").floats();
        List<float[]> inputs = new ArrayList<>();
        for (int rows : new int[]{200, 0, 1, 90}) {
            float[] some = x.clone();
            Arrays.fill(some, 100 * rows, some.length, -1);
            inputs.add(some);
        }
        List<Map<String, Tensor>> expected = new ArrayList<>();
        for (float[] input : inputs) {
            try (Session alone = session()) {
                expected.add(alone.run(Map.of("x", input)));
            }
        }
        try (Session one = model.compile(options -> options.device("cpu").threads(2).warmUp(false));
                Session two = model.compile(options -> options.device("cpu").threads(1).warmUp(false));
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                Session session = i % 2 == 0 ? one : two;
                int input = i / 2 % 4;
                tasks.add(() -> {
                    Map<String, Tensor> results = session.run(Map.of("x", inputs.get(input)));
                    for (Tensor result : results.values()) {
                        Tensor wanted = expected.get(input).get(result.name());
                        assertEquals(wanted.shape(), result.shape());
                        assertArrayEquals(wanted.values(), result.values(), result.name());
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertTrue(done.get());
            }
        }
    }

    @Test
    void aClosedSessionRefusesAndGoes() throws Exception {
        Session session = session();
        float[] x = expected().get("x").floats();
        session.run(Map.of("x", x));
        session.close();
        assertThrows(IllegalStateException.class, () -> session.run(Map.of("x", x)));
        long workers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("jvig-worker")).count();
        for (int i = 0; i < 20; i++) {
            try (Session other = session()) {
                other.run(Map.of("x", x));
            }
        }
        // Helpers end a little later.
        for (int i = 0; i < 100 && workers(workers); i++) {
            Thread.sleep(50);
        }
        assertFalse(workers(workers));
    }

    private static boolean workers(long more) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("jvig-worker")).count() > more;
    }

    @Test
    void sizesThatAreNotKnownSaySo() throws Exception {
        try (Session session = session()) {
            TensorInfo first = session.outputs().getFirst();
            assertTrue(first.isVariable(), first.toString());
            assertEquals("the output " + first + " has as many elements as the net finds",
                    assertThrows(IllegalStateException.class, first::elements).getMessage());
            String message = assertThrows(IllegalArgumentException.class, () -> session.run(new float[40_000]))
                    .getMessage();
            assertEquals("found gives as many elements as it finds; run its 2 images one after another", message);
        }
    }
}
