package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Golden;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.tornado.kernels.BufferOffsets;
import io.github.jvig.tornado.kernels.HalfConversion;
import io.github.jvig.tornado.kernels.TestMaps;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * The kernels for maps and weights in half precision, as plain Java: PoCL has no half precision. They are compared with the scalar kernels on
 * numbers that half precision has, so that only the results are rounded.
 */
@Tag("kernels-as-java")
class HalfKernelsTest {
    private static final int BATCH = 2;
    private static final int ZEROS = 128;
    /** Of half precision: a result is rounded to eleven bits. */
    private static final double ROUNDING = Math.scalb(1, -11);
    private static final KernelTable<KernelLaunch> TABLE = new KernelTable<>("half", Machine.of("test"),
            HalfKernels.rows());
    private static final KernelTable<KernelLaunch> TENSOR_CORES = new KernelTable<>("mma", Machine.of("test"),
            List.of(HalfKernels.tensorRow()));

    static Stream<Arguments> layers() {
        Set<Class<?>> specs = new HashSet<>();
        TABLE.rows().forEach(row -> specs.add(row.spec()));
        Stream<Arguments> fewPixels = Stream.of(1, 2, 4).map(pixels -> RandomLayers.layer(
                new PointwiseConv(MapLayout.of(1, pixels, 9 + 20 * pixels), 7 * pixels,
                        TestMaps.epilogue(new Random(pixels))),
                pixels));
        return Stream.concat(fewPixels, RandomLayers.others(6)
                .filter(layer -> specs.contains(((RandomLayers.Case) layer.get()[1]).spec().getClass())));
    }

    private static float[] rounded(float[] values) {
        if (values == null) {
            return null;
        }
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("layers")
    void layer(String operation, RandomLayers.Case layer) throws Exception {
        check(layer, TABLE);
    }

    /** With pixels, outputs and input channels below, at and above what a work-group takes at a time. */
    static Stream<Arguments> tensorLayers() {
        int[][] sizes = {{5, 2, 1}, {49, 66, 70}, {64, 32, 64}, {65, 34, 128}, {130, 18, 20}, {77, 96, 40}};
        return Arrays.stream(sizes).map(size -> RandomLayers.layer(new PointwiseConv(
                MapLayout.of(1, size[0], size[1]), size[2], TestMaps.epilogue(new Random(size[0]))), size[1]));
    }

    @ParameterizedTest
    @MethodSource("tensorLayers")
    void tensorCores(String operation, RandomLayers.Case layer) throws Exception {
        check(layer, TENSOR_CORES);
    }

    private static void check(RandomLayers.Case layer, KernelTable<KernelLaunch> table) throws Exception {
        Spec spec = layer.spec();
        float[] weight = rounded(layer.weight());
        float[] bias = rounded(layer.bias());
        KernelLaunch launch = table.kernel(spec, weight, bias);
        assertTrue(launch.half(), launch.kernel());
        List<Integer> inputs = new ArrayList<>();
        int end = ZEROS;
        for (MapLayout map : spec.inputs()) {
            inputs.add(end);
            end += MapLayout.padded(map.length());
        }
        int image = end + spec.out().length();
        HalfFloatArray memory = new HalfFloatArray(BATCH * image);
        memory.clear();
        float[][] expected = new float[BATCH][spec.out().length()];
        for (int n = 0; n < BATCH; n++) {
            List<Operands.Input> maps = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                float[] x = rounded(map(spec.inputs().get(i), layer.random()));
                maps.add(new Operands.Input(x, 0));
                put(memory, n * image + inputs.get(i), x);
            }
            KernelProvider.scalar().kernel(spec, weight, bias).run(Operands.of(maps, expected[n], 0));
            for (int i = 0; i < spec.out().length(); i++) {
                memory.set(n * image + end + i, new HalfFloat(Float.NaN));
            }
        }
        float[] weights = launch.weights().length == 0 ? new float[1] : launch.weights();
        FloatArray floats = new FloatArray(BATCH * launch.scratch() + 1);
        floats.init(Float.NaN);
        JavaTasks.run(launch, BATCH,
                new DeviceArrays(floats, null, memory, HalfConversion.array(weights), null, launch.scratch(), image),
                new BufferOffsets(image, inputs, spec.in().stride(), end, spec.out().stride(), 0, 0));
        for (int n = 0; n < BATCH; n++) {
            for (int i = 0; i < spec.out().length(); i++) {
                if (i % spec.out().stride() < spec.out().channels()) {
                    float wanted = expected[n][i];
                    assertEquals(wanted, memory.get(n * image + end + i).getFloat32(),
                            ROUNDING * Math.abs(wanted) + 1e-5, "image " + n + ", element " + i + " of " + spec);
                }
            }
            for (int i = 0; i < ZEROS; i++) {
                assertEquals(0f, memory.get(n * image + i).getFloat32(), "a zero was written over");
            }
        }
    }

    private static float[] map(MapLayout layout, Random random) {
        float[] x = new float[layout.length()];
        layout.fromPlanes(TestMaps.normal(layout.pixels() * layout.channels(), 1, random), 0, x, 0);
        return x;
    }

    private static void put(HalfFloatArray to, int at, float[] values) {
        for (int i = 0; i < values.length; i++) {
            to.set(at + i, new HalfFloat(values[i]));
        }
    }

    @Test
    void everyRowIsTested() {
        Set<String> tested = new HashSet<>();
        layers().forEach(layer -> {
            RandomLayers.Case one = (RandomLayers.Case) layer.get()[1];
            tested.add(TABLE.kernel(one.spec(), one.weight(), one.bias()).kernel());
        });
        Set<String> rows = new HashSet<>();
        TABLE.rows().forEach(row -> rows.add(row.kernel()));
        assertEquals(rows, tested);
    }

    /** With layers of both precisions, maps that are read in both, and batches. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void smallNet(int batch) throws Exception {
        int height = 10;
        int width = 14;
        Graph graph = SmallNets.oneOfEverything(height / 2, width / 2, 1);
        NetLayout layout = new NetLayout(graph, height, width, new GpuKernels(Precision.HALF));
        assertTrue(layout.steps().stream().anyMatch(step -> step.launch().half()));
        assertTrue(layout.steps().stream().anyMatch(step -> !step.launch().half()));
        float[] images = TestMaps.normal(batch * 3 * height * width, 1, new Random(batch));
        float[][] results = JavaTasks.run(layout, images, batch);
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(height, width, 1))) {
            for (int i = 0; i < results.length; i++) {
                float[][] expected = scalar.outputs().stream()
                        .map(map -> new float[batch * map.pixels() * map.channels()]).toArray(float[][]::new);
                scalar.run(images, batch, expected);
                assertTrue(difference(expected[i], results[i]) < 1e-2,
                        "output " + i + " is off by " + difference(expected[i], results[i]));
            }
        }
    }

    /** The first layer reads the images in single precision. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void convolutionOfPlanes(long seed) throws Exception {
        FirstLayers net = FirstLayers.random(seed);
        NetLayout layout = new NetLayout(net.graph(), net.height(), net.width(), new GpuKernels(Precision.HALF));
        assertEquals("f16-conv2d-image-4x1", layout.steps().getFirst().launch().kernel());
        // Weights and results are rounded.
        net.check(JavaTasks.run(layout, net.images(), net.batch()), 5e-3);
    }

    /** The same harness in single precision: it is right within rounding, so what half precision adds is half precision's. */
    @Test
    void smallNetInSinglePrecision() throws Exception {
        int height = 10;
        int width = 14;
        Graph graph = SmallNets.oneOfEverything(height / 2, width / 2, 1);
        NetLayout layout = new NetLayout(graph, height, width, new GpuKernels(Precision.SINGLE));
        assertEquals(0, layout.halfImage());
        float[] images = TestMaps.normal(3 * height * width, 1, new Random(9));
        float[][] results = JavaTasks.run(layout, images, 1);
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(height, width, 1))) {
            float[][] expected = scalar.outputs().stream().map(map -> new float[map.pixels() * map.channels()])
                    .toArray(float[][]::new);
            scalar.run(images, 1, expected);
            for (int i = 0; i < results.length; i++) {
                assertTrue(difference(expected[i], results[i]) < 2e-5, "output " + i);
            }
        }
    }

    /** The net that a device has to compute before its tensor cores are used: right kernels must pass. */
    @Test
    void netForTensorCores() throws Exception {
        int batch = 2;
        Graph graph = TensorCores.net();
        NetLayout layout = new NetLayout(graph, 9, 8, new GpuKernels(Precision.HALF, true));
        assertTrue(layout.steps().stream().allMatch(step -> step.launch().kernel().equals("f16-pointwise-64x64-mma")));
        float[] images = TestMaps.normal(batch * layout.input().length(), 1, new Random(3));
        float[] results = JavaTasks.run(layout, images, batch)[0];
        float[] expected = new float[results.length];
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(9, 8, 1))) {
            scalar.run(images, batch, new float[][]{expected});
        }
        assertTrue(difference(expected, results) < TensorCores.TOLERANCE / 2,
                "off by " + difference(expected, results));
    }

    /** The built-in net names digits as PyTorch does, with logits within the stated tolerance; with tensor cores, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void digits(boolean tensorCores) throws Exception {
        int images = 10;
        int side = 64;
        JsonNode test;
        try (InputStream in = HalfKernelsTest.class
                .getResourceAsStream("/io/github/jvig/model/image/digits_test.json")) {
            test = new ObjectMapper().readTree(in);
        }
        NetLayout layout = new NetLayout(Passes.optimize(Models.digits().graph()), side, side,
                new GpuKernels(Precision.HALF, tensorCores));
        float[] batch = new float[images * layout.input().length()];
        for (int i = 0; i < images; i++) {
            digit(test.get("images").get(i), batch, i * layout.input().length());
        }
        float[] logits = JavaTasks.run(layout, batch, images)[0];
        for (int i = 0; i < images; i++) {
            double[] expected = new double[10];
            double squares = 0;
            int best = 0;
            for (int c = 0; c < 10; c++) {
                expected[c] = test.get("logits").get(i).get(c).asDouble();
                best = logits[i * 10 + c] > logits[i * 10 + best] ? c : best;
            }
            double mean = Arrays.stream(expected).average().orElseThrow();
            for (double logit : expected) {
                squares += (logit - mean) * (logit - mean) / 10;
            }
            for (int c = 0; c < 10; c++) {
                assertEquals(expected[c], logits[i * 10 + c], 2e-2 * Math.sqrt(squares), "image " + i + " class " + c);
            }
            assertEquals(test.get("pred").get(i).asInt(), best, "image " + i);
        }
    }

    /** As the net was trained: bilinear from 8x8 to 64x64 between half-pixel centers, from -1 to 1, on three channels. */
    private static void digit(JsonNode pixels, float[] batch, int at) {
        int side = 64;
        for (int i = 0; i < side * side; i++) {
            double v = Math.clamp((i / side + 0.5) / 8 - 0.5, 0, 7);
            double u = Math.clamp((i % side + 0.5) / 8 - 0.5, 0, 7);
            int top = Math.min(6, (int) v);
            int left = Math.min(6, (int) u);
            double value = 0;
            for (int corner = 0; corner < 4; corner++) {
                int row = top + corner / 2;
                int column = left + corner % 2;
                value += (1 - Math.abs(v - row)) * (1 - Math.abs(u - column)) * pixels.get(row * 8 + column).asInt()
                        / 16;
            }
            for (int c = 0; c < 3; c++) {
                batch[at + c * side * side + i] = (float) (2 * value - 1);
            }
        }
    }

    /** Logits of nets within the stated tolerance of the authors'. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160"})
    void goldenLogits(String file) throws Exception {
        Golden golden = Golden.read(file);
        NetLayout layout = new NetLayout(Passes.optimize(golden.net().build(Seeded.parameters())), golden.height(),
                golden.width(), new GpuKernels(Precision.HALF));
        float[] logits = JavaTasks.run(layout, golden.input(), golden.batch())[0];
        double largest = 0;
        for (int i = 0; i < logits.length; i++) {
            largest = Math.max(largest, Math.abs(golden.logits()[i] - logits[i]) / golden.logitsStd());
        }
        assertTrue(largest < 2e-2, "off by " + largest);
        assertFalse(largest < 1e-5, "not in half precision");
    }

    private static double difference(float[] expected, float[] actual) {
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += (double) expected[i] * expected[i];
            largest = Math.max(largest, Float.isNaN(actual[i])
                    ? Double.POSITIVE_INFINITY
                    : Math.abs((double) expected[i] - actual[i]));
        }
        return largest / Math.sqrt(squares / expected.length);
    }
}
