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
class ChannelAtMaximumTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @ParameterizedTest
    @ValueSource(longs = {171, 172, 173, 174})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            KernelProviderTest.check(specs.channelAtMaximum(), seed * 1000 + i);
        }
        // So large that it is cut into units.
        MapLayout map = MapLayout.of(56, 57, 100);
        KernelProviderTest.check(new ChannelAtMaximum(map, map.withChannels(128)), seed);
    }

    /** The values are the numbers of the channels, so the result is the number of the largest. */
    private static void assertLargest(int expected, float... pixel) {
        MapLayout map = MapLayout.of(1, 2, pixel.length);
        ChannelAtMaximum spec = new ChannelAtMaximum(map, map);
        float[] in = new float[map.length()];
        float[] values = new float[map.length()];
        for (int c = 0; c < pixel.length; c++) {
            in[c] = pixel[c];
            in[map.stride() + c] = pixel[c];
            values[c] = c;
            values[map.stride() + c] = -c;
        }
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[spec.out().length()];
            Arrays.fill(out, 7);
            kernels.kernel(spec).run(Operands.of(in, values, out));
            String what = kernels.name() + " of " + Arrays.toString(pixel);
            assertEquals(expected, out[0], what);
            assertEquals(-expected, out[spec.out().stride()], 0f, what);
        }
    }

    /** Expected: PyTorch 2.13's argmax. */
    @Test
    void tiesInfinitiesAndNotANumber() {
        assertLargest(1, 2, 5, 5, 1);
        assertLargest(0, -3, -3, -3);
        assertLargest(0, -0f, 0f);
        assertLargest(0, 0f, -0f);
        assertLargest(2, -1, -2, -0f, 0f);
        assertLargest(0, -INFINITY, -INFINITY);
        assertLargest(1, -INFINITY, -Float.MAX_VALUE);
        assertLargest(1, 3, INFINITY, INFINITY);
        assertLargest(2, 3, INFINITY, NAN, NAN);
        assertLargest(0, NAN, INFINITY);
        // A NaN with the sign set, and another payload, are NaN, too.
        assertLargest(1, 3, Float.intBitsToFloat(0xffc00001), NAN, 4);
        assertLargest(0, -7);
    }

    /** The same places among so many channels that they lie in different vectors. */
    @Test
    void places() {
        Random random = new Random(3);
        for (int channels : new int[]{15, 16, 17, 48, 67}) {
            for (int i = 0; i < 20; i++) {
                float[] pixel = new float[channels];
                for (int c = 0; c < channels; c++) {
                    pixel[c] = -1 - random.nextFloat();
                }
                int first = random.nextInt(channels);
                int second = random.nextInt(channels);
                pixel[first] = -0.5f;
                pixel[second] = -0.5f;
                assertLargest(Math.min(first, second), pixel);
                pixel[second] = NAN;
                assertLargest(second, pixel);
            }
        }
    }

    /** Values are copied as they are. */
    @Test
    void valuesMayBeAnything() {
        MapLayout map = MapLayout.of(1, 1, 2);
        float[] in = new float[map.length()];
        in[1] = 1;
        for (float value : new float[]{NAN, -INFINITY, -0f}) {
            float[] values = new float[map.length()];
            values[1] = value;
            for (KernelProvider kernels : ActivationsTest.providers()) {
                float[] out = new float[map.length()];
                kernels.kernel(new ChannelAtMaximum(map, map)).run(Operands.of(in, values, out));
                assertEquals(value, out[0], kernels.name());
            }
        }
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void spec() {
        MapLayout map = MapLayout.of(5, 6, 20);
        MapLayout values = map.withChannels(80);
        ChannelAtMaximum spec = new ChannelAtMaximum(map, values);
        assertEquals(map.withChannels(1), spec.out());
        assertEquals("channel-at-maximum 5x6x20 of 80", spec.toString());
        assertEquals(3, spec.firstInputRow(3));
        refused("5x6x20 can't be looked up in 5x6x19", () -> new ChannelAtMaximum(map, map.withChannels(19)));
        refused("can't be looked up in 6x5x20", () -> new ChannelAtMaximum(map, MapLayout.of(6, 5, 20)));
        refused("does not give 5x6x2", () -> new ChannelAtMaximum(map, values, map.withChannels(2)));
        refused("5x6x20", () -> new ChannelAtMaximum(MapLayout.unpadded(5, 6, 20), values));
    }
}
