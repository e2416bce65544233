package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AttentionPerItem;
import io.github.jvig.tornado.kernels.AvgPoolBlendPerItem;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.GlobalAverage;
import io.github.jvig.tornado.kernels.LayerNormPerItem;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.MeanMinusStdSingleItem;
import io.github.jvig.tornado.kernels.PointwiseRow;
import io.github.jvig.tornado.kernels.PointwiseTiles;
import io.github.jvig.tornado.kernels.ResidualSum;
import io.github.jvig.tornado.kernels.RolledL1DistancePerItem;
import io.github.jvig.tornado.kernels.ThresholdedMaxRelativePerItem;

/**
 * The kernels for processors that speak OpenCL: vectors of sixteen, sums in registers, and no local memory, which on a processor is a copy
 * for nothing.
 */
final class ProcessorKernels implements KernelTable {
    /** Fewer pixels than this would leave most of a tile of fourteen unused. */
    private static final int FEW_PIXELS = 5;

    @Override
    public KernelLaunch pick(LoweredOp layer) {
        return switch (layer.spec()) {
            case PointwiseConv spec -> pointwise(spec, layer);
            case DepthwiseConv spec -> depthwise(spec, layer);
            case Conv2d spec -> dense(spec, layer);
            case MaxRelative spec -> maxRelative(spec);
            case GlobalAveragePool spec -> KernelLaunch.of("f32-average-16", "processor: a vector of channels", NO_WEIGHTS,
                    vectors(spec.in()), (graph, id, context, memory, weights, at) -> graph.task(id, GlobalAverage::run,
                            context, memory, at.image(), at.in(), at.out(), spec.in().pixels(), vectors(spec.in())));
            case ResidualAdd spec -> KernelLaunch.of("f32-add-16", "processor: a vector", NO_WEIGHTS,
                    spec.in().length() / MapLayout.CHANNEL_ALIGNMENT, (graph, id, context, memory, weights, at) -> graph.task(id,
                            ResidualSum::run, context, memory, at.image(), at.in(), at.in2(), at.out(),
                            Activations.number(spec.activation())));
            case RolledL1Distance spec -> rolledL1Distance(spec);
            case MeanMinusStd spec -> KernelLaunch.of("f32-mean-minus-std-1", "any: one work item", NO_WEIGHTS, 1,
                    (graph, id, context, memory, weights, at) -> graph.task(id, MeanMinusStdSingleItem::run, context,
                            memory, at.image(), at.in(), at.inStep(), at.out(), spec.in().height(),
                            spec.in().width()));
            case ThresholdedMaxRelative spec -> thresholdedMaxRelative(spec);
            case LayerNorm spec -> KernelLaunch.of("f32-layer-norm-1", "any: a pixel for each work item",
                    LayerNormPerItem.pack(layer.weight(), layer.bias()), spec.in().pixels(),
                    (graph, id, context, memory, weights, at) -> graph.task(id, LayerNormPerItem::run, context, memory,
                            weights, at.image(), at.in(), at.out(), at.inStep(), at.weight(), spec.in().channels(),
                            (float) spec.epsilon()));
            case AvgPoolBlend spec -> avgPoolBlend(spec, layer);
            case Attention spec -> attention(spec, layer);
            case FusedChain _ -> throw KernelTable.none(layer);
        };
    }

    private static KernelLaunch pointwise(PointwiseConv spec, LoweredOp layer) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = vectors(spec.out());
        int activation = Activations.number(spec.epilogue().activation());
        float[] packed = PointwiseTiles.pack(layer.weight(), layer.bias(), channels, spec.out().channels());
        if (pixels < FEW_PIXELS) {
            return KernelLaunch.of("f32-pointwise-1x16", "processor: too few pixels for tiles of 14", packed, pixels * panels,
                    (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseRow::run, context, memory,
                            weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                            at.weight(), pixels, channels, panels, activation));
        }
        return KernelLaunch.of("f32-pointwise-14x16", "processor: 14 pixels by a vector in registers", packed,
                PointwiseTiles.items(pixels, panels), (graph, id, context, memory, weights, at) -> graph.task(id,
                        PointwiseTiles::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.in2(), at.weight(), pixels, channels, panels, activation));
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, LoweredOp layer) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return KernelLaunch.of("f32-depthwise-7x16", "processor: 7 pixels by a vector in registers",
                DepthwiseTiles.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                DepthwiseTiles.items(out.height(), out.width(), vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwiseTiles::run, context, memory, weights,
                        at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(), vectors(in),
                        out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())));
    }

    private static KernelLaunch dense(Conv2d spec, LoweredOp layer) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        if (window.dilation() != 1) {
            throw KernelTable.none(layer);
        }
        int number = Conv2dTiles.window(window.kernel(), window.stride(), window.padding());
        return KernelLaunch.of("f32-conv2d-7x16", "processor: 7 pixels by a vector in registers",
                Conv2dTiles.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                Conv2dTiles.items(out.height(), out.width(), vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Conv2dTiles::run, context, memory, weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), vectors(out), number,
                        Activations.number(spec.epilogue().activation())));
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_LESS_OWN ? 1 : 0;
        return KernelLaunch.of("f32-max-relative-16", "processor: a pixel, vector by vector",
                MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, MaxRelativeGather::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels(), neighborFirst));
    }

    private static KernelLaunch rolledL1Distance(RolledL1Distance spec) {
        MapLayout in = spec.in();
        return KernelLaunch.of("f32-rolled-l1-distance-1", "any: a pixel for each work item", NO_WEIGHTS, in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, RolledL1DistancePerItem::run, context, memory,
                        at.image(), at.in(), at.inStep(), at.out(), at.outStep(), in.height(), in.width(),
                        in.channels(), spec.shift().dy(), spec.shift().dx()));
    }

    private static KernelLaunch thresholdedMaxRelative(ThresholdedMaxRelative spec) {
        MapLayout in = spec.in();
        return KernelLaunch.of("f32-thresholded-max-relative-1", "any: a pixel for each work item",
                MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, ThresholdedMaxRelativePerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.in2(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels()));
    }

    private static KernelLaunch avgPoolBlend(AvgPoolBlend spec, LoweredOp layer) {
        MapLayout in = spec.in();
        return KernelLaunch.of("f32-avg-pool-blend-16", "any: a vector of channels of a pixel",
                AvgPoolBlendPerItem.pack(layer.weight()), in.pixels() * vectors(in),
                (graph, id, context, memory, weights, at) -> graph.task(id, AvgPoolBlendPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(), vectors(in),
                        spec.kernel()));
    }

    private static KernelLaunch attention(Attention spec, LoweredOp layer) {
        return KernelLaunch.of("f32-attention-1", "any: a head of a pixel for each work item", layer.weight(),
                spec.heads() * spec.tokens(),
                (graph, id, context, memory, weights, at) -> graph.task(id, AttentionPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(), spec.tokens(),
                        spec.keyDim(), spec.valueDim(), (float) (1 / Math.sqrt(spec.keyDim()))));
    }

    private static int vectors(MapLayout map) {
        return map.stride() / MapLayout.CHANNEL_ALIGNMENT;
    }
}
