package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.model.device.Layer;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.Dense;
import io.github.jvig.tornado.kernels.DenseEach;
import io.github.jvig.tornado.kernels.Depthwise;
import io.github.jvig.tornado.kernels.DepthwiseEach;
import io.github.jvig.tornado.kernels.MaxRelativeEach;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.Pointwise;
import io.github.jvig.tornado.kernels.PointwiseTile;

/**
 * The kernels for GPUs: work items in a row take channels in a row, and a 1x1 convolution is tiled through local memory. What is small, and
 * the same everywhere, is the processors'. Checked for what they compute on a processor that speaks OpenCL; their speed on a GPU is not
 * known.
 */
final class GpuKernels implements KernelTable {
    /** Work items of a group at most. */
    private static final int LARGEST_GROUP = 256;
    /** Fewer pixels than this would leave most of a tile of 64 unused. */
    private static final int FEW_PIXELS = 5;

    private final KernelTable processor = new ProcessorKernels();

    @Override
    public Work pick(Layer layer) {
        return switch (layer.spec()) {
            case PointwiseConv spec when spec.in().pixels() >= FEW_PIXELS -> pointwise(spec, layer);
            case DepthwiseConv spec -> depthwise(spec, layer);
            case DenseConv spec when spec.window().dilation() == 1 -> dense(spec, layer);
            case MaxRelative spec -> maxRelative(spec);
            default -> processor.pick(layer);
        };
    }

    private static Work pointwise(PointwiseConv spec, Layer layer) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = vectors(spec.out());
        return new Work("f32-pointwise-64x64-local", "GPU: 64x64 through local memory, 4x4 in registers",
                Pointwise.pack(layer.weight(), layer.bias(), channels, spec.out().channels()),
                PointwiseTile.items(pixels, panels), PointwiseTile.GROUP,
                (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseTile::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.second(), at.weight(),
                        pixels, channels, panels, Activations.number(spec.epilogue().activation())));
    }

    private static Work depthwise(DepthwiseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        return each("f32-depthwise-1", "GPU: a number for each work item",
                Depthwise.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                DepthwiseEach.items(out.height(), out.width(), vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwiseEach::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.second(), at.weight(), in.height(), in.width(),
                        vectors(in), out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())));
    }

    private static Work dense(DenseConv spec, Layer layer) {
        FeatureMap in = spec.in();
        FeatureMap out = spec.out();
        var window = spec.window();
        int number = Dense.window(window.kernel(), window.stride(), window.padding());
        return each("f32-dense-4x1", "GPU: four pixels of an output for each work item",
                Dense.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                DenseEach.items(out.height(), out.width(), vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DenseEach::run, context, memory, weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.second(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), vectors(out), number,
                        Activations.number(spec.epilogue().activation())));
    }

    private static Work maxRelative(MaxRelative spec) {
        FeatureMap in = spec.in();
        int neighbourFirst = spec.difference() == MaxRelative.Difference.NEIGHBOUR_LESS_OWN ? 1 : 0;
        return each("f32-max-relative-1", "GPU: a number for each work item", MaxRelativeGather.pack(spec.shifts()),
                in.pixels() * in.channels(), (graph, id, context, memory, weights, at) -> graph.task(id,
                        MaxRelativeEach::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.weight(), spec.shifts().size(), in.height(), in.width(), in.channels(),
                        neighbourFirst));
    }

    /** With the largest group that divides the work items. */
    private static Work each(String kernel, String choice, float[] weights, int items, Work.Task task) {
        int group = Math.min(items, LARGEST_GROUP);
        while (items % group != 0) {
            group--;
        }
        return new Work(kernel, choice, weights, items, group, task);
    }

    private static int vectors(FeatureMap map) {
        return map.stride() / FeatureMap.LANES;
    }
}
