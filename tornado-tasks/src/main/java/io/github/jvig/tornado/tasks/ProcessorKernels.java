package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AveragePoolMix;
import io.github.jvig.kernels.Chain;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanLessDeviation;
import io.github.jvig.kernels.NearMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.ShiftDistance;
import io.github.jvig.model.device.Layer;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AttentionEach;
import io.github.jvig.tornado.kernels.AveragePoolMixEach;
import io.github.jvig.tornado.kernels.Dense;
import io.github.jvig.tornado.kernels.Depthwise;
import io.github.jvig.tornado.kernels.GlobalAverage;
import io.github.jvig.tornado.kernels.LayerNormEach;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.MeanLessDeviationAll;
import io.github.jvig.tornado.kernels.NearMaxRelativeEach;
import io.github.jvig.tornado.kernels.Pointwise;
import io.github.jvig.tornado.kernels.PointwiseRow;
import io.github.jvig.tornado.kernels.ResidualSum;
import io.github.jvig.tornado.kernels.ShiftDistanceEach;

/**
 * The kernels for processors that speak OpenCL: vectors of sixteen, sums in registers, and no local memory, which on a processor is a copy
 * for nothing.
 */
final class ProcessorKernels implements KernelTable {
    /** Fewer pixels than this would leave most of a tile of fourteen unused. */
    private static final int FEW_PIXELS = 5;

    @Override
    public Work pick(Layer layer) {
        return switch (layer.spec()) {
            case PointwiseConv spec -> pointwise(spec, layer);
            case DepthwiseConv spec -> depthwise(spec, layer);
            case DenseConv spec -> dense(spec, layer);
            case MaxRelative spec -> maxRelative(spec);
            case GlobalAveragePool spec -> Work.of("f32-average-16", "processor: a vector of channels", NO_WEIGHTS,
                    vectors(spec.in()), (graph, id, context, memory, weights, at) -> graph.task(id, GlobalAverage::run,
                            context, memory, at.image(), at.in(), at.out(), spec.in().pixels(), vectors(spec.in())));
            case ResidualAdd spec -> Work.of("f32-add-16", "processor: a vector", NO_WEIGHTS,
                    spec.in().length() / FeatureMap.LANES, (graph, id, context, memory, weights, at) -> graph.task(id,
                            ResidualSum::run, context, memory, at.image(), at.in(), at.second(), at.out(),
                            Activations.number(spec.activation())));
            case ShiftDistance spec -> shiftDistance(spec);
            case MeanLessDeviation spec -> Work.of("f32-mean-less-deviation-1", "any: one work item", NO_WEIGHTS, 1,
                    (graph, id, context, memory, weights, at) -> graph.task(id, MeanLessDeviationAll::run, context,
                            memory, at.image(), at.in(), at.inStep(), at.out(), spec.in().height(),
                            spec.in().width()));
            case NearMaxRelative spec -> nearMaxRelative(spec);
            case LayerNorm spec -> Work.of("f32-layer-norm-1", "any: a pixel for each work item",
                    LayerNormEach.pack(layer.weight(), layer.bias()), spec.in().pixels(),
                    (graph, id, context, memory, weights, at) -> graph.task(id, LayerNormEach::run, context, memory,
                            weights, at.image(), at.in(), at.out(), at.inStep(), at.weight(), spec.in().channels(),
                            (float) spec.epsilon()));
            case AveragePoolMix spec -> averagePoolMix(spec, layer);
            case Attention spec -> attention(spec, layer);
            case Chain _ -> throw KernelTable.none(layer);
        };
    }

    private static Work pointwise(PointwiseConv spec, Layer layer) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = vectors(spec.out());
        int activation = Activations.number(spec.epilogue().activation());
        float[] packed = Pointwise.pack(layer.weight(), layer.bias(), channels, spec.out().channels());
        if (pixels < FEW_PIXELS) {
            return Work.of("f32-pointwise-1x16", "processor: too few pixels for tiles of 14", packed, pixels * panels,
                    (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseRow::run, context, memory,
                            weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.second(),
                            at.weight(), pixels, channels, panels, activation));
        }
        return Work.of("f32-pointwise-14x16", "processor: 14 pixels by a vector in registers", packed,
                Pointwise.items(pixels, panels), (graph, id, context, memory, weights, at) -> graph.task(id,
                        Pointwise::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.second(), at.weight(), pixels, channels, panels, activation));
    }

    private static Work depthwise(DepthwiseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        return Work.of("f32-depthwise-7x16", "processor: 7 pixels by a vector in registers",
                Depthwise.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                Depthwise.items(out.height(), out.width(), vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Depthwise::run, context, memory, weights,
                        at.image(), at.in(), at.out(), at.second(), at.weight(), in.height(), in.width(), vectors(in),
                        out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())));
    }

    private static Work dense(DenseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        if (window.dilation() != 1) {
            throw KernelTable.none(layer);
        }
        int number = Dense.window(window.kernel(), window.stride(), window.padding());
        return Work.of("f32-dense-7x16", "processor: 7 pixels by a vector in registers",
                Dense.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                Dense.items(out.height(), out.width(), vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Dense::run, context, memory, weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.second(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), vectors(out), number,
                        Activations.number(spec.epilogue().activation())));
    }

    private static Work maxRelative(MaxRelative spec) {
        FeatureMap in = spec.in();
        int neighbourFirst = spec.difference() == MaxRelative.Difference.NEIGHBOUR_LESS_OWN ? 1 : 0;
        return Work.of("f32-max-relative-16", "processor: a pixel, vector by vector",
                MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, MaxRelativeGather::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels(), neighbourFirst));
    }

    private static Work shiftDistance(ShiftDistance spec) {
        FeatureMap in = spec.in();
        return Work.of("f32-shift-distance-1", "any: a pixel for each work item", NO_WEIGHTS, in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, ShiftDistanceEach::run, context, memory,
                        at.image(), at.in(), at.inStep(), at.out(), at.outStep(), in.height(), in.width(),
                        in.channels(), spec.shift().dy(), spec.shift().dx()));
    }

    private static Work nearMaxRelative(NearMaxRelative spec) {
        FeatureMap in = spec.in();
        return Work.of("f32-near-max-relative-1", "any: a pixel for each work item",
                MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, NearMaxRelativeEach::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.second(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels()));
    }

    private static Work averagePoolMix(AveragePoolMix spec, Layer layer) {
        FeatureMap in = spec.in();
        return Work.of("f32-average-mix-16", "any: a vector of channels of a pixel",
                AveragePoolMixEach.pack(layer.weight()), in.pixels() * vectors(in),
                (graph, id, context, memory, weights, at) -> graph.task(id, AveragePoolMixEach::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(), vectors(in),
                        spec.kernel()));
    }

    private static Work attention(Attention spec, Layer layer) {
        return Work.of("f32-attention-1", "any: a head of a pixel for each work item", layer.weight(),
                spec.heads() * spec.tokens(),
                (graph, id, context, memory, weights, at) -> graph.task(id, AttentionEach::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(), spec.tokens(),
                        spec.keyDim(), spec.valueDim(), (float) (1 / Math.sqrt(spec.keyDim()))));
    }

    private static int vectors(FeatureMap map) {
        return map.stride() / FeatureMap.LANES;
    }
}
