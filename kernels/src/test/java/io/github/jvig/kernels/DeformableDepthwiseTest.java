package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class DeformableDepthwiseTest {
    @ParameterizedTest
    @ValueSource(longs = {161, 162, 163, 164})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 15; i++) {
            KernelProviderTest.check(specs.deformableDepthwise(), seed * 1000 + i);
        }
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** With a scale of 1 it is a depthwise convolution; in the middle of the map it is one with dilation for other whole scales. */
    @Test
    void wholeScales() {
        MapLayout map = MapLayout.of(9, 11, 20);
        DeformableDepthwiseConv spec = new DeformableDepthwiseConv(map, 1, 8);
        Random random = new Random(4);
        float[] weight = random(random, spec.weightCount());
        float[] bias = random(random, spec.biasCount());
        float[] in = new float[map.length()];
        map.fromPlanes(random(random, map.pixels() * 20), 0, in, 0);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            for (int scale = 1; scale <= 3; scale++) {
                DepthwiseConv dilated = new DepthwiseConv(map, new Window(3, 1, scale, scale), Epilogue.NONE);
                float[] expected = new float[map.length()];
                kernels.kernel(dilated, weight, bias).run(Operands.of(in, expected));
                float[] actual = new float[map.length()];
                kernels.kernel(spec, weight, bias).run(Operands.of(in, scales(spec, scale), actual));
                for (int i = 0; i < actual.length; i++) {
                    assertEquals(expected[i], actual[i], 1e-5, kernels.name() + " " + scale);
                }
            }
        }
    }

    private static float[] scales(DeformableDepthwiseConv spec, float value) {
        float[] scales = new float[spec.scale().length()];
        for (int p = 0; p < spec.scale().pixels(); p++) {
            scales[p * spec.scale().stride()] = value;
        }
        return scales;
    }

    /** Beyond the bounds, at infinity, and NaN, which stays in its pixel. */
    @Test
    void bounds() {
        MapLayout map = MapLayout.of(12, 12, 3);
        DeformableDepthwiseConv spec = new DeformableDepthwiseConv(map, 1, 4);
        Random random = new Random(4);
        float[] weight = random(random, spec.weightCount());
        float[] in = new float[map.length()];
        map.fromPlanes(random(random, map.pixels() * 3), 0, in, 0);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            Kernel kernel = kernels.kernel(spec, weight, null);
            for (float[] pair : new float[][]{{9, 4}, {Float.POSITIVE_INFINITY, 4}, {-3.5f, -3},
                    {Float.NEGATIVE_INFINITY, -3}}) {
                float[] beyond = new float[map.length()];
                float[] at = new float[map.length()];
                kernel.run(Operands.of(in, scales(spec, pair[0]), beyond));
                kernel.run(Operands.of(in, scales(spec, pair[1]), at));
                assertTrue(Arrays.equals(beyond, at), kernels.name() + " " + pair[0]);
            }
            float[] scales = scales(spec, 1.5f);
            float[] before = new float[map.length()];
            kernel.run(Operands.of(in, scales, before));
            scales[40 * spec.scale().stride()] = Float.NaN;
            float[] after = new float[map.length()];
            kernel.run(Operands.of(in, scales, after));
            for (int i = 0; i < after.length; i++) {
                boolean hit = i / map.stride() == 40 && i % map.stride() < 3;
                assertEquals(hit ? Float.NaN : before[i], after[i], kernels.name() + " " + i);
            }
        }
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void specs() {
        MapLayout map = MapLayout.of(30, 31, 20);
        DeformableDepthwiseConv spec = new DeformableDepthwiseConv(map, 2, 8);
        assertEquals(MapLayout.of(15, 16, 20), spec.out());
        assertEquals(MapLayout.of(15, 16, 1), spec.scale());
        assertEquals(180, spec.weightCount());
        assertEquals(20, spec.biasCount());
        assertEquals(15 * 16 * 20 * 9, spec.macs());
        assertEquals(2, spec.firstInputRow(5));
        assertEquals(18, spec.lastInputRow(5));
        assertEquals(0, spec.firstInputRow(3));
        assertEquals(29, spec.lastInputRow(14));
        assertEquals("deformable-depthwise 3x3s2 30x31x20, scales -7 to 8", spec.toString());
        refused("stride 0 and bound 8", () -> new DeformableDepthwiseConv(map, 0, 8));
        refused("stride 1 and bound 0", () -> new DeformableDepthwiseConv(map, 1, 0));
        refused("bound 1025", () -> new DeformableDepthwiseConv(map, 1, 1025));
        refused("must have one channel", () -> new DeformableDepthwiseConv(map, map, map, 1, 8));
        refused("does not give", () -> new DeformableDepthwiseConv(map, map.withChannels(1), map, 2, 8));
    }
}
