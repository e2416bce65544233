package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.AvgPoolBlend;
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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Compares the kernels for FPGAs, called as plain Java, with the scalar kernels, on random shapes. */
@Tag("kernels-as-java")
class PipelinedTest {
    private static final Window POINT = Window.same(1);

    private static MapLayout map(Random random) {
        return MapLayout.of(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(50));
    }

    private static IntArray sizes(int... values) {
        IntArray sizes = new IntArray(1 + values.length);
        sizes.set(0, TestMaps.BATCH);
        for (int i = 0; i < values.length; i++) {
            sizes.set(1 + i, values[i]);
        }
        return sizes;
    }

    private static int vectors(MapLayout map) {
        return map.stride() / VectorTasks.WIDTH;
    }

    private static float[] after(float first, float[] rest) {
        float[] all = new float[1 + rest.length];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pointwise(long seed) {
        Random random = new Random(seed);
        var spec = new PointwiseConv(map(random), 1 + random.nextInt(50), TestMaps.epilogue(random));
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        float[] weight = TestMaps.normal(out.channels() * in.channels(), 0.2, random);
        var maps = new TestMaps(spec, weight, null, random);
        Pipelined.pipelinedConv2d(maps.memory,
                FloatArray.fromArray(Conv2dTiles.pack(weight, null, in.channels(), out.channels(), 1)),
                sizes(out.pixels() * vectors(out), maps.image, maps.in, in.stride(), maps.out, maps.in2, 0,
                        in.height(), in.width(), in.channels(), out.height(), out.width(), out.channels(),
                        WindowNumbers.axis(POINT.rows()), WindowNumbers.axis(POINT.columns()),
                        WindowNumbers.padding(POINT), Activations.number(spec.epilogue(), spec.out())));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void dense(long seed) {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 4, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(20));
        var spec = new Conv2d(in, 1 + random.nextInt(40), window, TestMaps.epilogue(random));
        MapLayout out = spec.out();
        float[] weight = TestMaps.normal(out.channels() * in.channels() * window.taps(), 0.1, random);
        float[] bias = TestMaps.normal(out.channels(), 1, random);
        var maps = new TestMaps(spec, weight, bias, random);
        Pipelined.pipelinedConv2d(maps.memory,
                FloatArray.fromArray(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps())),
                sizes(out.pixels() * vectors(out), maps.image, maps.in, in.stride(), maps.out, maps.in2, 0,
                        in.height(), in.width(), in.channels(), out.height(), out.width(), out.channels(),
                        WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                        WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void depthwise(long seed) {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 5, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(40));
        var spec = new DepthwiseConv(in, window, TestMaps.epilogue(random));
        MapLayout out = spec.out();
        float[] weight = TestMaps.normal(in.channels() * window.taps(), 0.3, random);
        float[] bias = TestMaps.normal(in.channels(), 1, random);
        var maps = new TestMaps(spec, weight, bias, random);
        Pipelined.pipelinedDepthwise(maps.memory,
                FloatArray.fromArray(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps())),
                sizes(out.pixels() * vectors(out), maps.image, maps.in, maps.out, maps.in2, 0, in.height(),
                        in.width(), in.channels(), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void maxRelative(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random);
        var shifts = List.of(new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())),
                new MaxRelative.Shift(0, random.nextInt(in.width())));
        var difference = MaxRelative.Difference.values()[(int) seed % 2];
        var spec = new MaxRelative(in, shifts, difference);
        var maps = new TestMaps(spec, null, null, random);
        Pipelined.pipelinedMaxRelative(maps.memory, FloatArray.fromArray(MaxRelativeGather.pack(shifts)),
                sizes(in.pixels() * in.channels(), maps.image, maps.in, in.stride(), maps.out, spec.out().stride(), 0,
                        shifts.size(), in.height(), in.width(), in.channels(),
                        difference == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void average(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random);
        var maps = new TestMaps(new GlobalAveragePool(in), null, null, random);
        Pipelined.pipelinedGlobalAveragePool(maps.memory,
                sizes(in.stride(), maps.image, maps.in, in.stride(), maps.out, in.pixels()));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void binary(long seed) {
        Random random = new Random(seed);
        var spec = TestMaps.binary(random);
        var maps = new TestMaps(spec, null, null, random);
        Pipelined.pipelinedBinary(maps.memory, sizes(spec.in().length(), maps.image, maps.in, spec.in().stride(),
                maps.in2, BinaryPerItem.pixelStep(spec), BinaryPerItem.channelStep(spec), maps.out,
                spec.in().channels(), BinaryPerItem.number(spec.operator()),
                Activations.number(spec.activation())));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void grouped(long seed) {
        Random random = new Random(seed);
        var spec = TestMaps.grouped(random);
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        Window window = spec.window();
        float[] weight = TestMaps.normal(spec.weightCount(), 0.2, random);
        float[] bias = TestMaps.normal(out.channels(), 1, random);
        var maps = new TestMaps(spec, weight, bias, random);
        Pipelined.pipelinedGroupedConv(maps.memory,
                FloatArray.fromArray(GroupedConvPerItem.pack(weight, bias, out.channels())),
                sizes(out.length(), maps.image, maps.in, in.stride(), maps.out, out.stride(), maps.in2, 0, in.height(),
                        in.width(), out.width(), out.channels(), spec.groupChannels(),
                        out.channels() / spec.groups(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void rolledL1Distance(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random);
        var shift = new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width()));
        var spec = new RolledL1Distance(in, shift);
        var maps = new TestMaps(spec, null, null, random);
        Pipelined.pipelinedRolledL1Distance(maps.memory, sizes(in.pixels(), maps.image, maps.in, in.stride(), maps.out,
                spec.out().stride(), in.height(), in.width(), in.channels(), shift.dy(), shift.dx()));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9})
    void meanMinusStd(int side) {
        MapLayout in = MapLayout.of(side, side, 1);
        var maps = new TestMaps(new MeanMinusStd(in), null, null, new Random(side));
        Pipelined.pipelinedMeanMinusStd(maps.memory,
                sizes(1, maps.image, maps.in, in.stride(), maps.out, in.height(), in.width()));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5})
    void thresholdedMaxRelative(long seed) {
        Random random = new Random(seed);
        MapLayout in = MapLayout.of(4 + random.nextInt(5), 4 + random.nextInt(5), 1 + random.nextInt(50));
        var spec = ThresholdedMaxRelative.axial(in, 1 + random.nextInt(3));
        var maps = new TestMaps(spec, null, null, random);
        Pipelined.pipelinedThresholdedMaxRelative(maps.memory,
                FloatArray.fromArray(MaxRelativeGather.pack(spec.shifts())),
                sizes(in.pixels(), maps.image, maps.in, in.stride(), maps.in2, maps.out, spec.out().stride(), 0,
                        spec.shifts().size(), in.height(), in.width(), in.channels()));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void layerNorm(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random);
        float[] weight = TestMaps.normal(in.channels(), 1, random);
        float[] bias = TestMaps.normal(in.channels(), 1, random);
        var maps = new TestMaps(new LayerNorm(in, 1e-5), weight, bias, random);
        Pipelined.pipelinedLayerNorm(maps.memory,
                FloatArray.fromArray(after(1e-5f, LayerNormPerItem.pack(weight, bias))),
                sizes(in.pixels(), maps.image, maps.in, maps.out, in.stride(), 0, in.channels()));
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void averageMix(long seed) {
        Random random = new Random(seed);
        MapLayout in = map(random);
        float[] weight = TestMaps.normal(2 * in.channels(), 1, random);
        int side = 1 + 2 * random.nextInt(3);
        var maps = new TestMaps(new AvgPoolBlend(in, side), weight, null, random);
        Pipelined.pipelinedAvgPoolBlend(maps.memory, FloatArray.fromArray(AvgPoolBlendPerItem.pack(weight)),
                sizes(in.length(), maps.image, maps.in, maps.out, 0, in.height(), in.width(), vectors(in), side));
        maps.check();
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
        Pipelined.pipelinedUpload(memory, planes, sizes(pixels, image, 64, step, pixels, channels));
        assertEquals(planes.get(1 * channels * pixels + 2 * pixels + 7), memory.get(image + 64 + 7 * step + 2));
        FloatArray back = new FloatArray(5 + planes.getSize());
        Pipelined.pipelinedDownload(memory, back, sizes(pixels * channels, image, 64, step, 5, pixels, channels));
        for (int i = 0; i < planes.getSize(); i++) {
            assertEquals(planes.get(i), back.get(5 + i));
        }
    }
}
