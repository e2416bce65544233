package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link DepthwiseConv} promises beyond values of random maps: pixels that are not numbers, and ranges of rows. */
class DepthwiseConvTest {
    private static final List<Window> WINDOWS = List.of(Window.same(3), Window.of(3, 2, 1), Window.same(5),
            Window.of(5, 2, 2), Window.same(7), Window.of(7, 2, 3), Window.same(13), Window.same(1, 11),
            Window.same(11, 1), Window.of(5, 3, 2), new Window(7, 1, 9, 3));

    private static float[] weight(DepthwiseConv spec) {
        float[] weight = new float[spec.weightCount()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = i % 5 - 2.5f;
        }
        return weight;
    }

    /** In a corner, at a side and inside: outputs whose window holds them are infinite or NaN, and no others. */
    @Test
    void infinitiesAndNanReachTheOutputsThatSeeThem() {
        // Tiles of eight outputs with stride 1, and of seven.
        for (MapLayout map : List.of(MapLayout.of(29, 30, 3), MapLayout.of(29, 26, 3))) {
            for (Window window : WINDOWS) {
                infinitiesAndNanReachTheOutputsThatSeeThem(map, new DepthwiseConv(map, window, Epilogue.NONE));
            }
        }
    }

    private static void infinitiesAndNanReachTheOutputsThatSeeThem(MapLayout map, DepthwiseConv spec) {
        for (float value : new float[]{Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
            for (int pixel : new int[]{0, map.width() - 1, 10 * map.width(), map.pixels() - 1, 15 * map.width() + 14}) {
                float[] in = new float[map.length()];
                for (int p = 0; p < map.pixels(); p++) {
                    Arrays.fill(in, p * map.stride(), p * map.stride() + 3, 1 + p % 3);
                }
                in[pixel * map.stride() + 1] = value;
                float[] expected = run(KernelProvider.scalar(), spec, in);
                for (KernelProvider kernels : ActivationsTest.providers()) {
                    assertArrayEquals(expected, run(kernels, spec, in), 1e-3f, kernels.name() + ", " + spec);
                }
            }
        }
    }

    private static float[] run(KernelProvider kernels, DepthwiseConv spec, float[] in) {
        float[] out = new float[spec.out().length()];
        kernels.kernel(spec, weight(spec), null).run(Operands.of(in, out));
        return out;
    }

    /** Rows by themselves, few and many at a time, have the bits of the whole. */
    @Test
    void rangesOfRowsHaveTheSameBits() {
        for (int width : new int[]{21, 22}) {
            rangesOfRowsHaveTheSameBits(MapLayout.of(23, width, 20));
        }
    }

    private static void rangesOfRowsHaveTheSameBits(MapLayout map) {
        float[] in = new float[map.length()];
        for (int i = 0; i < in.length; i++) {
            in[i] = i % map.stride() < map.channels() ? (float) Math.sin(i) : 0;
        }
        KernelProvider kernels = ActivationsTest.providers().getLast();
        for (Window window : WINDOWS) {
            DepthwiseConv spec = new DepthwiseConv(map, window, Epilogue.of(Activation.GELU));
            if (kernels.kernel(spec, weight(spec), null) instanceof RowKernel kernel) {
                float[] whole = run(kernels, spec, in);
                for (int rows : new int[]{1, 3, 9}) {
                    float[] out = new float[whole.length];
                    for (int y = 0; y < spec.out().height(); y += rows) {
                        kernel.rows(in, 0, null, 0, out, 0, y, Math.min(y + rows, spec.out().height()));
                    }
                    assertEquals(0, Arrays.mismatch(whole, out) + 1,
                            kernel.name() + ", " + spec + ", " + rows + " rows at a time");
                }
            } else {
                assertEquals("scalar", kernels.name(), "vector kernels compute rows by themselves");
            }
        }
    }

    /** The tile that computes the fewest outputs, wide ones where registers hold them; all tiles give the same bits. */
    @Test
    void allTilesHaveTheSameBits() {
        KernelProvider kernels = ActivationsTest.providers().getLast();
        assumeTrue(kernels.name().startsWith("vector"), "there are no vectors");
        Random random = new Random(17);
        Map<Integer, Integer> narrow = Map.of(8, 8, 9, 7, 14, 7, 15, 8, 16, 8, 23, 8, 32, 8, 56, 7);
        Map<Integer, Integer> wide = Map.of(8, 8, 9, 7, 14, 14, 15, 8, 16, 8, 23, 14, 32, 8, 56, 14);
        for (int width : new int[]{8, 9, 14, 15, 16, 23, 32, 56}) {
            for (int kernel = 3; kernel <= 7; kernel += 2) {
                for (int stride = 1; stride <= 2; stride++) {
                    MapLayout map = MapLayout.of(5, width * stride, 37);
                    DepthwiseConv spec = new DepthwiseConv(map, Window.of(kernel, stride, kernel / 2),
                            Epilogue.of(Activation.RELU));
                    float[] planes = new float[37 * map.pixels()];
                    for (int i = 0; i < planes.length; i++) {
                        planes[i] = random.nextFloat() - 0.5f;
                    }
                    float[] in = new float[map.length()];
                    map.fromPlanes(planes, 0, in, 0);
                    Map<String, float[]> results = new LinkedHashMap<>();
                    for (KernelCandidate<Kernel> candidate : kernels.candidates(spec, weight(spec), null)) {
                        float[] out = new float[spec.out().length()];
                        candidate.kernel().get().run(Operands.of(in, out));
                        results.put(candidate.name(), out);
                    }
                    String first = results.keySet().iterator().next();
                    boolean isWide = VectorConfig.REGISTERS >= 32 && (stride == 1 || kernel > 3);
                    int fastest = (isWide ? wide : narrow).get(width);
                    if (stride == 1 && isWide && width % 16 == 0) {
                        fastest = 16;
                    }
                    if (stride == 1 && !isWide && width == 56) {
                        fastest = 8;
                    }
                    assertTrue(first.contains("-1x" + fastest + "-"), first + " for " + spec);
                    boolean hasFourteen = width >= 14 && (stride == 1 || kernel > 3);
                    boolean hasSixteen = width >= 16 && stride == 1;
                    assertEquals(3 + (hasFourteen ? 1 : 0) + (hasSixteen ? 1 : 0), results.size(),
                            results.keySet().toString());
                    results.forEach((name, out) -> assertEquals(0, Arrays.mismatch(results.get(first), out) + 1,
                            name + ", " + spec));
                }
            }
        }
    }
}
