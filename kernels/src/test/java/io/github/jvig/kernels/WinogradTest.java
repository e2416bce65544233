package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions of 3x3 with a stride of 1 or 2, which may be computed by Winograd's algorithm. */
class WinogradTest {
    @BeforeAll
    static void width() {
        Widths.assume();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyShape(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 15; i++) {
            KernelProviderTest.check(specs.threeByThree(), seed * 1000 + i);
        }
    }

    /** Blocks of several rows of tiles, groups of panels, one block of all tiles, and a rest of each. */
    @Test
    void shapesOfNets() {
        Epilogue relu = Epilogue.of(Activation.RELU);
        for (Conv2d spec : List.of(new Conv2d(MapLayout.of(56, 56, 64), 64, Window.same(3), relu),
                new Conv2d(MapLayout.of(27, 29, 40), 80, Window.same(3), relu.plusResidual()),
                new Conv2d(MapLayout.of(14, 14, 256), 256, Window.same(3),
                        Epilogue.NONE.plusResidual().then(Activation.RELU)),
                new Conv2d(MapLayout.of(15, 14, 96), MapLayout.of(15, 14, 192), Window.same(3), 3, relu.plusResidual()),
                new Conv2d(MapLayout.of(13, 11, 272), 176, Window.same(3), Epilogue.of(Activation.GELU)),
                new Conv2d(MapLayout.of(56, 56, 32), 96, Window.of(3, 2, 1), relu),
                new Conv2d(MapLayout.of(29, 35, 42), 84, Window.of(3, 2, 1), relu.plusResidual()),
                new Conv2d(MapLayout.of(28, 28, 84), 168, Window.of(3, 2, 1), Epilogue.of(Activation.GELU)),
                new Conv2d(MapLayout.of(31, 30, 50), 128,
                        new Window(new Window.Axis(3, 2, 0, 1, 1), new Window.Axis(3, 2, 0, 1, 1)), relu))) {
            assertTrue(
                    WinogradReferences
                            .areFor(KernelProvider.vector().kernel(spec, new float[spec.weightCount()], null)),
                    spec::toString);
            KernelProviderTest.check(spec, 1);
        }
    }

    @Test
    void whereItDoesNotPayTheWindowIsAsItIs() {
        for (Conv2d spec : List.of(new Conv2d(MapLayout.of(56, 56, 8), 64, Window.same(3), Epilogue.NONE),
                new Conv2d(MapLayout.of(14, 14, 64), 64, Window.of(3, 2, 1), Epilogue.NONE),
                new Conv2d(MapLayout.of(56, 56, 64), 64, Window.of(3, 3, 1), Epilogue.NONE),
                new Conv2d(MapLayout.of(56, 56, 64), 64, Window.of(3, 2, 1), 2, Epilogue.NONE),
                new Conv2d(MapLayout.of(56, 56, 64), 64, new Window(3, 1, 2, 2), Epilogue.NONE),
                new Conv2d(MapLayout.of(7, 7, 1024), 1024, Window.same(3), Epilogue.NONE))) {
            assertFalse(
                    WinogradReferences
                            .areFor(KernelProvider.vector().kernel(spec, new float[spec.weightCount()], null)),
                    spec::toString);
        }
    }

    /** At a corner, at a side, on both sides of a tile's border and inside; among weights there are zeros. */
    @Test
    void infinitiesAndNanReachTheOutputsThatSeeThem() {
        Epilogue epilogue = Epilogue.of(Activation.RELU).plusResidual();
        nonFinite(new Conv2d(MapLayout.of(15, 14, 20), 70, Window.same(3), epilogue));
        nonFinite(new Conv2d(MapLayout.of(15, 14, 20), 128, Window.same(3), 2, epilogue));
        nonFinite(new Conv2d(MapLayout.of(15, 14, 20), 70, Window.of(3, 2, 1), epilogue));
    }

    private static void nonFinite(Conv2d spec) {
        MapLayout map = spec.in();
        Random random = new Random(5);
        float[] weight = new float[spec.weightCount()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = random.nextInt(5) == 0 ? 0 : random.nextFloat() - 0.5f;
        }
        float[] bias = random(spec.biasCount(), random);
        float[] residual = random(spec.out().length(), random);
        List<KernelCandidate<Kernel>> candidates = KernelProvider.vector().candidates(spec, weight, bias);
        assertTrue(candidates.stream().anyMatch(c -> c.name().contains("winograd")));
        for (float value : new float[]{Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
            for (int pixel : List.of(0, 13, 5 * 14 + 7, 6 * 14 + 8, 14 * 14 + 3, map.pixels() - 1)) {
                float[] in = random(map.length(), random);
                in[pixel * map.stride() + 7] = value;
                in[pixel * map.stride() + 3] = random.nextInt(2) == 0 ? -value : 1;
                float[] expected = run(KernelProvider.scalar().kernel(spec, weight, bias), in, residual);
                for (KernelCandidate<Kernel> candidate : candidates) {
                    float[] actual = run(candidate.kernel().get(), in, residual);
                    for (int i = 0; i < expected.length; i++) {
                        if (i % spec.out().stride() < spec.out().channels()) {
                            assertEquals(expected[i], actual[i], 1e-5f,
                                    candidate.name() + ", " + value + " at pixel " + pixel);
                        }
                    }
                }
            }
        }
    }

    /** From inputs of which only the rows are there that these outputs see; an infinite pixel is seen by a single row of a tile. */
    @Test
    void rangesOfRowsHaveTheSameBits() {
        Random random = new Random(7);
        Epilogue epilogue = Epilogue.of(Activation.RELU6).plusResidual();
        for (Conv2d spec : List.of(new Conv2d(MapLayout.of(23, 21, 32), 64, Window.same(3), epilogue),
                new Conv2d(MapLayout.of(23, 21, 32), 64, Window.same(3), 2, epilogue),
                new Conv2d(MapLayout.of(46, 41, 20), 64, Window.of(3, 2, 1), epilogue))) {
            float[] weight = random(spec.weightCount(), random);
            float[] in = random(spec.in().length(), random);
            in[(11 * spec.in().width() + 5) * spec.in().stride()] = Float.POSITIVE_INFINITY;
            float[] residual = random(spec.out().length(), random);
            int checked = 0;
            for (KernelCandidate<Kernel> candidate : KernelProvider.vector().candidates(spec, weight, null)) {
                RowKernel kernel = (RowKernel) candidate.kernel().get();
                if (candidate.name().contains("winograd") && kernel.supportsRowRanges()) {
                    float[] whole = run(kernel, in, residual);
                    for (int rows : new int[]{1, 2, 3, 7, 22}) {
                        float[] out = new float[whole.length];
                        for (int y = 0; y < 23; y += rows) {
                            int end = Math.min(y + rows, 23);
                            kernel.rows(rowsSeen(spec, in, y, end), 0, residual, 0, out, 0, y, end);
                        }
                        assertArrayEquals(whole, out, 0, candidate.name() + ", " + rows + " rows at a time");
                    }
                    checked++;
                }
            }
            assertTrue(checked > 0, spec::toString);
        }
    }

    /** A copy in which all rows that some outputs do not see are NaN. */
    private static float[] rowsSeen(Conv2d spec, float[] in, int from, int to) {
        int row = spec.in().width() * spec.in().stride();
        float[] seen = new float[in.length];
        Arrays.fill(seen, Float.NaN);
        int first = spec.firstInputRow(from) * row;
        System.arraycopy(in, first, seen, first, (spec.lastInputRow(to - 1) + 1) * row - first);
        return seen;
    }

    /** The transform of the inputs overflows where the sums do not. */
    @Test
    void largeInputsDoNotOverflowEarly() {
        Conv2d spec = new Conv2d(MapLayout.of(12, 12, 16), 64, Window.same(3), Epilogue.NONE);
        Random random = new Random(6);
        float[] weight = random(spec.weightCount(), random);
        float[] in = random(spec.in().length(), random);
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= 0.01f;
        }
        for (int i = 0; i < in.length; i++) {
            in[i] *= Float.MAX_VALUE;
        }
        float[] expected = run(KernelProvider.scalar().kernel(spec, weight, null), in, null);
        for (KernelCandidate<Kernel> candidate : KernelProvider.vector().candidates(spec, weight, null)) {
            float[] actual = run(candidate.kernel().get(), in, null);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e33f, candidate.name());
            }
        }
    }

    private static float[] random(int length, Random random) {
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            result[i] = random.nextFloat() - 0.5f;
        }
        return result;
    }

    private static float[] run(Kernel kernel, float[] in, float[] residual) {
        float[] out = new float[((Conv2d) kernel.spec()).out().length()];
        kernel.run(residual == null ? Operands.of(in, out) : Operands.of(in, residual, out));
        return out;
    }
}
