package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.BinaryPerItem;
import io.github.jvig.tornado.kernels.Conv2dPerItem;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwiseRowPerItem;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.GroupedConvPerItem;
import io.github.jvig.tornado.kernels.HalfBinaryPerItem;
import io.github.jvig.tornado.kernels.HalfConv2dPerItem;
import io.github.jvig.tornado.kernels.HalfConversion;
import io.github.jvig.tornado.kernels.HalfDepthwiseRowPerItem;
import io.github.jvig.tornado.kernels.HalfGlobalAverage;
import io.github.jvig.tornado.kernels.HalfImageConvPerItem;
import io.github.jvig.tornado.kernels.HalfGroupedConvPerItem;
import io.github.jvig.tornado.kernels.HalfMaxRelativePerItem;
import io.github.jvig.tornado.kernels.HalfPointwiseLocalTile;
import io.github.jvig.tornado.kernels.HalfPointwiseRowPerItem;
import io.github.jvig.tornado.kernels.HalfPointwiseSplitTile;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.PointwiseLocalTile;
import io.github.jvig.tornado.kernels.PointwiseSplitTile;
import io.github.jvig.tornado.kernels.PointwiseTensorTile;
import io.github.jvig.tornado.kernels.PointwiseTiles;
import io.github.jvig.tornado.kernels.WindowNumbers;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels of GPUs that store maps and weights in half precision, and the conversions between them and those of single precision. Sums
 * are in single precision. They are twins of kernels in {@link GpuKernels}, so the same operations have them that take most of the time of a
 * net; maps between two kernels of different precision are converted.
 */
final class HalfKernels {
    /** Half precision has all integers up to this. */
    private static final int EXACT = 2048;

    private HalfKernels() {
    }

    /** The rows, which come before those of single precision. */
    static List<KernelRow<?, KernelLaunch>> rows() {
        List<KernelRow<?, KernelLaunch>> rows = new ArrayList<>(List.of(
                DeviceKernels.row(PointwiseConv.class, "f16-pointwise-16x64-split",
                        "GPU, half precision: 16x64 through local memory, input channels in four parts",
                        HalfKernels::pointwiseSplit)
                        .preferredWhen(GpuKernels.MIN_TILED_PIXELS + " to " + GpuKernels.MAX_SPLIT_PIXELS + " pixels",
                                (s, _) -> GpuKernels.isSplit(s)),
                DeviceKernels.row(PointwiseConv.class, "f16-pointwise-64x64-local",
                        "GPU, half precision: 64x64 through local memory, 4x4 in registers", HalfKernels::pointwise)
                        .preferredWhen("at least " + GpuKernels.MIN_TILED_PIXELS + " pixels",
                                (s, _) -> s.in().pixels() >= GpuKernels.MIN_TILED_PIXELS),
                DeviceKernels.row(PointwiseConv.class, "f16-pointwise-1",
                        "GPU, half precision: one output element per work item, four sums", HalfKernels::pointwiseRow),
                DeviceKernels.row(DepthwiseConv.class, "f16-depthwise-4x1",
                        "GPU, half precision: four pixels of a channel per work item", HalfKernels::depthwise),
                DeviceKernels.row(Conv2d.class, "f16-conv2d-4x1",
                        "GPU, half precision: four pixels of an output per work item", HalfKernels::conv2d)
                        .supporting("one group", s -> s.groups() == 1),
                DeviceKernels.row(Conv2d.class, "f16-conv2d-element",
                        "GPU, half precision: one output element per work item", HalfKernels::grouped),
                DeviceKernels.row(MaxRelative.class, "f16-max-relative-1",
                        "GPU, half precision: one output element per work item", (s, _, _) -> maxRelative(s))
                        .supporting("shifts below " + EXACT,
                                s -> s.shifts().stream().allMatch(shift -> Math.max(shift.dy(), shift.dx()) < EXACT)),
                DeviceKernels.row(GlobalAveragePool.class, "f16-global-average-pool-1",
                        "GPU, half precision: one channel per work item", (s, _, _) -> globalAveragePool(s)),
                DeviceKernels.row(Binary.class, "f16-binary-element",
                        "GPU, half precision: one element per work item", (s, _, _) -> binary(s))));
        rows.replaceAll(DeviceKernels::narrow);
        return rows;
    }

    /** The row for tensor cores, which comes before the others. */
    static KernelRow<PointwiseConv, KernelLaunch> tensorRow() {
        return DeviceKernels.narrow(DeviceKernels.row(PointwiseConv.class, "f16-pointwise-64x64-mma",
                "GPU, half precision: 64x64 by tensor cores", HalfKernels::pointwiseTensor)
                .supporting("an even number of input channels", s -> s.in().channels() % 2 == 0)
                .preferredWhen("at least " + GpuKernels.MIN_TILED_PIXELS + " pixels",
                        (s, _) -> s.in().pixels() >= GpuKernels.MIN_TILED_PIXELS));
    }

    private static KernelLaunch pointwiseTensor(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.half(PointwiseTensorTile.pack(weight, bias, channels, spec.out().channels()),
                PointwiseTensorTile.scratch(pixels, panels), PointwiseTensorTile.items(pixels, panels),
                PointwiseTensorTile.GROUP,
                (graph, id, context, arrays, at) -> graph.task(id, PointwiseTensorTile::run, context, arrays.halves(),
                        arrays.halfWeights(), arrays.memory(), at.image(), arrays.image(), at.scratch(), at.in(),
                        at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(), pixels, channels, panels,
                        Activations.number(spec.epilogue(), spec.out())));
    }

    /** The phase that copies a map into the array of the other precision; offsets as in {@link HalfConversion}. */
    static KernelLaunch.Phase conversion(boolean fromHalf, int length, int from, int to) {
        return KernelLaunch.Phase.grouped(fromHalf ? "Single" : "Half", length, GpuKernels.MAX_GROUP, fromHalf
                ? (graph, id, context, arrays, at) -> graph.task(id, HalfConversion::toFloat, context, arrays.halves(),
                        arrays.memory(), arrays.halfImage(), from, arrays.image(), to)
                : (graph, id, context, arrays, at) -> graph.task(id, HalfConversion::toHalf, context, arrays.memory(),
                        arrays.halves(), arrays.image(), from, arrays.halfImage(), to));
    }

    private static KernelLaunch pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.half(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()),
                PointwiseLocalTile.items(pixels, panels), PointwiseLocalTile.GROUP,
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfPointwiseLocalTile::run, context,
                        memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                        at.weight(), pixels, channels, panels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch pointwiseSplit(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.half(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()),
                PointwiseSplitTile.items(pixels, panels), PointwiseSplitTile.GROUP,
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfPointwiseSplitTile::run, context,
                        memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                        at.weight(), pixels, channels, panels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch pointwiseRow(PointwiseConv spec, float[] weight, float[] bias) {
        int channels = spec.in().channels();
        return perItem(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()), spec.out().length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfPointwiseRowPerItem::run, context,
                        memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                        at.weight(), channels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return perItem(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()),
                DepthwiseRowPerItem.items(out.height(), out.width(), DeviceKernels.vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfDepthwiseRowPerItem::run, context,
                        memory,
                        weights, at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)));
    }

    private static KernelLaunch conv2d(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return perItem(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()),
                Conv2dPerItem.items(out.height(), out.width(), DeviceKernels.vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfConv2dPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), DeviceKernels.vectors(out),
                        WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                        WindowNumbers.padding(window), Activations.number(spec.epilogue(), out)));
    }

    /** A convolution of one group that reads the planes of the images. */
    static KernelLaunch imageConv(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        int items = Conv2dPerItem.items(out.height(), out.width(), DeviceKernels.vectors(out));
        return KernelLaunch.half(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()), 0,
                items, KernelLaunch.Phase.largestGroup(items, GpuKernels.MAX_GROUP),
                (graph, id, context, arrays, at) -> graph.task(id, HalfImageConvPerItem::run, context,
                        arrays.images(), arrays.halves(), arrays.halfWeights(), at.image(), at.out(),
                        at.weight(), in.height(), in.width(), in.channels(), out.height(), out.width(),
                        DeviceKernels.vectors(out), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)))
                .named("f16-conv2d-image-4x1",
                        "GPU, half precision: four pixels of an output per work item, from the image's planes");
    }

    private static KernelLaunch grouped(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return perItem(GroupedConvPerItem.pack(weight, bias, out.channels()), out.length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfGroupedConvPerItem::run, context,
                        memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                        at.weight(), in.height(), in.width(), out.width(), out.channels(), spec.groupChannels(),
                        out.channels() / spec.groups(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)));
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0;
        return perItem(MaxRelativeGather.pack(spec.shifts()), in.pixels() * in.channels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfMaxRelativePerItem::run, context,
                        memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels(), neighborFirst));
    }

    private static KernelLaunch globalAveragePool(GlobalAveragePool spec) {
        return perItem(DeviceKernels.NO_WEIGHTS, spec.in().stride(),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfGlobalAverage::runPerItem, context,
                        memory, at.image(), at.in(), at.inStep(), at.out(), spec.in().pixels()));
    }

    private static KernelLaunch binary(Binary spec) {
        return perItem(DeviceKernels.NO_WEIGHTS, spec.in().length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, HalfBinaryPerItem::run, context, memory,
                        at.image(), at.in(), at.inStep(), at.in2(), BinaryPerItem.pixelStep(spec),
                        BinaryPerItem.channelStep(spec), at.out(), spec.in().channels(),
                        BinaryPerItem.number(spec.operator()), Activations.number(spec.activation())));
    }

    private static KernelLaunch perItem(float[] weights, int items, KernelLaunch.HalfTask task) {
        int group = KernelLaunch.Phase.largestGroup(items, GpuKernels.MAX_GROUP);
        return KernelLaunch.half(weights, items, group, task);
    }
}
