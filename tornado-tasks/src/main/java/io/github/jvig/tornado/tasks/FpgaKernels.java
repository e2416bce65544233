package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Window;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AvgPoolBlendPerItem;
import io.github.jvig.tornado.kernels.BinaryPerItem;
import io.github.jvig.tornado.kernels.BufferOffsets;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.GroupedConvPerItem;
import io.github.jvig.tornado.kernels.LayerNormPerItem;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.Pipelined;
import io.github.jvig.tornado.kernels.WindowNumbers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels for FPGAs; {@link Pipelined} describes them. Tests verify their results on an OpenCL processor, and the code that TornadoVM
 * generates from them. None of them was ever synthesized into a circuit.
 *
 * <p>A kernel's sizes are passed as an {@code int[]}, since TornadoVM's tasks take arrays and numbers only. Here and in {@link Pipelined}
 * they must be in the same order: the two agree by position alone, which PipelinedTest and the tests on a device check.
 */
final class FpgaKernels implements DeviceKernels {
    static final String WORDS = "FPGA: pipelined loop, one circuit for all layers of this operation";
    private static final Window POINT = Window.same(1);

    /** The sizes that a kernel takes after the number of images and the number of outputs. */
    private interface Sizes {
        int[] of(BufferOffsets offsets);
    }

    private interface WithWeights extends Task3<FloatArray, FloatArray, IntArray> {}

    private interface WithoutWeights extends Task2<FloatArray, IntArray> {}

    private final KernelTable<KernelLaunch> table = new KernelTable<>("tornado", Machine.of("opencl-fpga"), List.of(
            row(PointwiseConv.class, "conv2d-1x1", (s, w, b) -> convolution(s, w, b, POINT, s.epilogue())),
            row(Conv2d.class, "conv2d", (s, w, b) -> convolution(s, w, b, s.window(), s.epilogue()))
                    .supporting("one group", s -> s.groups() == 1),
            row(Conv2d.class, "grouped-conv", FpgaKernels::groupedConv),
            row(DepthwiseConv.class, "depthwise", FpgaKernels::depthwise),
            row(MaxRelative.class, "max-relative", (s, _, _) -> maxRelative(s)),
            row(GlobalAveragePool.class, "global-average-pool", (s, _, _) -> pipelined(s.in().stride(),
                    Pipelined::pipelinedGlobalAveragePool,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), s.in().pixels()})),
            row(Binary.class, "binary", (s, _, _) -> pipelined(s.in().length(), Pipelined::pipelinedBinary,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.in2(), BinaryPerItem.pixelStep(s),
                            BinaryPerItem.channelStep(s), at.out(), s.in().channels(),
                            BinaryPerItem.number(s.operator()), Activations.number(s.activation())})),
            row(RolledL1Distance.class, "rolled-l1-distance", (s, _, _) -> pipelined(s.in().pixels(),
                    Pipelined::pipelinedRolledL1Distance,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), s.in().height(),
                            s.in().width(), s.in().channels(), s.shift().dy(), s.shift().dx()})),
            row(MeanMinusStd.class, "mean-minus-std", (s, _, _) -> pipelined(1, Pipelined::pipelinedMeanMinusStd,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), s.in().height(), s.in().width()})),
            row(ThresholdedMaxRelative.class, "thresholded-max-relative", (s, _, _) -> thresholdedMaxRelative(s)),
            row(LayerNorm.class, "layer-norm", (s, w, b) -> pipelined(
                    DeviceKernels.prepend((float) s.epsilon(), LayerNormPerItem.pack(w, b)), s.in().pixels(),
                    Pipelined::pipelinedLayerNorm,
                    at -> new int[]{at.image(), at.in(), at.out(), at.inStep(), at.weight(), s.in().channels()})),
            row(AvgPoolBlend.class, "avg-pool-blend", (s, w, _) -> pipelined(AvgPoolBlendPerItem.pack(w),
                    s.in().length(), Pipelined::pipelinedAvgPoolBlend,
                    at -> new int[]{at.image(), at.in(), at.out(), at.weight(), s.in().height(), s.in().width(),
                            DeviceKernels.vectors(s.in()), s.kernel()}))))
            .withRowsFirst(SizedKernels.rows(SizedKernels.Form.PIPELINE));

    @Override
    public KernelTable<KernelLaunch> table() {
        return table;
    }

    private static <S extends Spec> KernelRow<S, KernelLaunch> row(Class<S> spec, String operation,
            KernelRow.Factory<S, KernelLaunch> factory) {
        return DeviceKernels.narrow(DeviceKernels.row(spec, id(operation), WORDS, factory));
    }

    private static String id(String operation) {
        return "f32-" + operation + "-pipelined";
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0;
        return pipelined(MaxRelativeGather.pack(spec.shifts()), in.pixels() * in.channels(),
                Pipelined::pipelinedMaxRelative,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels(), neighborFirst});
    }

    private static KernelLaunch thresholdedMaxRelative(ThresholdedMaxRelative spec) {
        MapLayout in = spec.in();
        return pipelined(MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                Pipelined::pipelinedThresholdedMaxRelative,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.in2(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels()});
    }

    @Override
    public KernelLaunch upload(MapLayout map) {
        return pipelined(NO_WEIGHTS, map.pixels(), Pipelined::pipelinedUpload,
                at -> new int[]{at.image(), at.out(), at.outStep(), map.pixels(), map.channels()})
                .named(id("upload"), "");
    }

    @Override
    public KernelLaunch download(MapLayout map) {
        return pipelined(NO_WEIGHTS, map.pixels() * map.channels(), Pipelined::pipelinedDownload,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()})
                .named(id("download"), "");
    }

    private static KernelLaunch convolution(Spec spec, float[] weight, float[] bias, Window window,
            Epilogue epilogue) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        return pipelined(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()),
                out.pixels() * DeviceKernels.vectors(out), Pipelined::pipelinedConv2d,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), out.channels(),
                        WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                        WindowNumbers.padding(window),
                        Activations.number(epilogue, out)});
    }

    private static KernelLaunch groupedConv(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return pipelined(GroupedConvPerItem.pack(weight, bias, out.channels()), out.length(),
                Pipelined::pipelinedGroupedConv,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        in.height(), in.width(), out.width(), out.channels(), spec.groupChannels(),
                        out.channels() / spec.groups(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)});
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return pipelined(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()),
                out.pixels() * DeviceKernels.vectors(in), Pipelined::pipelinedDepthwise,
                at -> new int[]{at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        in.channels(), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())});
    }

    private static KernelLaunch pipelined(float[] weights, int outputs, WithWeights method,
            Sizes sizes) {
        return KernelLaunch.of(weights, KernelLaunch.Phase.single("", (graph, id, _, memory, other, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, other, numbers);
        }));
    }

    private static KernelLaunch pipelined(int outputs, WithoutWeights method, Sizes sizes) {
        return KernelLaunch.of(NO_WEIGHTS, KernelLaunch.Phase.single("", (graph, id, _, memory, _, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, numbers);
        }));
    }

    /** The number of images, the number of outputs per image, then the kernel's sizes. */
    private static IntArray numbers(FloatArray memory, int outputs, BufferOffsets at, Sizes sizes) {
        int[] values = sizes.of(at);
        IntArray all = new IntArray(2 + values.length);
        all.set(0, memory.getSize() / at.image());
        all.set(1, outputs);
        for (int i = 0; i < values.length; i++) {
            all.set(2 + i, values[i]);
        }
        return all;
    }
}
