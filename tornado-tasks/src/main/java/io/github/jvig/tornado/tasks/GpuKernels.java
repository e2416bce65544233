package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.Conv2dPerItem;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwisePerItem;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.MaxRelativePerItem;
import io.github.jvig.tornado.kernels.PointwiseLocalTile;
import io.github.jvig.tornado.kernels.PointwiseTiles;

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
    public KernelLaunch pick(LoweredOp layer) {
        return switch (layer.spec()) {
            case PointwiseConv spec when spec.in().pixels() >= FEW_PIXELS -> pointwise(spec, layer);
            case DepthwiseConv spec -> depthwise(spec, layer);
            case Conv2d spec when spec.window().dilation() == 1 -> dense(spec, layer);
            case MaxRelative spec -> maxRelative(spec);
            default -> processor.pick(layer);
        };
    }

    private static KernelLaunch pointwise(PointwiseConv spec, LoweredOp layer) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = vectors(spec.out());
        return new KernelLaunch("f32-pointwise-64x64-local", "GPU: 64x64 through local memory, 4x4 in registers",
                PointwiseTiles.pack(layer.weight(), layer.bias(), channels, spec.out().channels()),
                PointwiseLocalTile.items(pixels, panels), PointwiseLocalTile.GROUP,
                (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseLocalTile::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        pixels, channels, panels, Activations.number(spec.epilogue().activation())));
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, LoweredOp layer) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return each("f32-depthwise-1", "GPU: a number for each work item",
                DepthwiseTiles.pack(layer.weight(), layer.bias(), in.channels(), window.kernel()),
                DepthwisePerItem.items(out.height(), out.width(), vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwisePerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        vectors(in), out.height(), out.width(), window.kernel(), window.stride(), window.padding(),
                        window.dilation(), Activations.number(spec.epilogue().activation())));
    }

    private static KernelLaunch dense(Conv2d spec, LoweredOp layer) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        int number = Conv2dTiles.window(window.kernel(), window.stride(), window.padding());
        return each("f32-conv2d-4x1", "GPU: four pixels of an output for each work item",
                Conv2dTiles.pack(layer.weight(), layer.bias(), in.channels(), out.channels(), window.kernel()),
                Conv2dPerItem.items(out.height(), out.width(), vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Conv2dPerItem::run, context, memory, weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), vectors(out), number,
                        Activations.number(spec.epilogue().activation())));
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_LESS_OWN ? 1 : 0;
        return each("f32-max-relative-1", "GPU: a number for each work item", MaxRelativeGather.pack(spec.shifts()),
                in.pixels() * in.channels(), (graph, id, context, memory, weights, at) -> graph.task(id,
                        MaxRelativePerItem::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.weight(), spec.shifts().size(), in.height(), in.width(), in.channels(),
                        neighborFirst));
    }

    /** With the largest group that divides the work items. */
    private static KernelLaunch each(String kernel, String choice, float[] weights, int items, KernelLaunch.Task task) {
        int group = Math.min(items, LARGEST_GROUP);
        while (items % group != 0) {
            group--;
        }
        return new KernelLaunch(kernel, choice, weights, items, group, task);
    }

    private static int vectors(MapLayout map) {
        return map.stride() / MapLayout.CHANNEL_ALIGNMENT;
    }
}
