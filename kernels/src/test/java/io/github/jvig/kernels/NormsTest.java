package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormsTest {
    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83, 84})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            KernelProviderTest.check(specs.channelNorm(), seed * 1000 + i);
            KernelProviderTest.check(specs.mapNorm(), seed * 1000 + i);
        }
    }

    /** Cut into units, and so many pixels that a sum in float in one go would be off. */
    @Test
    void largeMaps() {
        MapLayout map = MapLayout.of(112, 112, 64);
        for (MapNorm.Kind kind : MapNorm.Kind.values()) {
            KernelProviderTest.check(new MapNorm(map, kind, 1e-5), 1);
        }
        KernelProviderTest.check(new MapNorm(map, MapNorm.Kind.GROUP, 32, 1e-5), 1);
        for (ChannelNorm.Kind kind : ChannelNorm.Kind.values()) {
            KernelProviderTest.check(new ChannelNorm(map, kind, 1e-6), 1);
        }
    }

    /** Values of 1000 +- 1, of which the mean of squares less the square of the mean, in float, knows nothing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 20})
    void aSmallDeviationFromALargeMean(int groups) {
        MapNorm spec = new MapNorm(MapLayout.of(56, 56, 20), MapNorm.Kind.GROUP, groups, 1e-5);
        float[] planes = new float[20 * 56 * 56];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i % 2 == 0 ? 1001 : 999;
        }
        float[] in = new float[spec.in().length()];
        spec.in().fromPlanes(planes, 0, in, 0);
        float[] ones = new float[20];
        Arrays.fill(ones, 1);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[in.length];
            kernels.kernel(spec, ones, null).run(Operands.of(in, out));
            float[] result = new float[planes.length];
            spec.in().toPlanes(out, 0, result, 0);
            for (int i = 0; i < result.length; i++) {
                assertEquals(i % 2 == 0 ? 1 : -1, result[i], 1e-3, kernels.name());
            }
        }
    }

    /** PyTorch's normalize gives zeros for zeros. */
    @Test
    void aLengthOfZeroIsReplacedByEpsilon() {
        MapLayout map = MapLayout.of(2, 3, 5);
        for (Spec spec : List.of(new ChannelNorm(map, ChannelNorm.Kind.L2, 1e-12),
                new MapNorm(map, MapNorm.Kind.L2, 1e-12))) {
            for (KernelProvider kernels : ActivationsTest.providers()) {
                float[] in = new float[map.length()];
                in[0] = 3;
                float[] out = new float[map.length()];
                Arrays.fill(out, 7);
                kernels.kernel(spec).run(Operands.of(in, out));
                assertEquals(1, out[0], 1e-6);
                out[0] = 0;
                for (float x : out) {
                    assertEquals(0, x);
                }
            }
        }
    }

    @Test
    void notANumberSpreadsAsDocumented() {
        MapLayout map = MapLayout.of(2, 3, 5);
        float[] in = new float[map.length()];
        Arrays.fill(in, 0, 5, 1);
        in[2] = Float.NaN;
        float[] ones = new float[5];
        Arrays.fill(ones, 1);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            for (MapNorm.Kind kind : MapNorm.Kind.values()) {
                boolean weighted = kind != MapNorm.Kind.L2;
                float[] out = new float[map.length()];
                kernels.kernel(new MapNorm(map, kind, 1e-5), weighted ? ones : null, weighted ? ones : null)
                        .run(Operands.of(in, out));
                assertTrue(Float.isNaN(out[map.stride() + 2]), kernels.name() + kind);
                assertEquals(weighted, Float.isNaN(out[map.stride() + 3]), kernels.name() + kind);
            }
            float[] out = new float[map.length()];
            kernels.kernel(new ChannelNorm(map, ChannelNorm.Kind.RMS, 1e-5), ones, null).run(Operands.of(in, out));
            assertTrue(Float.isNaN(out[0]) && out[map.stride()] == 0, kernels.name());
        }
    }

    @Test
    void notANumberStaysInItsGroup() {
        MapLayout map = MapLayout.of(2, 3, 6);
        float[] in = new float[map.length()];
        in[2] = Float.NaN;
        float[] ones = new float[6];
        Arrays.fill(ones, 1);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[map.length()];
            kernels.kernel(new MapNorm(map, MapNorm.Kind.GROUP, 2, 1e-5), ones, ones).run(Operands.of(in, out));
            for (int c = 0; c < 6; c++) {
                assertEquals(c < 3 ? Float.NaN : 1, out[map.stride() + c], kernels.name());
            }
        }
    }

    @Test
    void specs() {
        MapLayout map = MapLayout.of(2, 3, 5);
        String message = assertThrows(IllegalArgumentException.class,
                () -> new ChannelNorm(map, ChannelNorm.Kind.RMS, 0)).getMessage();
        assertTrue(message.contains("positive, not 0.0"), message);
        assertThrows(IllegalArgumentException.class, () -> new MapNorm(map, MapNorm.Kind.L2, Double.NaN));
        assertThrows(IllegalArgumentException.class,
                () -> new MapNorm(MapLayout.unpadded(2, 3, 5), MapNorm.Kind.L2, 1));
        assertThrows(IllegalArgumentException.class,
                () -> new ChannelNorm(MapLayout.unpadded(2, 3, 5), ChannelNorm.Kind.L2, 1));
        assertEquals(5, new MapNorm(map, MapNorm.Kind.GROUP, 1).biasCount());
        assertEquals(5, new MapNorm(map, MapNorm.Kind.RESPONSE, 1).weightCount());
        assertEquals(0, new MapNorm(map, MapNorm.Kind.L2, 1).weightCount());
        assertEquals(5, new ChannelNorm(map, ChannelNorm.Kind.RMS, 1).weightCount());
        assertEquals(0, new ChannelNorm(map, ChannelNorm.Kind.L2, 1).weightCount());
        String divided = assertThrows(IllegalArgumentException.class,
                () -> new MapNorm(map, MapNorm.Kind.GROUP, 2, 1)).getMessage();
        assertEquals("a norm GROUP of 2x3x5 can't have 2 groups", divided);
        assertThrows(IllegalArgumentException.class, () -> new MapNorm(map, MapNorm.Kind.GROUP, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new MapNorm(map, MapNorm.Kind.RESPONSE, 5, 1));
        assertEquals("map-norm group 2x3x5, 5 groups", new MapNorm(map, MapNorm.Kind.GROUP, 5, 1).toString());
        assertEquals("map-norm response 2x3x5", new MapNorm(map, MapNorm.Kind.RESPONSE, 1).toString());
    }
}
