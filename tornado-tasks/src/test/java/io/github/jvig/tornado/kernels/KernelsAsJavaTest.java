package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The work items of every kernel as plain Java, on random shapes, against the scalar kernels, which define the operations. */
class KernelsAsJavaTest {
    private static FeatureMap map(Random random, int side, int channels) {
        return FeatureMap.of(1 + random.nextInt(side), 1 + random.nextInt(side), 1 + random.nextInt(channels));
    }

    private static int vectors(FeatureMap map) {
        return map.stride() / Lanes.WIDTH;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void pointwise(long seed) {
        Random random = new Random(seed);
        var spec = new PointwiseConv(map(random, 9, 50), 1 + random.nextInt(50), Maps.epilogue(random));
        int ci = spec.in().channels();
        int co = spec.out().channels();
        float[] weight = Maps.normal(co * ci, 0.2, random);
        float[] bias = random.nextBoolean() ? Maps.normal(co, 1, random) : null;
        var maps = new Maps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(Pointwise.pack(weight, bias, ci, co));
        int pixels = spec.in().pixels();
        for (int i = 0; i < Maps.BATCH * Pointwise.items(pixels, vectors(spec.out())); i++) {
            Pointwise.item(i % (Pointwise.items(pixels, vectors(spec.out()))),
                    i / (Pointwise.items(pixels, vectors(spec.out()))), maps.memory, packed, maps.image, maps.in,
                    spec.in().stride(), maps.out,
                    spec.out().stride(), maps.residual, 0, pixels, ci, vectors(spec.out()),
                    Activations.number(spec.epilogue().activation()));
        }
        maps.check();
        maps.clear();
        for (int i = 0; i < Maps.BATCH * pixels * vectors(spec.out()); i++) {
            PointwiseRow.item(i % (pixels * vectors(spec.out())), i / (pixels * vectors(spec.out())), maps.memory,
                    packed, maps.image, maps.in, spec.in().stride(), maps.out,
                    spec.out().stride(), maps.residual, 0, pixels, ci, vectors(spec.out()),
                    Activations.number(spec.epilogue().activation()));
        }
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void depthwise(long seed) {
        Random random = new Random(seed);
        int k = 1 + random.nextInt(5);
        var window = new Window(k, 1 + random.nextInt(3), random.nextInt(k + 1), 1 + random.nextInt(2));
        FeatureMap in = FeatureMap.of(window.extent() + random.nextInt(20), window.extent() + random.nextInt(20),
                1 + random.nextInt(40));
        var spec = new DepthwiseConv(in, window, Maps.epilogue(random));
        float[] weight = Maps.normal(in.channels() * k * k, 0.3, random);
        float[] bias = random.nextBoolean() ? Maps.normal(in.channels(), 1, random) : null;
        var maps = new Maps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(Depthwise.pack(weight, bias, in.channels(), k));
        FeatureMap out = spec.out();
        for (int i = 0; i < Maps.BATCH * Depthwise.items(out.height(), out.width(), vectors(out)); i++) {
            Depthwise.item(i % (Depthwise.items(out.height(), out.width(), vectors(out))),
                    i / (Depthwise.items(out.height(), out.width(), vectors(out))), maps.memory, packed, maps.image,
                    maps.in, maps.out, maps.residual, 0, in.height(),
                    in.width(), vectors(out), out.height(), out.width(), k, window.stride(), window.padding(),
                    window.dilation(), Activations.number(spec.epilogue().activation()));
        }
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void dense(long seed) {
        Random random = new Random(seed);
        int k = 1 + random.nextInt(4);
        var window = Window.of(k, 1 + random.nextInt(3), random.nextInt(k + 1));
        FeatureMap in = FeatureMap.of(k + random.nextInt(20), k + random.nextInt(20), 1 + random.nextInt(20));
        var spec = new DenseConv(in, 1 + random.nextInt(40), window, Maps.epilogue(random));
        int co = spec.outChannels();
        float[] weight = Maps.normal(co * in.channels() * k * k, 0.1, random);
        float[] bias = random.nextBoolean() ? Maps.normal(co, 1, random) : null;
        var maps = new Maps(spec, weight, bias, random);
        FloatArray packed = FloatArray.fromArray(Dense.pack(weight, bias, in.channels(), co, k));
        FeatureMap out = spec.out();
        for (int i = 0; i < Maps.BATCH * Dense.items(out.height(), out.width(), vectors(out)); i++) {
            Dense.item(i % (Dense.items(out.height(), out.width(), vectors(out))),
                    i / (Dense.items(out.height(), out.width(), vectors(out))), maps.memory, packed, maps.image,
                    maps.in, in.stride(), maps.out, maps.residual, 0,
                    in.height(), in.width(), in.channels(), out.height(), out.width(), vectors(out),
                    Dense.window(k, window.stride(), window.padding()),
                    Activations.number(spec.epilogue().activation()));
        }
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void maxRelative(long seed) {
        Random random = new Random(seed);
        FeatureMap in = map(random, 9, 50);
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            shifts.add(new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())));
        }
        var difference = MaxRelative.Difference.values()[random.nextInt(2)];
        var spec = new MaxRelative(in, shifts, difference);
        var maps = new Maps(spec, null, null, random);
        FloatArray table = FloatArray.fromArray(MaxRelativeGather.pack(shifts));
        for (int i = 0; i < Maps.BATCH * in.pixels(); i++) {
            MaxRelativeGather.item(i % (in.pixels()), i / (in.pixels()), maps.memory, table, maps.image, maps.in,
                    in.stride(), maps.out,
                    spec.out().stride(), 0, shifts.size(), in.height(), in.width(), in.channels(),
                    difference == MaxRelative.Difference.NEIGHBOUR_LESS_OWN ? 1 : 0);
        }
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void globalAverage(long seed) {
        Random random = new Random(seed);
        var spec = new GlobalAveragePool(map(random, 9, 50));
        var maps = new Maps(spec, null, null, random);
        for (int i = 0; i < Maps.BATCH * vectors(spec.in()); i++) {
            GlobalAverage.item(i % (vectors(spec.in())), i / (vectors(spec.in())), maps.memory, maps.image, maps.in,
                    maps.out, spec.in().pixels(),
                    vectors(spec.in()));
        }
        maps.check();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void residualSum(long seed) {
        Random random = new Random(seed);
        var spec = new ResidualAdd(map(random, 9, 50), Activation.values()[(int) seed - 1]);
        var maps = new Maps(spec, null, null, random);
        int all = spec.in().length() / Lanes.WIDTH;
        for (int i = 0; i < Maps.BATCH * all; i++) {
            ResidualSum.item(i % (all), i / (all), maps.memory, maps.image, maps.in, maps.residual, maps.out,
                    Activations.number(spec.activation()));
        }
        maps.check();
    }

    /** Planes go in, and come out as they were. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 16})
    void planes(int step) {
        int channels = 3;
        int pixels = 10;
        int image = 64 + pixels * step;
        FloatArray planes = FloatArray.fromArray(Maps.normal(Maps.BATCH * channels * pixels, 1, new Random(step)));
        FloatArray memory = new FloatArray(Maps.BATCH * image);
        for (int i = 0; i < Maps.BATCH * pixels; i++) {
            Planes.pixelIn(i % (pixels), i / (pixels), planes, memory, image, 64, step, pixels, channels);
        }
        assertEquals(planes.get(1 * channels * pixels + 2 * pixels + 7), memory.get(image + 64 + 7 * step + 2));
        FloatArray back = new FloatArray(5 + planes.getSize());
        for (int id = 0; id < planes.getSize(); id++) {
            Planes.numberOut(id % (pixels * channels), id / (pixels * channels), memory, back, image, 64, step, 5,
                    pixels, channels);
        }
        for (int i = 0; i < planes.getSize(); i++) {
            assertEquals(planes.get(i), back.get(5 + i));
        }
    }
}
