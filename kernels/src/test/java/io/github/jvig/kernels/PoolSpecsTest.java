package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the specs of pools, resizes, blocks, constant maps and deviations refuse, and what they do with NaN, infinities and padding. */
class PoolSpecsTest {
    private static final MapLayout MAP = MapLayout.of(6, 5, 20);
    private static final MapLayout IMAGE = MapLayout.unpadded(6, 5, 3);

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static Pool2d pool(MapLayout in, Window window, Pool2d.Mode mode) {
        return new Pool2d(in, window, mode, Activation.NONE);
    }

    @Test
    void pools() {
        refused("without padding", () -> pool(IMAGE, Window.same(3), Pool2d.Mode.MAXIMUM));
        refused("too small", () -> pool(MAP, Window.of(7, 1, 0), Pool2d.Mode.MAXIMUM));
        refused("does not give 6x5x20",
                () -> new Pool2d(MAP, MAP, Window.of(3, 2, 1), Pool2d.Mode.MAXIMUM, Activation.NONE));
        refused("nothing but padding: output 0 of 8 along a side of 6",
                () -> pool(MAP, Window.of(1, 1, 1), Pool2d.Mode.MAXIMUM));
        // Its two taps lie on either side of the one column.
        refused("nothing but padding: output 0 of 1 along a side of 1",
                () -> pool(MapLayout.of(6, 1, 20), new Window(2, 1, 1, 2), Pool2d.Mode.MAXIMUM));
        refused("no dilation", () -> pool(MAP, new Window(3, 1, 2, 2), Pool2d.Mode.AVERAGE));
        refused("1 to 1024 of the map's 30, not 31", () -> new TokenPool(MAP, 31));
        refused("not 0", () -> new TokenPool(MAP, 0));
        refused("are not 6x5x20", () -> new TokenPool(MAP, MAP, 2));
        assertEquals(MapLayout.of(1, 7, 20), new TokenPool(MAP, 4).out());
        Pool2d pool = pool(MAP, Window.of(3, 2, 1), Pool2d.Mode.MAXIMUM);
        assertEquals(MapLayout.of(3, 3, 20), pool.out());
        assertEquals(1, pool.firstInputRow(1));
        assertEquals(3, pool.lastInputRow(1));
    }

    /** Where a window starts and ends inside the map. */
    @Test
    void taps() {
        Window.Axis axis = new Window.Axis(3, 1, 3, 3, 2);
        assertEquals(2, axis.firstTap(0));
        assertEquals(1, axis.firstTap(1));
        assertEquals(0, axis.firstTap(3));
        assertEquals(3, axis.endTap(0, 5));
        assertEquals(2, axis.endTap(4, 5));
        assertEquals(0, axis.endTap(8, 5));
    }

    @Test
    void resizes() {
        refused("without padding", () -> new Resize(IMAGE, 4, 4, Resize.Mode.NEAREST));
        refused("is not 6x5x21", () -> new Resize(MAP, MAP.withChannels(21), Resize.Mode.NEAREST,
                java.util.Optional.empty()));
        refused("6x5x20 in the size of 6x6x3 is not 6x5x20",
                () -> new Resize(MAP, MAP, Resize.Mode.NEAREST, java.util.Optional.of(MapLayout.of(6, 6, 3))));
        refused("0x4x20", () -> new Resize(MAP, 0, 4, Resize.Mode.NEAREST));
        MapLayout other = MapLayout.unpadded(9, 8, 3);
        assertEquals(List.of(MAP, other), new Resize(MAP, other, Resize.Mode.BILINEAR).inputs());
        Resize twice = new Resize(MAP, 12, 10, Resize.Mode.BILINEAR);
        assertEquals(List.of(0, 1), List.of(twice.firstInputRow(1), twice.lastInputRow(1)));
        assertEquals(List.of(5, 5), List.of(twice.firstInputRow(11), twice.lastInputRow(11)));
    }

    /** As PyTorch 2.13's interpolate has them. */
    @Test
    void placesOfTheNearestPixel() {
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 2, 2}, nearest(3, 7));
        assertArrayEquals(new int[]{0, 2, 4}, nearest(7, 3));
        assertEquals(0, Resize.Mode.NEAREST.position(41, 2, 82), "rounding in float: 41 times 2/82 is below 1");
    }

    private static int[] nearest(int size, int outSize) {
        int[] result = new int[outSize];
        Arrays.setAll(result, i -> (int) Resize.Mode.NEAREST.position(i, size, outSize));
        return result;
    }

    @Test
    void blocks() {
        refused("are not blocks of 3x3", () -> new DepthToSpace(MAP, 3, BlockOrder.ROWS_FIRST));
        refused("blocks of 0x0", () -> new DepthToSpace(MAP, 0, BlockOrder.ROWS_FIRST));
        refused("do not give 6x5x20",
                () -> new DepthToSpace(MAP, MAP, 2, BlockOrder.ROWS_FIRST));
        refused("not made of blocks of 2x2", () -> new SpaceToDepth(MAP, 2, BlockOrder.ROWS_FIRST));
        refused("blocks of 1025x1025", () -> new SpaceToDepth(MAP, 1025, BlockOrder.ROWS_FIRST));
        refused("without padding", () -> new SpaceToDepth(IMAGE, 1, BlockOrder.ROWS_FIRST));
        assertEquals(MapLayout.of(12, 10, 5), new DepthToSpace(MAP, 2, BlockOrder.ROWS_FIRST).out());
    }

    @Test
    void constantsAndDeviations() {
        refused("without padding", () -> new BinaryConstant(IMAGE, Binary.Operator.ADD));
        BinaryConstant positions = new BinaryConstant(MAP, Binary.Operator.ADD);
        assertEquals(600, positions.weightCount());
        refused("without padding", () -> new GlobalDeviation(IMAGE, 0, 0));
        refused("0 or 1, not 2", () -> new GlobalDeviation(MAP, 2, 0));
        refused("0 or more, not -1.0", () -> new GlobalDeviation(MAP, 0, -1));
        refused("0 or more, not NaN", () -> new GlobalDeviation(MAP, 0, Double.NaN));
        refused("is not 6x5x20", () -> new GlobalDeviation(MAP, MAP, 0, 0));
        for (KernelProvider kernels : ActivationsTest.providers()) {
            refused("600 weights, not 599", () -> kernels.kernel(positions, new float[599], null));
        }
        for (Spec spec : List.of(positions, new GlobalDeviation(MAP, 1, 0), new TokenPool(MAP, 2),
                pool(MAP, Window.same(3), Pool2d.Mode.AVERAGE), new Resize(MAP, 3, 3, Resize.Mode.BILINEAR),
                new SpaceToDepth(MapLayout.of(4, 4, 3), 2, BlockOrder.COLUMNS_FIRST),
                new DepthToSpace(MAP, 2, BlockOrder.CHANNELS_FIRST))) {
            assertTrue(spec.toString().startsWith(spec.operation() + " "), spec.toString());
            assertEquals(0, spec.biasCount());
        }
    }

    /** A NaN or an infinity in a pixel of a map of one row, and what comes out of it; positive and negative NaN. */
    @ParameterizedTest
    @EnumSource(Pool2d.Mode.class)
    void poolsKeepNaN(Pool2d.Mode mode) {
        MapLayout map = MapLayout.of(1, 40, 20);
        for (int bits : new int[]{0x7FC00000, 0xFFC00000}) {
            for (int at = 0; at < 5; at++) {
                Pool2d pool = pool(map, new Window(Window.same(1).rows(), Window.same(5).columns()), mode);
                float[] in = new float[map.length()];
                in[(10 + at) * map.stride() + 3] = Float.intBitsToFloat(bits);
                in[30 * map.stride() + 3] = Float.NEGATIVE_INFINITY;
                for (KernelProvider kernels : ActivationsTest.providers()) {
                    float[] out = new float[map.length()];
                    kernels.kernel(pool).run(Operands.of(in, out));
                    for (int x = 0; x < 40; x++) {
                        assertEquals(Math.abs(x - 10 - at) <= 2, Float.isNaN(out[x * map.stride() + 3]),
                                kernels.name() + " " + x);
                        assertEquals(0, out[x * map.stride() + 4]);
                    }
                    assertEquals(mode == Pool2d.Mode.MAXIMUM ? 0 : Float.NEGATIVE_INFINITY, out[31 * map.stride() + 3]);
                }
            }
        }
    }

    /** All below zero, so that a zero from outside would win. */
    @Test
    void paddingNeverWins() {
        MapLayout map = MapLayout.of(3, 4, 20);
        float[] in = new float[map.length()];
        map.fromPlanes(filled(20 * 12, -3), 0, in, 0);
        for (Window window : List.of(Window.same(3), Window.same(5), Window.of(2, 2, 1), new Window(2, 1, 1, 2))) {
            Pool2d pool = pool(map, window, Pool2d.Mode.MAXIMUM);
            for (KernelProvider kernels : ActivationsTest.providers()) {
                float[] out = new float[pool.out().length()];
                kernels.kernel(pool).run(Operands.of(in, out));
                float[] planes = new float[20 * pool.out().pixels()];
                pool.out().toPlanes(out, 0, planes, 0);
                assertArrayEquals(filled(planes.length, -3), planes, kernels.name() + window);
            }
        }
    }

    private static float[] filled(int length, float value) {
        float[] result = new float[length];
        Arrays.fill(result, value);
        return result;
    }

    /** A deviation of 1 at a mean of a thousand: the difference of mean square and squared mean would be off by a tenth. */
    @Test
    void aDeviationFarFromZero() {
        MapLayout map = MapLayout.of(40, 50, 20);
        float[] in = new float[map.length()];
        for (int p = 0; p < map.pixels(); p++) {
            in[p * map.stride() + 2] = p % 2 == 0 ? 1001 : 999;
            in[p * map.stride() + 3] = p == 7 ? Float.POSITIVE_INFINITY : 1;
            in[p * map.stride() + 4] = 0.1f;
        }
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[map.stride()];
            kernels.kernel(new GlobalDeviation(map, 0, 0)).run(Operands.of(in, out));
            assertEquals(1, out[2], 1e-6, kernels.name());
            assertTrue(Float.isNaN(out[3]), kernels.name());
            assertEquals(0, out[4], 1e-8, kernels.name());
            kernels.kernel(new GlobalDeviation(MapLayout.of(1, 1, 20), 1, 0)).run(Operands.of(in, out));
            assertTrue(Float.isNaN(out[0]), kernels.name() + ": one pixel has no unbiased variance");
        }
    }
}
