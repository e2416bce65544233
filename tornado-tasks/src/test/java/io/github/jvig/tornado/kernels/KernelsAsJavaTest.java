package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Compares every kernel, run as plain Java work item by work item, with the scalar kernels, on random shapes. */
@Tag("kernels-as-java")
class KernelsAsJavaTest {
    private static MapLayout map(Random random, int side, int channels) {
        return MapLayout.of(1 + random.nextInt(side), 1 + random.nextInt(side), 1 + random.nextInt(channels));
    }

    private static int vectors(MapLayout map) {
        return map.stride() / VectorTasks.WIDTH;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void pointwise(long seed) {
        Random random = new Random(seed);
        var spec = new PointwiseConv(map(random, 9, 50), 1 + random.nextInt(50), TestMaps.vectorEpilogue(random));
        int ci = spec.in().channels();
        int co = spec.out().channels();
        float[] weight = TestMaps.normal(co * ci, 0.2, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(co, 1, random) : null;
        var maps = new TestMaps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(PointwiseTiles.pack(weight, bias, ci, co));
        int pixels = spec.in().pixels();
        for (int i = 0; i < TestMaps.BATCH * PointwiseTiles.items(pixels, vectors(spec.out())); i++) {
            PointwiseTiles.item(i % (PointwiseTiles.items(pixels, vectors(spec.out()))),
                    i / (PointwiseTiles.items(pixels, vectors(spec.out()))), maps.memory, packed, maps.image, maps.in,
                    spec.in().stride(), maps.out,
                    spec.out().stride(), maps.in2, 0, pixels, ci, vectors(spec.out()),
                    Activations.number(spec.epilogue(), spec.out()));
        }
        maps.check();
        maps.clear();
        for (int i = 0; i < TestMaps.BATCH * pixels * vectors(spec.out()); i++) {
            PointwiseRow.item(i % (pixels * vectors(spec.out())), i / (pixels * vectors(spec.out())), maps.memory,
                    packed, maps.image, maps.in, spec.in().stride(), maps.out,
                    spec.out().stride(), maps.in2, 0, pixels, ci, vectors(spec.out()),
                    Activations.number(spec.epilogue(), spec.out()));
        }
        maps.check();
        maps.clear();
        for (int i = 0; i < TestMaps.BATCH * spec.out().length(); i++) {
            PointwiseRowPerItem.item(i % spec.out().length(), i / spec.out().length(), maps.memory, packed, maps.image,
                    maps.in, spec.in().stride(), maps.out, spec.out().stride(), maps.in2, 0, ci,
                    Activations.number(spec.epilogue(), spec.out()));
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void depthwise(long seed) {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 5, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(40));
        var spec = new DepthwiseConv(in, window, TestMaps.vectorEpilogue(random));
        float[] weight = TestMaps.normal(in.channels() * window.taps(), 0.3, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(in.channels(), 1, random) : null;
        var maps = new TestMaps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()));
        MapLayout out = spec.out();
        for (int i = 0; i < TestMaps.BATCH * DepthwiseTiles.items(out.height(), out.width(), vectors(out)); i++) {
            DepthwiseTiles.item(i % (DepthwiseTiles.items(out.height(), out.width(), vectors(out))),
                    i / (DepthwiseTiles.items(out.height(), out.width(), vectors(out))), maps.memory, packed,
                    maps.image,
                    maps.in, maps.out, maps.in2, 0, in.height(),
                    in.width(), vectors(out), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                    WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                    Activations.number(spec.epilogue(), spec.out()));
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void dense(long seed) {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 4, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(20));
        var spec = new Conv2d(in, 1 + random.nextInt(40), window, TestMaps.vectorEpilogue(random));
        int co = spec.out().channels();
        float[] weight = TestMaps.normal(co * in.channels() * window.taps(), 0.1, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(co, 1, random) : null;
        var maps = new TestMaps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(Conv2dTiles.pack(weight, bias, in.channels(), co, window.taps()));
        MapLayout out = spec.out();
        for (int i = 0; i < TestMaps.BATCH * Conv2dTiles.items(out.height(), out.width(), vectors(out)); i++) {
            Conv2dTiles.item(i % (Conv2dTiles.items(out.height(), out.width(), vectors(out))),
                    i / (Conv2dTiles.items(out.height(), out.width(), vectors(out))), maps.memory, packed, maps.image,
                    maps.in, in.stride(), maps.out, maps.in2, 0,
                    in.height(), in.width(), in.channels(), out.height(), out.width(), vectors(out),
                    WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                    WindowNumbers.padding(window),
                    Activations.number(spec.epilogue(), spec.out()));
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void maxRelative(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            shifts.add(new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())));
        }
        var difference = MaxRelative.Difference.values()[random.nextInt(2)];
        var spec = new MaxRelative(in, shifts, difference);
        var maps = new TestMaps(spec, null, null, random);
        FloatArray table = FloatArray.fromArray(MaxRelativeGather.pack(shifts));
        for (int i = 0; i < TestMaps.BATCH * in.pixels(); i++) {
            MaxRelativeGather.item(i % (in.pixels()), i / (in.pixels()), maps.memory, table, maps.image, maps.in,
                    in.stride(), maps.out,
                    spec.out().stride(), 0, shifts.size(), in.height(), in.width(), in.channels(),
                    difference == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0);
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void globalAverage(long seed) {
        Random random = new Random(seed);
        var spec = new GlobalAveragePool(map(random, 9, 50));
        var maps = new TestMaps(spec, null, null, random);
        for (int i = 0; i < TestMaps.BATCH * vectors(spec.in()); i++) {
            GlobalAverage.item(i % (vectors(spec.in())), i / (vectors(spec.in())), maps.memory, maps.image, maps.in,
                    maps.out, spec.in().pixels(),
                    vectors(spec.in()));
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void binary(long seed) {
        Random random = new Random(seed);
        var spec = TestMaps.binary(random);
        MapLayout in = spec.in();
        var maps = new TestMaps(spec, null, null, random);
        all(in.length(), maps, (id, n) -> BinaryPerItem.item(id, n, maps.memory, maps.image, maps.in, in.stride(),
                maps.in2, BinaryPerItem.pixelStep(spec), BinaryPerItem.channelStep(spec), maps.out, in.channels(),
                BinaryPerItem.number(spec.operator()), Activations.number(spec.activation())));
        maps.checkPadding();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "RELU", "RELU6", "GELU"})
    void binaryVectors(Activation activation) {
        Random random = new Random(activation.ordinal());
        for (Binary.Operator operator : Binary.Operator.values()) {
            MapLayout in = map(random, 9, 50);
            var spec = new Binary(in, in, operator, activation);
            var maps = new TestMaps(spec, null, null, random);
            all(in.length() / VectorTasks.WIDTH, maps,
                    (id, n) -> BinaryVectors.item(id, n, maps.memory, maps.image, maps.in, maps.in2, maps.out,
                            BinaryPerItem.number(operator), Activations.number(activation)));
            maps.checkPadding();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void grouped(long seed) {
        Random random = new Random(seed);
        var spec = TestMaps.grouped(random);
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        Window window = spec.window();
        float[] weight = TestMaps.normal(spec.weightCount(), 0.2, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(out.channels(), 1, random) : null;
        var maps = new TestMaps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(GroupedConvPerItem.pack(weight, bias, out.channels()));
        all(out.length(), maps, (id, n) -> GroupedConvPerItem.item(id, n, maps.memory, packed, maps.image, maps.in,
                in.stride(), maps.out, out.stride(), maps.in2, 0, in.height(), in.width(), out.width(), out.channels(),
                spec.groupChannels(), out.channels() / spec.groups(), WindowNumbers.axis(window.rows()),
                WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                Activations.number(spec.epilogue(), out)));
        maps.checkPadding();
    }

    private interface Item {
        void run(int id, int n);
    }

    private static void all(int items, TestMaps maps, Item item) {
        for (int n = 0; n < TestMaps.BATCH; n++) {
            for (int id = 0; id < items; id++) {
                item.run(id, n);
            }
        }
        maps.check();
        maps.checkPadding();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void rolledL1Distance(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        var shift = new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width()));
        var spec = new RolledL1Distance(in, shift);
        var maps = new TestMaps(spec, null, null, random);
        all(in.pixels(), maps,
                (id, n) -> RolledL1DistancePerItem.item(id, n, maps.memory, maps.image, maps.in, in.stride(),
                        maps.out, spec.out().stride(), in.height(), in.width(), in.channels(), shift.dy(), shift.dx()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 56})
    void meanMinusStd(int side) {
        MapLayout in = MapLayout.of(side, side, 1);
        var maps = new TestMaps(new MeanMinusStd(in), null, null, new Random(side));
        all(1, maps, (id, n) -> MeanMinusStdSingleItem.item(id, n, maps.memory, maps.image, maps.in, in.stride(),
                maps.out, in.height(), in.width()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void thresholdedMaxRelative(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        var spec = ThresholdedMaxRelative.axial(in, 1 + random.nextInt(3));
        var maps = new TestMaps(spec, null, null, random);
        FloatArray table = FloatArray.fromArray(padded(MaxRelativeGather.pack(spec.shifts())));
        all(in.pixels(), maps,
                (id, n) -> ThresholdedMaxRelativePerItem.item(id, n, maps.memory, table, maps.image, maps.in,
                        in.stride(), maps.in2, maps.out, spec.out().stride(), 0, spec.shifts().size(), in.height(),
                        in.width(), in.channels()));
    }

    /** TornadoVM does not support empty arrays. */
    private static float[] padded(float[] weights) {
        return weights.length == 0 ? new float[1] : weights;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void layerNorm(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        float[] weight = TestMaps.normal(in.channels(), 1, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(in.channels(), 1, random) : null;
        var maps = new TestMaps(new LayerNorm(in, 1e-5), weight, bias, random);
        FloatArray packed = FloatArray.fromArray(LayerNormPerItem.pack(weight, bias));
        all(in.pixels(), maps,
                (id, n) -> LayerNormPerItem.item(id, n, maps.memory, packed, maps.image, maps.in, maps.out,
                        in.stride(), 0, in.channels(), 1e-5f));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void avgPoolBlend(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        float[] weight = TestMaps.normal(2 * in.channels(), 1, random);
        int side = 1 + 2 * random.nextInt(3);
        var maps = new TestMaps(new AvgPoolBlend(in, side), weight, null, random);
        FloatArray packed = FloatArray.fromArray(AvgPoolBlendPerItem.pack(weight));
        all(in.pixels() * vectors(in), maps, (id, n) -> AvgPoolBlendPerItem.item(id, n, maps.memory, packed, maps.image,
                maps.in, maps.out, 0, in.height(), in.width(), vectors(in), side));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void attention(long seed) {
        Random random = new Random(seed);
        int heads = 1 + random.nextInt(4);
        int keyDim = 1 + random.nextInt(20);
        int valueDim = 1 + random.nextInt(20);
        MapLayout in = MapLayout.of(1 + random.nextInt(6), 1 + random.nextInt(6), heads * (2 * keyDim + valueDim));
        var spec = new Attention(in, heads, keyDim, valueDim);
        float[] weight = TestMaps.normal(heads * in.pixels() * in.pixels(), 1, random);
        var maps = new TestMaps(spec, weight, null, random);
        FloatArray biases = FloatArray.fromArray(weight);
        all(heads * in.pixels(), maps, (id, n) -> AttentionPerItem.item(id, n, maps.memory, biases, maps.image, maps.in,
                in.stride(), maps.out, spec.out().stride(), 0, in.pixels(), keyDim, valueDim,
                (float) (1 / Math.sqrt(keyDim))));
    }

    /** An upload followed by a download returns the same planes. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 16})
    void planes(int step) {
        int channels = 3;
        int pixels = 10;
        int image = 64 + pixels * step;
        FloatArray planes = FloatArray
                .fromArray(TestMaps.normal(TestMaps.BATCH * channels * pixels, 1, new Random(step)));
        FloatArray memory = new FloatArray(TestMaps.BATCH * image);
        for (int i = 0; i < TestMaps.BATCH * pixels; i++) {
            LayoutTransform.pixelIn(i % (pixels), i / (pixels), planes, memory, image, 64, step, pixels, channels);
        }
        assertEquals(planes.get(1 * channels * pixels + 2 * pixels + 7), memory.get(image + 64 + 7 * step + 2));
        FloatArray back = new FloatArray(5 + planes.getSize());
        for (int id = 0; id < planes.getSize(); id++) {
            LayoutTransform.elementOut(id % (pixels * channels), id / (pixels * channels), memory, back, image, 64,
                    step,
                    5,
                    pixels, channels);
        }
        for (int i = 0; i < planes.getSize(); i++) {
            assertEquals(planes.get(i), back.get(5 + i));
        }
    }
}
