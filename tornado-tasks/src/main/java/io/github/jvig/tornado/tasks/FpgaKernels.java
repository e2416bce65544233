package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AveragePoolMix;
import io.github.jvig.kernels.Chain;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanLessDeviation;
import io.github.jvig.kernels.NearMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.ShiftDistance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.device.Layer;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AveragePoolMixEach;
import io.github.jvig.tornado.kernels.Dense;
import io.github.jvig.tornado.kernels.Depthwise;
import io.github.jvig.tornado.kernels.LayerNormEach;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.Piped;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels for FPGAs, of which {@link Piped} says what they are like. Checked for what they compute on a processor that speaks OpenCL,
 * and for the code that TornadoVM makes of them; none was ever made into a circuit.
 */
final class FpgaKernels implements KernelTable {
    private static final Window POINT = Window.same(1);

    /** What a kernel takes beside how many images and outputs there are. */
    private interface Sizes {
        int[] of(Places at);
    }

    private interface WithWeights extends Task3<FloatArray, FloatArray, IntArray> {}

    private interface WithoutWeights extends Task2<FloatArray, IntArray> {}

    @Override
    public Work pick(Layer layer) {
        Spec spec = layer.spec();
        FeatureMap in = spec.in();
        return switch (spec) {
            case PointwiseConv s -> convolution(layer, POINT, s.epilogue());
            case DenseConv s when s.window().dilation() == 1 -> convolution(layer, s.window(), s.epilogue());
            case DepthwiseConv s -> depthwise(s, layer);
            case MaxRelative s -> {
                int neighbourFirst = s.difference() == MaxRelative.Difference.NEIGHBOUR_LESS_OWN ? 1 : 0;
                yield piped("max-relative", MaxRelativeGather.pack(s.shifts()), in.pixels() * in.channels(),
                        Piped::pipedMaxRelative,
                        at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                                s.shifts().size(), in.height(), in.width(), in.channels(), neighbourFirst});
            }
            case GlobalAveragePool _ -> piped("average", in.stride(), Piped::pipedAverage,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), in.pixels()});
            case ResidualAdd s -> piped("add", in.length(), Piped::pipedAdd, at -> new int[]{at.image(), at.in(),
                    at.second(), at.out(), Activations.number(s.activation())});
            case ShiftDistance s -> piped("shift-distance", in.pixels(), Piped::pipedShiftDistance,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), in.height(), in.width(),
                            in.channels(), s.shift().dy(), s.shift().dx()});
            case MeanLessDeviation _ -> piped("mean-less-deviation", 1, Piped::pipedMeanLessDeviation,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), in.height(), in.width()});
            case NearMaxRelative s -> piped("near-max-relative", MaxRelativeGather.pack(s.shifts()), in.pixels(),
                    Piped::pipedNearMaxRelative,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.second(), at.out(), at.outStep(), at.weight(),
                            s.shifts().size(), in.height(), in.width(), in.channels()});
            case LayerNorm s -> piped("layer-norm",
                    after((float) s.epsilon(), LayerNormEach.pack(layer.weight(), layer.bias())), in.pixels(),
                    Piped::pipedLayerNorm,
                    at -> new int[]{at.image(), at.in(), at.out(), at.inStep(), at.weight(), in.channels()});
            case AveragePoolMix s -> piped("average-mix", AveragePoolMixEach.pack(layer.weight()), in.length(),
                    Piped::pipedAverageMix,
                    at -> new int[]{at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(), vectors(in),
                            s.kernel()});
            case Attention s -> piped("attention", after((float) (1 / Math.sqrt(s.keyDim())), layer.weight()),
                    s.heads() * s.tokens(), Piped::pipedAttention,
                    at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(), s.tokens(),
                            s.keyDim(), s.valueDim()});
            case DenseConv _,Chain _ -> throw KernelTable.none(layer);
        };
    }

    @Override
    public Work wayIn(FeatureMap map) {
        return piped("in", NO_WEIGHTS, map.pixels(), Piped::pipedIn,
                at -> new int[]{at.image(), at.out(), at.outStep(), map.pixels(), map.channels()});
    }

    @Override
    public Work wayOut(FeatureMap map) {
        return piped("out", NO_WEIGHTS, map.pixels() * map.channels(), Piped::pipedOut,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()});
    }

    private static Work convolution(Layer layer, Window window, Epilogue epilogue) {
        FeatureMap in = layer.spec().in();
        FeatureMap out = layer.spec().out();
        int number = Dense.window(window.kernel(), window.stride(), window.padding());
        return piped("convolution",
                Dense.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                out.pixels() * vectors(out), Piped::pipedConvolution,
                at -> new int[]{at.image(), at.in(), at.inStep(), at.out(), at.second(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), out.channels(), number,
                        Activations.number(epilogue.activation())});
    }

    private static Work depthwise(DepthwiseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        return piped("depthwise", Depthwise.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                out.pixels() * vectors(in), Piped::pipedDepthwise,
                at -> new int[]{at.image(), at.in(), at.out(), at.second(), at.weight(), in.height(), in.width(),
                        in.channels(), out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())});
    }

    private static Work piped(String operation, float[] weights, int outputs, WithWeights method, Sizes sizes) {
        return work(operation, weights, (graph, id, _, memory, other, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, other, numbers);
        });
    }

    private static Work piped(String operation, int outputs, WithoutWeights method, Sizes sizes) {
        return work(operation, NO_WEIGHTS, (graph, id, _, memory, _, at) -> {
            IntArray numbers = numbers(memory, outputs, at, sizes);
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, numbers).task(id, method, memory, numbers);
        });
    }

    private static Work work(String operation, float[] weights, Work.Task task) {
        return Work.single("f32-" + operation + "-piped", "FPGA: a pipeline, one circuit for all layers of the kind",
                weights, task);
    }

    /** How many images the memory is for, how many outputs are made, and the kernel's own. */
    private static IntArray numbers(FloatArray memory, int outputs, Places at, Sizes sizes) {
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

    private static int vectors(FeatureMap map) {
        return map.stride() / FeatureMap.LANES;
    }
}
