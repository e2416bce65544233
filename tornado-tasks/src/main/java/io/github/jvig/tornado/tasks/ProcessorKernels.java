package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.model.device.Layer;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.Dense;
import io.github.jvig.tornado.kernels.Depthwise;
import io.github.jvig.tornado.kernels.GlobalAverage;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.Pointwise;
import io.github.jvig.tornado.kernels.PointwiseRow;
import io.github.jvig.tornado.kernels.ResidualSum;

/**
 * The kernels for processors that speak OpenCL: vectors of sixteen, sums in registers, and no local memory, which on a processor is a copy
 * for nothing.
 */
final class ProcessorKernels implements KernelTable {
    private static final float[] NO_WEIGHTS = {};
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
                            ResidualSum::run, context, memory, at.image(), at.in(), at.residual(), at.out(),
                            Activations.number(spec.activation())));
            default -> throw KernelTable.none(layer);
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
                            weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.residual(),
                            at.weight(), pixels, channels, panels, activation));
        }
        return Work.of("f32-pointwise-14x16", "processor: 14 pixels by a vector in registers", packed,
                Pointwise.items(pixels, panels), (graph, id, context, memory, weights, at) -> graph.task(id,
                        Pointwise::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.residual(), at.weight(), pixels, channels, panels, activation));
    }

    private static Work depthwise(DepthwiseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        return Work.of("f32-depthwise-7x16", "processor: 7 pixels by a vector in registers",
                Depthwise.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                Depthwise.items(out.height(), out.width(), vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Depthwise::run, context, memory, weights,
                        at.image(), at.in(), at.out(), at.residual(), at.weight(), in.height(), in.width(), vectors(in),
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
                        at.image(), at.in(), at.inStep(), at.out(), at.residual(), at.weight(), in.height(),
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

    private static int vectors(FeatureMap map) {
        return map.stride() / FeatureMap.LANES;
    }
}
