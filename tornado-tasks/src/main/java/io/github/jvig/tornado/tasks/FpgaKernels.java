package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AvgPoolBlendPerItem;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.LayerNormPerItem;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.Pipelined;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels for FPGAs, of which {@link Pipelined} says what they are like. Checked for what they compute on a processor that speaks OpenCL,
 * and for the code that TornadoVM makes of them; none was ever made into a circuit.
 */
final class FpgaKernels implements KernelTable {
    private static final Window POINT = Window.same(1);

    /** What a kernel takes beside how many images and outputs there are. */
    private interface Sizes {
        int[] of(BufferOffsets at);
    }

    private interface WithWeights extends Task3<FloatArray, FloatArray, IntArray> {}

    private interface WithoutWeights extends Task2<FloatArray, IntArray> {}

    @Override
    public KernelLaunch pick(LoweredOp layer) {
        Spec spec = layer.spec();
        MapLayout in = spec.in();
        return switch (spec) {
            case PointwiseConv s -> convolution(layer, POINT, s.epilogue());
            case Conv2d s when s.window().dilation() == 1 -> convolution(layer, s.window(), s.epilogue());
            case DepthwiseConv s -> depthwise(s, layer);
            case MaxRelative s -> {
                int neighborFirst = s.difference() == MaxRelative.Difference.NEIGHBOR_LESS_OWN ? 1 : 0;
                yield pipelined("max-relative", MaxRelativeGather.pack(s.shifts()), in.pixels() * in.channels(),
                        Pipelined::pipelinedMaxRelative,
                        at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                                s.shifts().size(), in.height(), in.width(), in.channels(), neighborFirst});
            }
            case GlobalAveragePool _ -> pipelined("average", in.stride(), Pipelined::pipelinedGlobalAveragePool,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), in.pixels()});
            case ResidualAdd s -> pipelined("add", in.length(), Pipelined::pipelinedResidualAdd, at -> new int[]{at.image(), at.in(),
                    at.in2(), at.out(), Activations.number(s.activation())});
            case RolledL1Distance s -> pipelined("rolled-l1-distance", in.pixels(), Pipelined::pipelinedRolledL1Distance,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), in.height(), in.width(),
                            in.channels(), s.shift().dy(), s.shift().dx()});
            case MeanMinusStd _ -> pipelined("mean-minus-std", 1, Pipelined::pipelinedMeanMinusStd,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), in.height(), in.width()});
            case ThresholdedMaxRelative s -> pipelined("thresholded-max-relative", MaxRelativeGather.pack(s.shifts()), in.pixels(),
                    Pipelined::pipelinedThresholdedMaxRelative,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.in2(), at.out(), at.outStep(), at.weight(),
                            s.shifts().size(), in.height(), in.width(), in.channels()});
            case LayerNorm s -> pipelined("layer-norm",
                    after((float) s.epsilon(), LayerNormPerItem.pack(layer.weight(), layer.bias())), in.pixels(),
                    Pipelined::pipelinedLayerNorm,
                    at -> new int[]{at.image(), at.in(), at.out(), at.inStep(), at.weight(), in.channels()});
            case AvgPoolBlend s -> pipelined("avg-pool-blend", AvgPoolBlendPerItem.pack(layer.weight()), in.length(),
                    Pipelined::pipelinedAvgPoolBlend,
                    at -> new int[]{at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(), vectors(in),
                            s.kernel()});
            case Attention s -> pipelined("attention", after((float) (1 / Math.sqrt(s.keyDim())), layer.weight()),
                    s.heads() * s.tokens(), Pipelined::pipelinedAttention,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(), s.tokens(),
                            s.keyDim(), s.valueDim()});
            case Conv2d _,FusedChain _ -> throw KernelTable.none(layer);
        };
    }

    @Override
    public KernelLaunch upload(MapLayout map) {
        return pipelined("in", NO_WEIGHTS, map.pixels(), Pipelined::pipelinedUpload,
                at -> new int[]{at.image(), at.out(), at.outStep(), map.pixels(), map.channels()});
    }

    @Override
    public KernelLaunch download(MapLayout map) {
        return pipelined("out", NO_WEIGHTS, map.pixels() * map.channels(), Pipelined::pipelinedDownload,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()});
    }

    private static KernelLaunch convolution(LoweredOp layer, Window window, Epilogue epilogue) {
        MapLayout in = layer.spec().in();
        MapLayout out = layer.spec().out();
        int number = Conv2dTiles.window(window.kernel(), window.stride(), window.padding());
        return pipelined("convolution",
                Conv2dTiles.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                out.pixels() * vectors(out), Pipelined::pipelinedConv2d,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), out.channels(), number,
                        Activations.number(epilogue.activation())});
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, LoweredOp layer) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return pipelined("depthwise", DepthwiseTiles.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                out.pixels() * vectors(in), Pipelined::pipelinedDepthwise,
                at -> new int[]{at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        in.channels(), out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())});
    }

    private static KernelLaunch pipelined(String operation, float[] weights, int outputs, WithWeights method, Sizes sizes) {
        return work(operation, weights, (graph, id, _, memory, other, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, other, numbers);
        });
    }

    private static KernelLaunch pipelined(String operation, int outputs, WithoutWeights method, Sizes sizes) {
        return work(operation, NO_WEIGHTS, (graph, id, _, memory, _, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, numbers);
        });
    }

    private static KernelLaunch work(String operation, float[] weights, KernelLaunch.Task task) {
        return KernelLaunch.single("f32-" + operation + "-pipelined", "FPGA: a pipeline, one circuit for all layers of the kind",
                weights, task);
    }

    /** How many images the memory is for, how many outputs are made, and the kernel's own. */
    private static IntArray numbers(FloatArray memory, int outputs, BufferOffsets at, Sizes sizes) {
        int[] own = sizes.of(at);
        IntArray all = new IntArray(2 + own.length);
        all.set(0, memory.getSize() / at.image());
        all.set(1, outputs);
        for (int i = 0; i < own.length; i++) {
            all.set(2 + i, own[i]);
        }
        return all;
    }

    private static float[] after(float first, float[] rest) {
        float[] all = new float[1 + rest.length];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static int vectors(MapLayout map) {
        return map.stride() / MapLayout.CHANNEL_ALIGNMENT;
    }
}
