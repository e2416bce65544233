package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.tornado.kernels.BufferOffsets;
import io.github.jvig.tornado.kernels.HalfConversion;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Kernels of GPUs with local memory, and several outputs per work item, as plain Java on random shapes; {@link JavaTasks} runs a group. */
@Tag("kernels-as-java")
class GpuKernelsAsJavaTest {
    private static void check(Spec spec, String kernel, Random random) throws Exception {
        float[] weight = TestMaps.normal(spec.weightCount(), 0.2, random);
        float[] bias = random.nextBoolean() ? TestMaps.normal(spec.biasCount(), 1, random) : null;
        KernelLaunch launch = new GpuKernels(Precision.SINGLE).table().kernel(spec, weight, bias);
        assertEquals(kernel, launch.kernel());
        TestMaps maps = new TestMaps(spec, weight, bias, random);
        JavaTasks.run(launch, TestMaps.BATCH,
                DeviceArrays.of(maps.memory, FloatArray.fromArray(launch.weights()), maps.image), maps.offsets());
        maps.check();
        maps.checkPadding();
    }

    /** With input channels below, at and above what the parts take at a time. */
    @ParameterizedTest
    @ValueSource(ints = {3, 16, 17, 63, 64, 65, 130})
    void splitTile(int channels) throws Exception {
        Random random = new Random(channels);
        MapLayout in = MapLayout.of(1 + random.nextInt(8), 5 + random.nextInt(3), channels);
        check(new PointwiseConv(in, 1 + random.nextInt(100), TestMaps.epilogue(random)), "f32-pointwise-16x64-split",
                random);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 16, 35})
    void localTile(int channels) throws Exception {
        Random random = new Random(channels);
        MapLayout in = MapLayout.of(9, 8 + random.nextInt(3), channels);
        check(new PointwiseConv(in, 1 + random.nextInt(100), TestMaps.epilogue(random)), "f32-pointwise-64x64-local",
                random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void convolutionOfPlanes(long seed) throws Exception {
        FirstLayers net = FirstLayers.random(seed);
        NetLayout layout = new NetLayout(net.graph(), net.height(), net.width(), new GpuKernels(Precision.SINGLE));
        assertEquals("f32-conv2d-image-4x1", layout.steps().getFirst().launch().kernel());
        net.check(JavaTasks.run(layout, net.images(), net.batch()), 1e-5);
    }

    /**
     * TornadoVM uploads no array that the first kernel of a graph only writes, and an OpenCL buffer holds anything at first. So the kernels
     * that can be the first to have the memory read the zero that each image's part starts with: then a NaN there is in all that they write.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void firstKernelsReadWhatTheyMustNotLose(boolean planes) throws Exception {
        Graph graph = planes ? SmallNets.single(Window.same(3)) : SmallNets.twoReaders(1);
        NetLayout layout = new NetLayout(graph, 6, 8, new GpuKernels(Precision.SINGLE));
        assertEquals(planes, layout.upload().isEmpty());
        DeviceArrays arrays = DeviceArrays.of(layout, 1);
        arrays.memory().set(0, Float.NaN);
        BufferOffsets at = planes
                ? layout.steps().getFirst().offsets()
                : new BufferOffsets(layout.image(), List.of(0), 0, layout.input().offset(),
                        layout.input().map().stride(), 0, 0);
        JavaTasks.run(layout.upload().orElse(layout.steps().getFirst().launch()), 1,
                planes ? arrays : arrays.withSecond(arrays.images()), at);
        assertTrue(Float.isNaN(arrays.memory().get(at.out())));
        HalfFloatArray halves = HalfConversion.array(new float[]{1, 2});
        FloatArray floats = FloatArray.fromArray(new float[]{Float.NaN, 0, 0});
        JavaTasks.run(KernelLaunch.of(DeviceKernels.NO_WEIGHTS, HalfKernels.conversion(true, 2, 0, 1)), 1,
                new DeviceArrays(floats, null, halves, null, null, 3, 2), at);
        assertTrue(Float.isNaN(floats.get(1)));
    }

    /** An image that two layers read is written into the memory. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void twoReaders(Precision precision) throws Exception {
        FirstLayers net = FirstLayers.of(SmallNets.twoReaders(1), 9, 12, 2, new Random(1));
        NetLayout layout = new NetLayout(net.graph(), net.height(), net.width(), new GpuKernels(precision));
        assertTrue(layout.upload().isPresent());
        net.check(JavaTasks.run(layout, net.images(), net.batch()), precision == Precision.HALF ? 5e-3 : 1e-5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void depthwise(long seed) throws Exception {
        Random random = new Random(seed);
        Window window = TestMaps.window(random, 5, 2);
        MapLayout in = TestMaps.map(random, window, 1 + random.nextInt(40));
        check(new DepthwiseConv(in, window, TestMaps.epilogue(random)), "f32-depthwise-4x1", random);
    }
}
