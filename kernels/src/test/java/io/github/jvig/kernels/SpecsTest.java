package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Maps, windows, specs and operands refuse what they cannot mean, with a message that says what. */
class SpecsTest {
    private static final MapLayout MAP = MapLayout.of(6, 5, 20);

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void featureMaps() {
        refused("0x5x20", () -> MapLayout.of(0, 5, 20));
        refused("6x-1x20", () -> MapLayout.of(6, -1, 20));
        refused("6x5x0", () -> MapLayout.of(6, 5, 0));
        refused("stride 24", () -> new MapLayout(6, 5, 20, 24));
        refused("stride 16", () -> new MapLayout(6, 5, 20, 16));
        refused("larger than 4 GiB", () -> MapLayout.of(1 << 15, 1 << 15, 16));
        assertThrows(ArithmeticException.class, () -> MapLayout.of(1, 1, Integer.MAX_VALUE));
        assertEquals(32, MAP.stride());
        MapLayout image = MapLayout.unpadded(6, 5, 3);
        assertEquals(90, image.length());
        new Conv2d(image, 8, Window.same(3), Epilogue.NONE);
        refused("without padding", () -> new PointwiseConv(image, 8, Epilogue.NONE));
        refused("without padding", () -> new DepthwiseConv(image, Window.same(3), Epilogue.NONE));
        refused("without padding", () -> new Conv2d(MAP, image, Window.same(3), 1, Epilogue.NONE));
        refused("without padding", () -> MaxRelative.svga(image, 2));
        refused("without padding", () -> new GlobalAveragePool(image));
        refused("without padding", () -> new Binary(image, image, Binary.Operator.ADD, Activation.NONE));
        refused("without padding", () -> new LayerNorm(image, 1e-5));
        assertEquals(6 * 5 * 32, MAP.length());
        assertTrue(MAP.sameShape(new MapLayout(6, 5, 20, 48)));
    }

    @Test
    void planesThereAndBack() {
        MapLayout map = new MapLayout(2, 3, 5, 32);
        float[] planes = new float[2 + 30];
        for (int i = 0; i < 30; i++) {
            planes[2 + i] = i;
        }
        float[] lanes = new float[map.length() + 1];
        java.util.Arrays.fill(lanes, -1);
        map.fromPlanes(planes, 2, lanes, 1);
        // Channel 4 of pixel (1, 2), a pad lane of it, and what lies before the map.
        assertEquals(4 * 6 + 5, lanes[1 + 5 * 32 + 4]);
        assertEquals(0, lanes[1 + 5 * 32 + 5]);
        assertEquals(-1, lanes[0]);
        float[] back = new float[2 + 30];
        map.toPlanes(lanes, 1, back, 2);
        assertArrayEquals(planes, back);
    }

    @Test
    void windows() {
        refused("kernel 0", () -> Window.of(0, 1, 0));
        refused("stride 0", () -> Window.of(3, 0, 0));
        refused("padding", () -> Window.of(3, 1, -1025));
        refused("dilation 0", () -> new Window(3, 1, 1, 0));
        refused("at most 1024", () -> Window.of(1025, 1, 0));
        refused("odd", () -> Window.same(4));
        refused("odd", () -> Window.same(3, 2));
        refused("too small", () -> Window.of(5, 1, 1).rows().outputSize(2));
        assertEquals(112, Window.of(3, 2, 1).rows().outputSize(224));
        assertEquals(5, new Window(3, 1, 2, 2).columns().outputSize(5));
        assertEquals("3x3s2p1d2", new Window(3, 2, 1, 2).toString());
        assertEquals("1x5s1p0,2,0,2", Window.same(1, 5).toString());
        Window.Axis odd = new Window.Axis(3, 2, -1, 2, 2);
        assertEquals("3x1s2,1p-1,0,2,0d2,1", new Window(odd, Window.same(1).columns()).toString());
        assertEquals(1, odd.start(0));
        assertEquals((9 - 1 + 2 - 5) / 2 + 1, odd.outputSize(9));
        assertTrue(Window.of(3, 2, 1).isSquare() && !Window.same(1, 5).isSquare());
        assertTrue(Window.of(1, 1, 0).isPointwise() && !Window.of(1, 2, 0).isPointwise());
    }

    /** TensorFlow's rule: the output is a stride smaller, rounded up, and the odd pixel of padding comes last. */
    @Test
    void samePadding() {
        assertEquals(new Window.Axis(3, 2, 0, 1, 1), Window.Axis.same(224, 3, 2, 1));
        assertEquals(new Window.Axis(3, 2, 1, 1, 1), Window.Axis.same(225, 3, 2, 1));
        assertEquals(new Window.Axis(5, 2, 1, 2, 1), Window.Axis.same(112, 5, 2, 1));
        assertEquals(new Window.Axis(3, 1, 2, 2, 2), Window.Axis.same(7, 3, 1, 2));
        assertEquals(new Window.Axis(1, 2, 0, 0, 1), Window.Axis.same(7, 1, 2, 1));
        for (int size = 1; size < 20; size++) {
            assertEquals(Math.ceilDiv(size, 2), Window.Axis.same(size, 3, 2, 1).outputSize(size));
        }
    }

    @Test
    void specs() {
        refused("keeps height and width", () -> new PointwiseConv(MAP, MapLayout.of(6, 6, 20), Epilogue.NONE));
        refused("keeps height and width", () -> new GatedPointwiseConv(MAP, MapLayout.of(6, 6, 20), Epilogue.NONE));
        assertThrows(NullPointerException.class, () -> new PointwiseConv(MAP, 8, null));
        refused("too small", () -> new Conv2d(MAP, 8, Window.of(7, 1, 0), Epilogue.NONE));
        refused("6x5x0", () -> new Conv2d(MAP, 0, Window.same(3), Epilogue.NONE));
        refused("3 groups", () -> new Conv2d(MAP, MAP, Window.same(3), 3, Epilogue.NONE));
        refused("0 groups", () -> new Conv2d(MAP, MAP, Window.same(3), 0, Epilogue.NONE));
        refused("no residual", () -> new Epilogue(Activation.RELU, false, true));
        assertEquals("+relu+residual", Epilogue.of(Activation.RELU).plusResidual().toString());
        assertEquals("+residual+hard-swish", Epilogue.NONE.plusResidual().then(Activation.HARD_SWISH).toString());
        assertThrows(IllegalStateException.class, () -> Epilogue.of(Activation.RELU).then(Activation.RELU));
        refused("do not go together", () -> new Binary(MAP, MapLayout.of(1, 5, 20), Binary.Operator.ADD,
                Activation.NONE));
        refused("do not go together", () -> new Binary(MapLayout.of(1, 1, 20), MAP, Binary.Operator.ADD,
                Activation.NONE));
        refused("too small", () -> new DepthwiseConv(MAP, Window.of(7, 1, 0), Epilogue.NONE));
        refused("(6, 0)", () -> shifted(6, 0));
        refused("(0, 5)", () -> shifted(0, 5));
        refused("(-1, 0)", () -> shifted(-1, 0));
        refused("at least 1", () -> MaxRelative.svga(MAP, 0));
        refused("(6, 0)", () -> new RolledL1Distance(MAP, new MaxRelative.Shift(6, 0)));
        refused("(0, 5)", () -> new ThresholdedMaxRelative(MAP, List.of(new MaxRelative.Shift(0, 5))));
        refused("at least 1", () -> ThresholdedMaxRelative.axial(MAP, 0));
        refused("one channel", () -> new MeanMinusStd(MAP));
        assertEquals(new MaxRelative.Shift(3, 3), RolledL1Distance.halfway(MAP).shift());
        assertEquals(new MaxRelative.Shift(0, 0), RolledL1Distance.halfway(MapLayout.of(1, 1, 4)).shift());
        assertEquals(List.of(new MaxRelative.Shift(4, 0), new MaxRelative.Shift(0, 4)),
                ThresholdedMaxRelative.axial(MAP, 4).shifts());
        refused("does not give 6x5x21", () -> new LayerNorm(MAP, MAP.withChannels(21), 1e-5));
        refused("positive, not 0.0", () -> new LayerNorm(MAP, 0));
        refused("positive, not NaN", () -> new LayerNorm(MAP, Double.NaN));
        refused("odd", () -> new AvgPoolBlend(MAP, 2));
        refused("kernel -1", () -> new AvgPoolBlend(MAP, -1));
        refused("does not give 6x5x21", () -> new AvgPoolBlend(MAP, MAP.withChannels(21), 3));
        refused("not 0, 1 and 1", () -> new Attention(MAP, MAP, 0, 1, 1));
        refused("does not take 6x5x20", () -> new Attention(MAP, 2, 3, 5));
        refused("does not give 6x5x7", () -> new Attention(MAP, MAP.withChannels(7), 2, 3, 4));
        attentionPlaces();
        refused("need weights and windows", () -> new Attention(List.of(MAP), MAP.withChannels(8),
                AttentionHeads.byKind(2, 3, 4), Partition.WHOLE, 1, true, true));
        assertEquals(2 * 30 * 30 * (3 + 4), new Attention(MAP, 2, 3, 4).macs());
        assertEquals(8, new Attention(MAP, 2, 3, 4).out().channels());
        assertEquals(List.of(new MaxRelative.Shift(2, 0), new MaxRelative.Shift(4, 0), new MaxRelative.Shift(0, 2),
                new MaxRelative.Shift(0, 4)), MaxRelative.svga(MAP, 2).shifts());
        assertEquals(40, MaxRelative.svga(MAP, 2).out().channels());
        refused("at least 1", () -> MaxRelative.cross(MAP, 0));
        assertEquals(List.of(new MaxRelative.Shift(2, 0), new MaxRelative.Shift(4, 0), new MaxRelative.Shift(0, 2),
                new MaxRelative.Shift(0, 3)), MaxRelative.cross(MAP, 2).shifts());
        assertEquals(List.of(new MaxRelative.Shift(3, 0), new MaxRelative.Shift(0, 3), new MaxRelative.Shift(0, 2)),
                MaxRelative.cross(MAP, 3).shifts(), "up and down meet half-way");
        assertEquals(List.of(new MaxRelative.Shift(5, 0), new MaxRelative.Shift(1, 0)),
                MaxRelative.cross(MAP, 5).shifts(), "nothing lies 5 pixels away in a row of 5");
        assertEquals(List.of(), MaxRelative.cross(MAP, 6).shifts());
        assertEquals(6L * 5 * 20 * 8, new PointwiseConv(MAP, 8, Epilogue.NONE).macs());
        assertEquals(3L * 3 * 20 * 8 * 9, new Conv2d(MAP, 8, Window.of(3, 2, 1), Epilogue.NONE).macs());
        assertEquals(3L * 3 * 20 * 9, new DepthwiseConv(MAP, Window.of(3, 2, 1), Epilogue.NONE).macs());
    }

    @Test
    void movedChannels() {
        MapLayout image = MapLayout.unpadded(6, 5, 3);
        refused("two maps, and gets 1", () -> new Concat(List.of(MAP), Activation.NONE));
        refused("can't have a part of 6x6x20", () -> new Concat(List.of(MAP, MapLayout.of(6, 6, 20)), Activation.NONE));
        refused("40 channels does not give 6x5x41",
                () -> new Concat(List.of(MAP, MAP), MAP.withChannels(41), Activation.NONE));
        refused("without padding", () -> new Concat(List.of(MAP, image), Activation.NONE));
        assertEquals("concat 6x5x20+4+relu",
                new Concat(List.of(MAP, MAP.withChannels(4)), Activation.RELU).toString());
        assertEquals(24, new Concat(List.of(MAP, MAP.withChannels(4)), Activation.NONE).out().channels());
        refused("no 5 channels from 16", () -> new Slice(MAP, 16, 5));
        refused("no 5 channels from -1", () -> new Slice(MAP, -1, 5));
        refused("keeps height and width", () -> new Slice(MAP, MapLayout.of(5, 6, 5), 0));
        refused("without padding", () -> new Slice(image, 0, 1));
        assertEquals("slice 6x5x20 from 4 to 9", new Slice(MAP, 4, 5).toString());
        refused("no channel 20", () -> new ChannelGather(MAP, List.of(0, 20)));
        refused("no channel -1", () -> new ChannelGather(MAP, List.of(-1)));
        refused("2 channels of 6x5x20 does not give 6x5x3",
                () -> new ChannelGather(MAP, MAP.withChannels(3), List.of(0, 1)));
        refused("3 groups", () -> ChannelGather.shuffle(MAP, 3));
        refused("without padding", () -> ChannelGather.shuffle(image, 3));
        assertEquals(List.of(0, 3, 1, 4, 2, 5), ChannelGather.shuffled(6, 2));
    }

    private static Attention attention(AttentionHeads heads, Partition partition, MapLayout... maps) {
        return new Attention(List.of(maps), maps[0].withChannels(heads.outChannels()), heads, partition, 1, true);
    }

    private static void attentionPlaces() {
        AttentionHeads two = AttentionHeads.separate(2, 3, 4);
        refused("reads 3 maps, not 2", () -> attention(two, Partition.WHOLE, MAP, MAP));
        refused("the values from 8 channels, not from 7",
                () -> attention(two, Partition.WHOLE, MAP, MAP, MAP.withChannels(7)));
        refused("values on a map of the keys' size, 6x5",
                () -> attention(two, Partition.WHOLE, MAP, MAP, MapLayout.of(5, 6, 20)));
        refused("queries in windows on a map of the keys' size, 3x5",
                () -> attention(two, Partition.blocks(3, 5), MAP, MapLayout.of(3, 5, 20), MapLayout.of(3, 5, 20)));
        refused("6x5 pixels can't be divided into windows of 2x2",
                () -> attention(two, Partition.blocks(2, 2), MAP, MAP, MAP));
        refused("into patches of 4x5", () -> attention(two, Partition.samePlace(4, 5), MAP, MAP, MAP));
        AttentionHeads.Place skipping = new AttentionHeads.Place(2, 0, 1);
        refused("nothing from map 2", () -> attention(
                new AttentionHeads(2, 3, 4, two.query(), two.query(), skipping), Partition.WHOLE, MAP, MAP, MAP));
        refused("not negative", () -> new AttentionHeads.Place(0, -1, 0));
        refused("0x7 pixels", () -> Partition.spread(0, 7));
        refused("finite, not NaN", () -> new Attention(List.of(MAP), MAP.withChannels(8),
                AttentionHeads.byKind(2, 3, 4), Partition.WHOLE, Double.NaN, false));
        MapLayout small = MapLayout.of(2, 3, 8);
        Attention fewer = attention(two, Partition.WHOLE, MAP, small, small);
        assertEquals(2 * 30 * 6 * 7, fewer.macs());
        assertEquals(2 * 30 * 6, fewer.weightCount());
        Attention windows = attention(AttentionHeads.byHead(2, 3, 4), Partition.samePlace(2, 5), MAP);
        assertEquals(2 * 3 * 3, windows.weightCount());
        assertEquals(10 * 2 * 3 * 3 * 7, windows.macs());
        assertTrue(new Attention(MAP, 2, 3, 4).isPlain());
        assertThrows(UnsupportedOperationException.class, windows::tokens);
    }

    private static MaxRelative shifted(int dy, int dx) {
        return new MaxRelative(MAP, List.of(new MaxRelative.Shift(dy, dx)),
                MaxRelative.Difference.SELF_MINUS_NEIGHBOR);
    }

    @Test
    void weightsOfTheWrongLength() {
        for (KernelProvider kernels : ActivationsTest.providers()) {
            refused("160 weights, not 161",
                    () -> kernels.kernel(new PointwiseConv(MAP, 8, Epilogue.NONE), new float[161], null));
            refused("8 biases, not 7",
                    () -> kernels.kernel(new PointwiseConv(MAP, 8, Epilogue.NONE), new float[160], new float[7]));
            refused("1440 weights, not 160", () -> kernels
                    .kernel(new Conv2d(MAP, 8, Window.same(3), Epilogue.NONE), new float[160], null));
            refused("180 weights, not 0", () -> kernels
                    .kernel(new DepthwiseConv(MAP, Window.same(3), Epilogue.NONE), new float[0], null));
            refused("20 weights, not 19", () -> kernels.kernel(new LayerNorm(MAP, 1e-5), new float[19], null));
            refused("20 biases, not 19",
                    () -> kernels.kernel(new LayerNorm(MAP, 1e-5), new float[20], new float[19]));
            refused("40 weights, not 20", () -> kernels.kernel(new AvgPoolBlend(MAP, 3), new float[20], null));
            refused("1800 weights, not 1799",
                    () -> kernels.kernel(new Attention(MAP, 2, 3, 4), new float[1799], null));
            refused("500 weights, not 180", () -> kernels
                    .kernel(new DepthwiseConv(MAP, Window.same(5), Epilogue.NONE), new float[180], null));
        }
    }

    @Test
    void weightsOfAnOperationWithoutAnyAreRefused() {
        for (KernelProvider kernels : ActivationsTest.providers()) {
            refused("takes 0 weights, not 1", () -> kernels.kernel(MaxRelative.svga(MAP, 2), new float[1], null));
            refused("takes 0 biases, not 20", () -> kernels.kernel(new GlobalAveragePool(MAP), null, new float[20]));
            refused("takes 160 weights, not 0", () -> kernels.kernel(new PointwiseConv(MAP, 8, Epilogue.NONE)));
        }
    }

    /** What is generic asks a spec these: each operation's answer by its formula. */
    @Test
    void inputsAndCounts() {
        Epilogue residual = Epilogue.NONE.plusResidual();
        MapLayout limit = MapLayout.of(1, 1, 1);
        assertEquals(List.of(MAP), new PointwiseConv(MAP, 8, Epilogue.NONE).inputs());
        assertEquals(List.of(MAP, MAP.withChannels(8)), new PointwiseConv(MAP, 8, residual).inputs());
        assertEquals(List.of(MAP, MapLayout.of(1, 1, 20), MAP.withChannels(8)),
                new GatedPointwiseConv(MAP, 8, residual).inputs());
        assertEquals(List.of(MAP, MapLayout.of(3, 3, 8)), new Conv2d(MAP, 8, Window.of(3, 2, 1), residual).inputs());
        assertEquals(List.of(MAP, MapLayout.of(3, 3, 20)),
                new DepthwiseConv(MAP, Window.of(3, 2, 1), residual).inputs());
        assertEquals(List.of(MAP, limit), ThresholdedMaxRelative.axial(MAP, 2).inputs());
        assertEquals(List.of(MAP, MAP), new Binary(MAP, MAP, Binary.Operator.ADD, Activation.NONE).inputs());
        counts(20 * 8, 8, new PointwiseConv(MAP, 8, Epilogue.NONE));
        counts(20 * 8, 8, new GatedPointwiseConv(MAP, 8, Epilogue.NONE));
        counts(20 * 8 * 9, 8, new Conv2d(MAP, 8, Window.same(3), Epilogue.NONE));
        counts(5 * 20 * 9, 20, new Conv2d(MAP, MAP, Window.same(3), 4, Epilogue.NONE));
        counts(20 * 25, 20, new DepthwiseConv(MAP, Window.same(5), Epilogue.NONE));
        counts(20, 20, new LayerNorm(MAP, 1e-5));
        counts(2 * 20, 0, new AvgPoolBlend(MAP, 3));
        counts(2 * 30 * 30, 0, new Attention(MAP, 2, 3, 4));
        for (Spec spec : List.of(MaxRelative.svga(MAP, 2), RolledL1Distance.halfway(MAP),
                new MeanMinusStd(MapLayout.of(6, 5, 1)), ThresholdedMaxRelative.axial(MAP, 2),
                new GlobalAveragePool(MAP), new Binary(MAP, MAP, Binary.Operator.ADD, Activation.RELU))) {
            counts(0, 0, spec);
            assertTrue(spec.toString().startsWith(spec.operation() + " "), spec.toString());
        }
    }

    private static void counts(int weights, int biases, Spec spec) {
        assertEquals(weights, spec.weightCount(), spec.toString());
        assertEquals(biases, spec.biasCount(), spec.toString());
    }

    @Test
    void operands() {
        Spec spec = new PointwiseConv(MAP, 20, Epilogue.NONE.plusResidual());
        int length = MAP.length();
        float[] a = new float[length];
        float[] b = new float[length];
        float[] c = new float[2 * length];
        assertEquals(0, Operands.of(a, b, c).check(spec).inOffset());
        new Operands(c, 0, a, 0, c, length).check(spec);
        refused("the input needs", () -> Operands.of(new float[length - 1], a, b).check(spec));
        refused("the output needs", () -> new Operands(a, 0, b, 0, c, length + 1).check(spec));
        refused("the second operand needs", () -> new Operands(a, 0, b, 1, c, 0).check(spec));
        refused("the input needs", () -> new Operands(a, -1, b, 0, c, 0).check(spec));
        refused("more than it got", () -> Operands.of(a, b).check(spec));
        refused("overlaps the input", () -> new Operands(c, 0, a, 0, c, length - 1).check(spec));
        refused("overlaps the second operand", () -> new Operands(a, 0, c, 1, c, 0).check(spec));
    }

    /** Element by element as the layout says, from one pixel to more than are copied at a time, all of them to their own place. */
    @Test
    void everyPixelIsCopiedToItsPlaces() {
        for (MapLayout map : new MapLayout[]{MapLayout.of(1, 1, 3), MapLayout.of(1, 1, 16), MapLayout.of(9, 15, 5),
                MapLayout.of(8, 16, 16),
                new MapLayout(13, 11, 17, 48)}) {
            float[] lanes = new float[3 + map.length()];
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] = i;
            }
            float[] planes = new float[2 + map.channels() * map.pixels()];
            map.toPlanes(lanes, 3, planes, 2);
            for (int c = 0; c < map.channels(); c++) {
                for (int p = 0; p < map.pixels(); p++) {
                    assertEquals(3 + p * map.stride() + c, planes[2 + c * map.pixels() + p], map + ", " + c + ", " + p);
                }
            }
            assertEquals(0, planes[0] + planes[1]);
            float[] back = new float[lanes.length];
            java.util.Arrays.fill(back, -1);
            // Rows by themselves, the last first.
            for (int y = map.height() - 1; y >= 0; y--) {
                map.fromPlanes(planes, 2, back, 3, y, y + 1);
            }
            for (int i = 0; i < map.length(); i++) {
                assertEquals(i % map.stride() < map.channels() ? 3 + i : 0, back[3 + i], map + ", " + i);
            }
            assertEquals(-3, back[0] + back[1] + back[2]);
        }
    }
}
