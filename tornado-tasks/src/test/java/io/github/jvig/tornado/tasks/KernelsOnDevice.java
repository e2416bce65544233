package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.tornado.FirstDevice;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Compares every kernel of a table on the first device with the scalar kernels, on random shapes. */
abstract class KernelsOnDevice {
    private static final TornadoDevice DEVICE = FirstDevice.get();

    private final DeviceKernels kernels;

    KernelsOnDevice(DeviceKernels kernels) {
        this.kernels = kernels;
    }

    private void check(Spec spec, float[] weight, float[] bias, Random random) throws Exception {
        check(spec, weight, bias, 2, random);
    }

    /** Runs a single layer, and checks that the device reports a time for each of its phases. */
    private void check(Spec spec, float[] weight, float[] bias, double scale, Random random) throws Exception {
        KernelLaunch work = kernels.table().kernel(spec, weight, bias);
        TestMaps maps = new TestMaps(spec, weight, bias, work.scratch(), scale, random);
        FloatArray weights = FloatArray.fromArray(work.weights().length == 0 ? new float[1] : work.weights());
        TaskGraph graph = new TaskGraph("test").transferToDevice(DataTransferMode.EVERY_EXECUTION, maps.memory,
                weights);
        GridScheduler grids = new GridScheduler();
        for (KernelLaunch.Phase phase : work.phases()) {
            phase.task().addTo(graph, "layer" + phase.name(), new KernelContext(),
                    DeviceArrays.of(maps.memory, weights, maps.image), maps.offsets());
            if (phase.hasGrid()) {
                WorkerGrid2D grid = new WorkerGrid2D(phase.items(), TestMaps.BATCH);
                grid.setLocalWork(phase.group(), 1, 1);
                grids.addWorkerGrid("test.layer" + phase.name(), grid);
            }
        }
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, maps.memory);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withDevice(DEVICE).withProfiler(ProfilerMode.SILENT);
            if (!grids.keySet().isEmpty()) {
                plan.withGridScheduler(grids);
            }
            TornadoExecutionResult result = plan.execute();
            Map<String, Long> nanos = ProfileLog.kernelNanos(result.getProfilerResult().getProfileLog());
            assertEquals(work.phases().size(), nanos.size(), spec + " ran as " + nanos);
        }
        maps.check();
        if (work.phases().getLast().hasGrid()) {
            maps.checkPadding();
        }
    }

    private static MapLayout map(Random random, int side, int channels) {
        return MapLayout.of(1 + random.nextInt(side), 1 + random.nextInt(side), 1 + random.nextInt(channels));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void pointwise(long seed) throws Exception {
        Random random = new Random(seed);
        var spec = new PointwiseConv(map(random, 12, 60), 1 + random.nextInt(150), TestMaps.epilogue(random));
        int ci = spec.in().channels();
        int co = spec.out().channels();
        check(spec, TestMaps.normal(co * ci, 0.2, random), TestMaps.normal(co, 1, random), random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void pointwiseOfFewPixels(long seed) throws Exception {
        Random random = new Random(seed);
        var spec = new PointwiseConv(map(random, 2, 60), 1 + random.nextInt(60), TestMaps.epilogue(random));
        int ci = spec.in().channels();
        int co = spec.out().channels();
        check(spec, TestMaps.normal(co * ci, 0.2, random), TestMaps.normal(co, 1, random), random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void depthwise(long seed) throws Exception {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 5, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(40));
        var spec = new DepthwiseConv(in, window, TestMaps.epilogue(random));
        check(spec, TestMaps.normal(in.channels() * window.taps(), 0.3, random),
                TestMaps.normal(in.channels(), 1, random),
                random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void dense(long seed) throws Exception {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 4, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(20));
        var spec = new Conv2d(in, 1 + random.nextInt(40), window, TestMaps.epilogue(random));
        int co = spec.out().channels();
        check(spec, TestMaps.normal(co * in.channels() * window.taps(), 0.1, random), TestMaps.normal(co, 1, random),
                random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void maxRelative(long seed) throws Exception {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = 2 * ((int) seed - 1); i > 0; i--) {
            shifts.add(new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())));
        }
        check(new MaxRelative(in, shifts, MaxRelative.Difference.values()[(int) seed % 2]), null, null, random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void globalAverage(long seed) throws Exception {
        Random random = new Random(seed);
        check(new GlobalAveragePool(map(random, 9, 50)), null, null, random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void binary(long seed) throws Exception {
        Random random = new Random(seed);
        check(TestMaps.binary(random), null, null, random);
    }

    /** With sums of one shape, and with many pad lanes. */
    @ParameterizedTest
    @EnumSource
    void activation(Activation activation) throws Exception {
        Random random = new Random(activation.ordinal());
        MapLayout in = map(random, 9, 50);
        check(new Binary(in, in, Binary.Operator.ADD, activation), null, null, random);
        var spec = new PointwiseConv(MapLayout.of(4, 4, 5), 19, Epilogue.NONE.plusResidual().then(activation));
        check(spec, TestMaps.normal(spec.weightCount(), 0.4, random), null, random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void grouped(long seed) throws Exception {
        Random random = new Random(seed);
        var spec = TestMaps.grouped(random);
        check(spec, TestMaps.normal(spec.weightCount(), 0.2, random),
                TestMaps.normal(spec.out().channels(), 1, random), random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rolledL1Distance(long seed) throws Exception {
        Random random = new Random(seed);
        check(RolledL1Distance.halfway(map(random, 9, 50)), null, null, random);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 56})
    void meanMinusStd(int side) throws Exception {
        check(new MeanMinusStd(MapLayout.of(side, side, 1)), null, null, new Random(side));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void thresholdedMaxRelative(long seed) throws Exception {
        Random random = new Random(seed);
        check(ThresholdedMaxRelative.axial(map(random, 9, 50), 1 + random.nextInt(3)), null, null, random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void layerNorm(long seed) throws Exception {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        check(new LayerNorm(in, 1e-5), TestMaps.normal(in.channels(), 1, random),
                TestMaps.normal(in.channels(), 1, random),
                random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void avgPoolBlend(long seed) throws Exception {
        Random random = new Random(seed);
        MapLayout in = map(random, 9, 50);
        check(new AvgPoolBlend(in, 1 + 2 * random.nextInt(3)), TestMaps.normal(2 * in.channels(), 1, random), null,
                random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void attention(long seed) throws Exception {
        Random random = new Random(seed);
        int heads = 1 + random.nextInt(4);
        int keyDim = 1 + random.nextInt(20);
        int valueDim = 1 + random.nextInt(20);
        int height = 1 + random.nextInt(6);
        int width = 1 + random.nextInt(6);
        var op = new AttentionOp(heads, keyDim, valueDim, height, width,
                TestMaps.normal(heads * height * width, 1, random));
        MapLayout in = MapLayout.of(height, width, heads * (2 * keyDim + valueDim));
        check(op.spec(List.of(in)), op.weights(op.spec(List.of(in))), null, random);
    }

    /** The operations whose kernels read their sizes from memory. */
    static Stream<Arguments> sized() {
        return RandomLayers.sized(2);
    }

    @ParameterizedTest
    @MethodSource
    void sized(String operation, RandomLayers.Case layer) throws Exception {
        check(layer.spec(), layer.weight(), layer.bias(), RandomLayers.SIZED_SCALE, layer.random());
    }

    /** The other operations, with all that their specs may say. */
    static Stream<Arguments> others() {
        return RandomLayers.others(3);
    }

    @ParameterizedTest
    @MethodSource
    void others(String operation, RandomLayers.Case layer) throws Exception {
        check(layer.spec(), layer.weight(), layer.bias(), RandomLayers.OTHERS_SCALE, layer.random());
    }

    /** All kernels of convolutions derive the layout of a map from its channels. */
    @Test
    void morePaddingThanNeededIsRefused() {
        MapLayout wide = new MapLayout(7, 7, 5, 32);
        for (Spec spec : List.of(new PointwiseConv(wide, 3, Epilogue.NONE),
                new PointwiseConv(MapLayout.of(7, 7, 3), wide, Epilogue.NONE),
                new DepthwiseConv(wide, Window.same(3), Epilogue.NONE),
                new Conv2d(wide, 8, Window.same(3), Epilogue.NONE),
                new MaxRelative(wide, List.of(), MaxRelative.Difference.SELF_MINUS_NEIGHBOR))) {
            var e = assertThrows(UnsupportedOperationException.class,
                    () -> kernels.table().candidates(spec, null, null));
            assertEquals("there is no tornado kernel for " + spec, e.getMessage());
        }
    }

    @Test
    void everyRowIsTested() {
        Set<Class<?>> tested = new HashSet<>(RandomLayers.operations(sized()));
        tested.addAll(RandomLayers.operations(others()));
        assertEquals(kernels.table().rows().stream().map(row -> row.spec()).collect(Collectors.toSet()), tested);
    }
}
