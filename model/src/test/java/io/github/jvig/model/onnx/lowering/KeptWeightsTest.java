package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.cpu.KernelStore;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxModel.Dimension;
import io.github.jvig.model.onnx.file.OnnxModel.Port;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A head on as many rows as are above zero: linear layers with the matrix either way round, a convolution, a transposed one, rows that are placed.
 * What is kept from run to run changes no bit, for any number of rows, of runners and of threads.
 */
class KeptWeightsTest {
    /** So many that the input is none of the small tensors that are computed with before anything runs. */
    private static final int ROWS = 200;
    private static final int COLUMNS = 100;

    private static OnnxNode node(String type, List<String> inputs, String output, Map<String, Object> more) {
        return new OnnxNode(output, "", type, 18, inputs, List.of(output), more);
    }

    private static OnnxTensor random(Random random, Integer... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 8;
        }
        return OnnxTensor.of(List.of(shape), values);
    }

    private static OnnxModel model() {
        Random random = new Random(2);
        Map<String, OnnxTensor> constants = new HashMap<>();
        constants.put("one", OnnxTensor.of(List.of(1), new long[]{1}));
        constants.put("zero", OnnxTensor.of(List.of(), new float[1]));
        constants.put("first", OnnxTensor.of(List.of(COLUMNS, 512), random(random, COLUMNS, 512).floats()));
        constants.put("second", random(random, 64, 512));
        constants.put("third", random(random, 64, 48));
        constants.put("image", OnnxTensor.of(List.of(4), new long[]{-1, 4, 5, 5}));
        constants.put("window", random(random, 24, 4, 3, 3));
        constants.put("spread", random(random, 24, 8, 2, 2));
        constants.put("biases", random(random, 8));
        constants.put("all", OnnxTensor.of(List.of(2), new long[]{ROWS, 48}));
        constants.put("wide", OnnxTensor.of(List.of(2), new long[]{1, 48}));
        List<OnnxNode> nodes = List.of(
                node("ReduceMax", List.of("x", "one"), "best", Map.of("keepdims", 0L)),
                node("Greater", List.of("best", "zero"), "mask", Map.of()),
                node("NonZero", List.of("mask"), "at", Map.of()),
                node("Transpose", List.of("at"), "rows", Map.of("perm", List.of(1L, 0L))),
                node("GatherND", List.of("x", "rows"), "picked", Map.of()),
                node("Gemm", List.of("picked", "first"), "a", Map.of("alpha", 0.5f)),
                node("Relu", List.of("a"), "b", Map.of()),
                node("Gemm", List.of("b", "second"), "c", Map.of("transB", 1L)),
                node("MatMul", List.of("c", "third"), "y", Map.of()),
                node("ConstantOfShape", List.of("all"), "nothing", Map.of()),
                node("Expand", List.of("rows", "wide"), "places", Map.of()),
                node("ScatterElements", List.of("nothing", "places", "y"), "placed", Map.of("axis", 0L)),
                node("Reshape", List.of("picked", "image"), "images", Map.of()),
                node("Conv", List.of("images", "window"), "d", Map.of("pads", List.of(1L, 1L, 1L, 1L))),
                node("Relu", List.of("d"), "e", Map.of()),
                node("ConvTranspose", List.of("e", "spread", "biases"), "z", Map.of("strides", List.of(2L, 2L))));
        return new OnnxModel("net.onnx",
                List.of(new Port("x", Kind.FLOAT, List.of(new Dimension(ROWS, ""), new Dimension(COLUMNS, "")))),
                List.of(new Port("y", Kind.FLOAT, null), new Port("placed", Kind.FLOAT, null),
                        new Port("z", Kind.FLOAT, null)),
                nodes, constants, Map.of());
    }

    /** An input of which some rows are above zero. */
    private static float[] input(int count, int seed) {
        Random random = new Random(seed);
        float[] x = new float[ROWS * COLUMNS];
        Arrays.fill(x, -1);
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(i);
        }
        java.util.Collections.shuffle(rows, random);
        for (int row : rows.subList(0, count)) {
            for (int i = 0; i < COLUMNS; i++) {
                x[row * COLUMNS + i] = random.nextFloat(-1, 1);
            }
            x[row * COLUMNS] = 1;
        }
        return x;
    }

    private static final class Net implements AutoCloseable {
        private final ImportedGraph graph;
        private final Executable executable;
        private final GraphRunner runner;

        Net(OnnxModel model, int threads, Derived derived, KernelStore store) throws OnnxException {
            graph = Importer.at(model, List.of(List.of(ROWS, COLUMNS)), derived);
            executable = NodeCase.device().compile(Passes.optimize(graph.graph()),
                    CompileOptions.of(graph.height(), graph.width(), threads));
            runner = NodeCase.device().runner(threads, store);
        }

        Net(OnnxModel model, int threads) throws OnnxException {
            this(model, threads, new Derived(2 * model.weights()), new KernelStore(2 * model.weights()));
        }

        List<OnnxTensor> run(float[] x) {
            float[][] values = graph.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
            executable.run(x, 1, values);
            return graph.rest().orElseThrow().run(runner, values);
        }

        @Override
        public void close() {
            executable.close();
            runner.close();
        }
    }

    private static List<OnnxTensor> fresh(OnnxModel model, float[] x) throws OnnxException {
        // Nothing is kept.
        try (Net net = new Net(model, 1, new Derived(0), new KernelStore(0))) {
            return net.run(x);
        }
    }

    private static void assertSameBits(List<OnnxTensor> expected, List<OnnxTensor> have) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).shape(), have.get(i).shape());
            assertArrayEquals(expected.get(i).floats(), have.get(i).floats());
        }
    }

    @Test
    void anyNumberOfRowsGivesTheBitsOfANetThatKeepsNothing() throws OnnxException {
        OnnxModel model = model();
        try (Net net = new Net(model, 2)) {
            for (int count : new int[]{0, 1, 40, 2, 0, 7, 1, 6, 39}) {
                float[] x = input(count, count);
                List<OnnxTensor> have = net.run(x);
                assertEquals(List.of(count, 48), have.get(0).shape());
                assertEquals(List.of(count, 8, 10, 10), have.get(2).shape());
                assertSameBits(fresh(model, x), have);
            }
        }
    }

    /** By the formulas. */
    @Test
    void theResultsAreRight() throws OnnxException {
        OnnxModel model = model();
        float[] x = input(9, 4);
        List<OnnxTensor> have = fresh(model, x);
        float[] first = model.constants().get("first").floats();
        float[] second = model.constants().get("second").floats();
        float[] third = model.constants().get("third").floats();
        int found = 0;
        for (int row = 0; row < ROWS; row++) {
            boolean there = x[row * COLUMNS] == 1;
            double[] b = new double[512];
            double[] c = new double[64];
            for (int o = 0; o < 512; o++) {
                for (int i = 0; i < COLUMNS; i++) {
                    b[o] += 0.5 * x[row * COLUMNS + i] * first[i * 512 + o];
                }
                b[o] = Math.max(0, b[o]);
            }
            for (int o = 0; o < 64; o++) {
                for (int i = 0; i < 512; i++) {
                    c[o] += b[i] * second[o * 512 + i];
                }
            }
            for (int o = 0; o < 48; o++) {
                double y = 0;
                for (int i = 0; i < 64; i++) {
                    y += c[i] * third[i * 48 + o];
                }
                assertEquals(there ? y : 0, have.get(1).floats()[row * 48 + o], 1e-5);
                if (there) {
                    assertEquals(y, have.get(0).floats()[found * 48 + o], 1e-5);
                }
            }
            if (there) {
                transposed(model, x, row, have.get(2).floats(), found * 800);
                found++;
            }
        }
        assertEquals(9, found);
    }

    /** The convolution and the transposed one of a row. */
    private static void transposed(OnnxModel model, float[] x, int row, float[] have, int at) {
        float[] window = model.constants().get("window").floats();
        float[] spread = model.constants().get("spread").floats();
        float[] biases = model.constants().get("biases").floats();
        double[][] e = new double[24][25];
        for (int o = 0; o < 24; o++) {
            for (int p = 0; p < 25; p++) {
                for (int i = 0; i < 36; i++) {
                    int yy = p / 5 + i % 9 / 3 - 1;
                    int xx = p % 5 + i % 3 - 1;
                    if (yy >= 0 && yy < 5 && xx >= 0 && xx < 5) {
                        e[o][p] += window[o * 36 + i] * x[row * COLUMNS + i / 9 * 25 + yy * 5 + xx];
                    }
                }
                e[o][p] = Math.max(0, e[o][p]);
            }
        }
        for (int o = 0; o < 8; o++) {
            for (int p = 0; p < 100; p++) {
                double z = biases[o];
                for (int i = 0; i < 24; i++) {
                    z += e[i][p / 20 * 5 + p % 10 / 2] * spread[((i * 8 + o) * 2 + p / 10 % 2) * 2 + p % 2];
                }
                assertEquals(z, have[at + o * 100 + p], 1e-5);
            }
        }
    }

    @Test
    void runnersShareWeightsAtATime() throws Exception {
        OnnxModel model = model();
        Derived derived = new Derived(2 * model.weights());
        KernelStore store = new KernelStore(2 * model.weights());
        List<List<OnnxTensor>> expected = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            expected.add(fresh(model, input(4 * i, i)));
        }
        try (Net one = new Net(model, 2, derived, store);
                Net two = new Net(model, 1, derived, store);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int start = t;
                tasks.add(() -> {
                    for (int i = start; i < start + 12; i++) {
                        assertSameBits(expected.get(i % 6), (i % 2 == 0 ? one : two).run(input(4 * (i % 6), i % 6)));
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertTrue(done.get());
            }
        }
        assertTrue(store.packedWeights() <= 2 * model.weights(), () -> store.packedWeights() + " weights");
    }

    @Test
    void runsOfOtherSizesPackNothingAgain() throws OnnxException {
        OnnxModel model = model();
        KernelStore store = new KernelStore(2 * model.weights());
        try (Net net = new Net(model, 1, new Derived(2 * model.weights()), store)) {
            net.run(input(20, 1));
            long packed = store.packedWeights();
            assertTrue(packed > 0.9 * model.weights(), packed + " of " + model.weights());
            net.run(input(19, 2));
            net.run(input(30, 3));
            assertEquals(packed, store.packedWeights());
        }
    }

    @Test
    void derivedWeightsAreTheSameArrayUpToABound() {
        float[] weights = new float[100];
        Derived derived = new Derived(250);
        float[] first = derived.get(weights, "a", () -> new float[100]);
        assertSame(first, derived.get(weights, "a", () -> new float[100]));
        assertNotSame(first, derived.get(weights, "b", () -> new float[100]));
        assertNotSame(first, derived.get(weights.clone(), "a", () -> new float[100]));
        // The third has driven the first out.
        assertNotSame(first, derived.get(weights, "a", () -> new float[100]));
    }

    @Test
    void aClosedRunnerRefuses() throws OnnxException {
        Net net = new Net(model(), 2);
        float[][] values = net.graph.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
        float[] x = input(5, 1);
        net.executable.run(x, 1, values);
        net.close();
        net.close();
        String message = assertThrows(IllegalStateException.class,
                () -> net.graph.rest().orElseThrow().run(net.runner, values)).getMessage();
        assertEquals("the session is closed", message);
    }
}
