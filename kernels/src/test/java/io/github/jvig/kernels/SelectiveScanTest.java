package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class SelectiveScanTest {
    private static final MapLayout MAP = MapLayout.of(2, 3, 20);

    private static SelectiveScan scan(MapLayout map, int rank, int states) {
        return new SelectiveScan(map, map, map.withChannels(rank + 2 * states), map, states, rank, rank + states);
    }

    @ParameterizedTest
    @ValueSource(longs = {111, 112, 113, 114})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            KernelProviderTest.check(specs.selectiveScan(), seed * 1000 + i);
        }
    }

    @Test
    void shapesOfNets() {
        KernelProviderTest.check(scan(MapLayout.of(7, 7, 576), 18, 16), 1);
    }

    @Test
    void ordersGoToAndFro() {
        SelectiveScan spec = scan(MAP, 2, 4);
        assertArrayEquals(new int[]{0, 1, 2, 5, 4, 3}, spec.pixels(0));
        assertArrayEquals(new int[]{3, 4, 5, 2, 1, 0}, spec.pixels(1));
        assertArrayEquals(new int[]{0, 3, 4, 1, 2, 5}, spec.pixels(2));
        assertArrayEquals(new int[]{5, 2, 1, 4, 3, 0}, spec.pixels(3));
        assertArrayEquals(new int[]{0, 1, 1, 4, 2, 2}, spec.directions(0));
        assertArrayEquals(new int[]{0, 1, 1, 3, 2, 2}, spec.directions(1));
        assertArrayEquals(new int[]{0, 4, 1, 3, 1, 4}, spec.directions(2));
        assertArrayEquals(new int[]{0, 3, 2, 4, 2, 3}, spec.directions(3));
        refused("no order 4", () -> spec.pixels(4));
    }

    /** Steps far below and far above zero: a state that is never written, and one that forgets at once. */
    @Test
    void extremeSteps() {
        MapLayout map = MapLayout.of(1, 2, 1);
        SelectiveScan spec = scan(map, 0, 1);
        // a, skip, directions.
        float[] weight = {0, 0.5f, 0, 0, 0, 0, 0};
        float[] u = new float[32];
        float[] projection = new float[32];
        u[0] = 2;
        u[16] = 3;
        for (int p = 0; p < 2; p++) {
            projection[16 * p] = 1;
            projection[16 * p + 1] = 1;
        }
        for (KernelProvider kernels : ActivationsTest.providers()) {
            for (float step : new float[]{-1000, 1000}) {
                float[] steps = new float[32];
                steps[0] = step;
                steps[16] = step;
                float[] out = new float[32];
                kernels.kernel(spec, weight, null).run(Operands.of(List.of(new Operands.Input(u, 0),
                        new Operands.Input(steps, 0), new Operands.Input(projection, 0)), out, 0));
                double size = Math.max(0, step);
                assertEquals(2 * 2 + 4 * size * 2, out[0], 1e-6 * (1 + size), kernels.name());
                assertEquals(2 * 3 + 4 * size * 3, out[16], 1e-6 * (1 + size), kernels.name());
            }
        }
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void specs() {
        SelectiveScan spec = scan(MAP, 2, 4);
        assertEquals(20 * 4 + 20 + 5 * 4, spec.weightCount());
        assertEquals(20, spec.biasCount());
        assertEquals(3 * 4 * 6 * 20 * 4, spec.macs());
        assertEquals("selective-scan 2x3x20, 4 states", spec.toString());
        MapLayout ways = MAP.withChannels(8);
        refused("does not take 3x2x20", () -> new SelectiveScan(MAP, MapLayout.of(3, 2, 20), ways, MAP, 4, 0, 4));
        refused("3x2x8", () -> new SelectiveScan(MAP, MAP, MapLayout.of(3, 2, 8), MAP, 4, 0, 4));
        refused("give 2x3x8", () -> new SelectiveScan(MAP, MAP, ways, ways, 4, 0, 4));
        refused("from channels 0 and 5", () -> new SelectiveScan(MAP, MAP, ways, MAP, 4, 0, 5));
        refused("with 0 states", () -> new SelectiveScan(MAP, MAP, ways, MAP, 0, 0, 4));
    }
}
