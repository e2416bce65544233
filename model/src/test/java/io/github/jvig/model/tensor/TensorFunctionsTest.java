package io.github.jvig.model.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every function: units by themselves give what they give together, pad lanes are zero, and a run allocates nothing. */
class TensorFunctionsTest {
    private static final int CANARY = 5;
    /** Processor time of this JVM: on a busy machine a minute may pass in which nothing is compiled. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();

    private static MapLayout tensor(int elements) {
        return TensorFunction.tensor(elements);
    }

    private static Source in(int i) {
        return new Source(i, null, 0);
    }

    private static List<Dim> row(Integer... shape) {
        return Dim.rowMajor(List.of(shape));
    }

    /** Each as it is, and with the loops of this machine's kernels where that makes a difference. */
    static Stream<TensorFunction> functions() {
        ArrayMath math = ArrayMath.of(KernelProvider.get().table().machine());
        return plain().flatMap(f -> Stream.of(f, f.with(math)).distinct());
    }

    private static Stream<TensorFunction> plain() {
        MapLayout map = MapLayout.of(30, 20, 37);
        List<Integer> digits = List.of(37, 30, 20);
        List<Integer> mapStrides = List.of(1, 20 * 48, 48);
        int[] some = IntStream.range(0, 90).map(i -> i % 7 == 0 ? AxisGather.NONE : i * 3 % 50).toArray();
        int[][] taps = IntStream.range(0, 40).mapToObj(i -> new int[]{i % 20, (i + 3) % 20}).toArray(int[][]::new);
        float[][] weights = new float[40][2];
        Arrays.stream(weights).forEach(w -> Arrays.fill(w, 0.25f));
        Geometry window = new Geometry(new int[]{1, 24, 24}, new int[]{1, 12, 12}, new int[]{1, 3, 3},
                new int[]{1, 2, 2}, new int[]{1, 1, 1}, new int[]{0, 1, 1});
        return Stream.of(
                // A map by a number for each channel, which leaves the pad lanes at exp(0) if they are not cleared.
                new Elementwise(Unary.EXP.plain(), List.of(map), List.of(in(0)), digits,
                        List.of(mapStrides, mapStrides), map),
                new Elementwise(Binary.ADD, List.of(map, tensor(37)), List.of(in(0), in(1)), digits,
                        List.of(mapStrides, List.of(1, 0, 0), mapStrides), map),
                new Elementwise(Pointwise.where(), List.of(tensor(22200)),
                        List.of(in(0), in(0), Source.of(new float[]{2, 3, 4})), List.of(7400, 3),
                        List.of(List.of(3, 1), List.of(1, 7400), List.of(0, 1), List.of(3, 1)), tensor(22200)),
                new Reduce(Reduction.MEAN, List.of(map), in(0), List.of(new Dim(37, 1)),
                        List.of(new Dim(600, 48)), List.of(new Dim(37, 1)), tensor(37)),
                new Reduce(Reduction.LOG_SUM_EXP, List.of(tensor(40000)), in(0), row(200), row(200), row(200),
                        tensor(200)),
                new Rows(RowOperator.softmax(false), List.of(tensor(40000)), in(0), List.of(new Dim(200, 200)),
                        row(200), List.of(new Dim(200, 200)), row(200), tensor(40000)),
                new Rows(RowOperator.softmax(false), List.of(tensor(40000)), in(0), List.of(new Dim(2500, 16)),
                        row(16), List.of(new Dim(2500, 16)), row(16), tensor(40000)),
                new Rows(RowOperator.softmax(false), List.of(tensor(40000)), in(0), row(4, 100),
                        List.of(new Dim(100, 400)), row(4, 100), List.of(new Dim(100, 400)), tensor(40000)),
                new Rows(RowOperator.standardize(1e-5f), List.of(tensor(40000)), in(0), List.of(new Dim(200, 200)),
                        row(200), List.of(new Dim(200, 200)), row(200), tensor(40000)),
                new Elementwise(Unary.TANH.plain(), List.of(tensor(22203)), List.of(in(0)), List.of(22203),
                        List.of(List.of(1), List.of(1)), tensor(22203)),
                new Reduce(Reduction.L2, List.of(tensor(40000)), in(0), List.of(new Dim(200, 200)), row(200), row(200),
                        tensor(200)),
                new Rows(RowOperator.top(5, true), List.of(tensor(40000)), in(0), List.of(new Dim(200, 200)), row(200),
                        List.of(new Dim(200, 5)), List.of(new Dim(2, 1000), new Dim(5, 1)), tensor(2000)),
                new AxisGather("pick", List.of(tensor(5000)), in(0),
                        List.of(Steps.table(List.of(new Dim(100, 50))), some), Source.of(new float[]{9})),
                new AxisFilter("filter", List.of(tensor(20000)), in(0), 100, 20, 10, taps, weights, 0),
                new Joined(List.of(tensor(3000), tensor(4200)), List.of(in(0), in(1)), 300, List.of(10, 14)),
                new Convolution(List.of(tensor(8 * 576), tensor(12 * 8 * 9)), in(0), in(1), null, 1, 8, 12, 1, window,
                        false),
                new Convolution(List.of(tensor(8 * 144), tensor(12 * 8 * 9)), in(0), in(1), null, 1, 8, 12, 1, window,
                        true),
                new StridedCopy("to a tensor", map, 0, List.of(new Dim(37, 1), new Dim(600, 48)), tensor(22200),
                        row(37, 600)),
                new StridedCopy("to a map", tensor(22200), 0, row(37, 600), map,
                        List.of(new Dim(37, 1), new Dim(600, 48))),
                new StridedCopy("to part of a map", tensor(22200), 5, row(36, 600), map,
                        List.of(new Dim(36, 1), new Dim(600, 48))),
                new GatherAlong(List.of(tensor(5000), tensor(90)), in(0), in(1), 10, 50, 10, 90),
                new Scatter(Scatter.Mode.ADD, List.of(tensor(5000), tensor(90), tensor(900)), in(0), 5000, in(1),
                        in(2), List.of(new Dim(90, 0)), new int[]{500}, new int[]{10}, 10),
                new PlacedRows(List.of(tensor(5000), tensor(900)), in(0), 0, in(1),
                        PlacedRows.places(new float[]{3, -1, 600, 3, 7, 8, 9, 20, 0}, 50), 100),
                new PlacedRows(List.of(tensor(900)), null, 2.5f, in(0), PlacedRows.places(new float[]{3, 4, 5}, 77),
                        300),
                new GridSample(List.of(tensor(3 * 900), tensor(2000)), in(0), in(1), List.of(1, 3, 30, 30), 1000,
                        GridSample.Mode.CUBIC, GridSample.Padding.REFLECTION, false));
    }

    /** Blocks of a transpose that end at none of its sides; from some elements of the input on. */
    @Test
    void aTransposedCopyHasEachElementInItsPlace() {
        StridedCopy copy = new StridedCopy("transposed", tensor(7 + 5 * 437), 7,
                List.of(new Dim(5, 437), new Dim(19, 1), new Dim(23, 19)), tensor(5 * 437), row(5, 19, 23));
        float[] in = new float[copy.inputs().getFirst().length()];
        for (int i = 0; i < in.length; i++) {
            in[i] = i;
        }
        for (boolean alone : new boolean[]{false, true}) {
            float[] out = run(copy, new float[][]{in}, alone);
            for (int a = 0; a < 5; a++) {
                for (int i = 0; i < 19; i++) {
                    for (int j = 0; j < 23; j++) {
                        assertEquals(7 + a * 437 + i + j * 19, out[a * 437 + i * 23 + j], a + ", " + i + ", " + j);
                    }
                }
            }
        }
    }

    /** From the definition, place by place: regions in and around two images, channels that units cut anywhere, as many places as pixels or some. */
    @Test
    void regionsAreAlignedPlaceByPlace() {
        Random random = new Random(5);
        float[] planes = new float[2 * 3 * 9 * 11];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (float) random.nextGaussian();
        }
        int count = 40;
        float[] regions = new float[4 * count];
        float[] images = new float[count];
        for (int i = 0; i < count; i++) {
            regions[4 * i] = random.nextFloat(-4, 20);
            regions[4 * i + 1] = random.nextFloat(-4, 16);
            regions[4 * i + 2] = regions[4 * i] + random.nextFloat(16);
            regions[4 * i + 3] = regions[4 * i + 1] + random.nextFloat(12);
            images[i] = i % 2;
        }
        for (int samples : new int[]{0, 1, 3}) {
            for (boolean halfPixel : new boolean[]{false, true}) {
                RoiAlign align = align(count, samples, halfPixel);
                RoiAlign ofPixels = new RoiAlign(List.of(tensor(2 * 99 * 16), tensor(4 * count), tensor(count)), in(0),
                        in(1), in(2), new RoiAlign.Planes(2, 3, 9, 11, 99 * 16, 16, 1), count, 4, 5, samples, 0.5f,
                        halfPixel, false);
                assertArrayEquals(run(align, new float[][]{planes, regions, images}, false),
                        run(ofPixels, new float[][]{pixels(planes), regions, images}, true));
                for (boolean alone : new boolean[]{false, true}) {
                    float[] out = run(align, new float[][]{planes, regions, images}, alone);
                    for (int i = 0; i < count * 3 * 20; i++) {
                        int region = i / 60;
                        double expected = aligned(planes, (region % 2 * 3 + i / 20 % 3) * 99, regions, 4 * region,
                                i % 20 / 5, i % 5, samples, halfPixel);
                        assertEquals(expected, out[i], 2e-5, samples + " places, number " + i);
                    }
                }
            }
        }
    }

    private static RoiAlign align(int count, int samples, boolean halfPixel) {
        return new RoiAlign(List.of(tensor(594), tensor(4 * count), tensor(count)), in(0), in(1), in(2),
                new RoiAlign.Planes(2, 3, 9, 11, 297, 1, 99), count, 4, 5, samples, 0.5f, halfPixel, false);
    }

    /** The planes with the three channels of a pixel side by side, in sixteen floats. */
    private static float[] pixels(float[] planes) {
        float[] pixels = new float[2 * 99 * 16];
        for (int i = 0; i < planes.length; i++) {
            pixels[(i / 297 * 99 + i % 99) * 16 + i / 99 % 3] = planes[i];
        }
        return pixels;
    }

    /** One cell of 4x5, in a plane of 9x11. */
    private static double aligned(float[] planes, int plane, float[] regions, int at, int row, int column, int samples,
            boolean halfPixel) {
        double shift = halfPixel ? 0.5 : 0;
        double left = regions[at] * 0.5 - shift;
        double top = regions[at + 1] * 0.5 - shift;
        double width = Math.max(regions[at + 2] * 0.5 - shift - left, halfPixel ? 0 : 1);
        double height = Math.max(regions[at + 3] * 0.5 - shift - top, halfPixel ? 0 : 1);
        int nx = samples > 0 ? samples : (int) Math.ceil(width / 5);
        int ny = samples > 0 ? samples : (int) Math.ceil(height / 4);
        double sum = 0;
        for (int j = 0; j < ny; j++) {
            for (int i = 0; i < nx; i++) {
                double y = top + (row + (j + 0.5) / ny) * height / 4;
                double x = left + (column + (i + 0.5) / nx) * width / 5;
                if (y >= -1 && y <= 9 && x >= -1 && x <= 11) {
                    double cy = Math.clamp(y, 0, 8);
                    double cx = Math.clamp(x, 0, 10);
                    int y0 = Math.min((int) cy, 7);
                    int x0 = Math.min((int) cx, 9);
                    for (int corner = 0; corner < 4; corner++) {
                        double share = (corner / 2 == 0 ? 1 - (cy - y0) : cy - y0)
                                * (corner % 2 == 0 ? 1 - (cx - x0) : cx - x0);
                        sum += share * planes[plane + (y0 + corner / 2) * 11 + x0 + corner % 2];
                    }
                }
            }
        }
        return sum / Math.max(1, nx * ny);
    }

    /** Memory and time follow from the regions where these say how many places there are. */
    @Test
    void aRegionBeyondAllPicturesIsRefused() {
        float[] region = {0, 0, 4e9f, 8};
        RoiAlign align = align(1, 0, true);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> run(align, new float[][]{new float[594], region, new float[1]}, false));
        assertTrue(e.getMessage().contains("at most 65536"), e.getMessage());
    }

    private static float[] run(TensorFunction f, float[][] inputs, boolean alone) {
        float[] out = new float[f.out().length() + CANARY];
        Arrays.fill(out, Float.NaN);
        float[] scratch = new float[f.scratch() + CANARY];
        Arrays.fill(scratch, 77);
        Operands o = operands(inputs, out);
        if (alone) {
            for (int unit = f.units() - 1; unit >= 0; unit--) {
                f.run(o, scratch, 0, unit, unit + 1);
            }
        } else {
            f.run(o, scratch, 0, 0, f.units());
        }
        for (int i = 0; i < CANARY; i++) {
            assertTrue(Float.isNaN(out[f.out().length() + i]), "writes behind its output");
            assertEquals(77, scratch[f.scratch() + i], "writes behind its scratch");
        }
        return out;
    }

    private static Operands operands(float[][] inputs, float[] out) {
        List<Operands.Input> list = new ArrayList<>();
        for (float[] input : inputs) {
            list.add(new Operands.Input(input, 0));
        }
        return Operands.of(list, out, 0);
    }

    private static float[][] inputs(TensorFunction f) {
        Random random = new Random(3);
        return f.inputs().stream().map(layout -> {
            float[] values = new float[layout.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % layout.stride() < layout.channels() ? (float) random.nextGaussian() : 0;
            }
            return values;
        }).toArray(float[][]::new);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void unitsAloneGiveWhatTheyGiveTogether(TensorFunction f) {
        float[][] inputs = inputs(f);
        float[] together = run(f, inputs, false);
        assertArrayEquals(together, run(f, inputs, true), f.describe());
        MapLayout out = f.out();
        for (int i = 0; i < out.length(); i++) {
            if (i % out.stride() < out.channels()) {
                assertTrue(!Float.isNaN(together[i]), f.describe() + " leaves out " + i);
            } else {
                assertEquals(0, together[i], f.describe() + " leaves a pad lane");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("functions")
    void aRunAllocatesNothing(TensorFunction f) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] out = new float[f.out().length()];
        float[] scratch = new float[f.scratch()];
        Operands o = operands(inputs(f), out);
        long id = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        // Vectors are objects until the loops are compiled, however long that takes.
        long end = PROCESS.getProcessCpuTime() + PATIENCE_NANOS;
        for (int i = 0; i < 20 || least > 0 && PROCESS.getProcessCpuTime() < end; i++) {
            long before = threads.getThreadAllocatedBytes(id);
            f.run(o, scratch, 0, 0, f.units());
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        assertEquals(0, least, f.describe());
    }

    /** However the rows lie, and however many are computed at a time. */
    @Test
    void aSoftmaxIsTheSameInAnyArrangement() {
        ArrayMath math = ArrayMath.of(KernelProvider.get().table().machine());
        for (int n : List.of(3, 16, 32, 33, 100)) {
            int rows = 120;
            MapLayout layout = tensor(rows * n);
            float[][] inputs = {new float[layout.length()]};
            Random random = new Random(n);
            for (int i = 0; i < rows * n; i++) {
                inputs[0][i] = (float) random.nextGaussian() * 3;
            }
            List<Dim> outer = List.of(new Dim(rows, n));
            TensorFunction side = new Rows(RowOperator.softmax(false), List.of(layout), in(0), outer, row(n), outer,
                    row(n), layout).with(math);
            TensorFunction apart = new Rows(RowOperator.softmax(false), List.of(layout), in(0), row(rows),
                    List.of(new Dim(n, rows)), row(rows), List.of(new Dim(n, rows)), layout).with(math);
            float[] turned = new float[layout.length()];
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < n; i++) {
                    turned[i * rows + r] = inputs[0][r * n + i];
                }
            }
            float[] a = run(side, inputs, false);
            float[] b = run(apart, new float[][]{turned}, false);
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += Math.exp(inputs[0][r * n + i]);
                }
                for (int i = 0; i < n; i++) {
                    double share = Math.exp(inputs[0][r * n + i]) / sum;
                    assertEquals(share, a[r * n + i], 2e-6 * share, "side by side");
                    assertEquals(share, b[i * rows + r], 2e-6 * share, "apart");
                }
            }
        }
    }

    /** What a mask of -100 rules out is zero and no denormal number, which is slow in every product behind it. */
    @Test
    void aSoftmaxGivesNoDenormals() {
        for (ArrayMath math : List.of(ArrayMath.scalar(), ArrayMath.of(KernelProvider.get().table().machine()))) {
            float[] row = Arrays.copyOf(new float[]{0, -100, 1, -87.2f, Float.NEGATIVE_INFINITY},
                    10 + RowOperator.SPARE);
            RowOperator.softmax(false).apply(math, row, 0, 5, 5);
            double sum = 1 + Math.E;
            assertArrayEquals(new float[]{(float) (1 / sum), 0, (float) (Math.E / sum), 0, 0},
                    Arrays.copyOfRange(row, 5, 10), 1e-7f);
            assertEquals(0f, row[6]);
            assertEquals(0f, row[8]);
            float[] nan = Arrays.copyOf(new float[]{0, Float.NaN}, 4 + RowOperator.SPARE);
            RowOperator.softmax(false).apply(math, nan, 0, 2, 2);
            assertTrue(Float.isNaN(nan[2]) && Float.isNaN(nan[3]));
        }
    }
}
