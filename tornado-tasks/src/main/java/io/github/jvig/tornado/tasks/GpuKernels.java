package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.tornado.kernels.Activations;
import io.github.jvig.tornado.kernels.AvgPoolBlendPerItem;
import io.github.jvig.tornado.kernels.Conv2dPerItem;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwiseRowPerItem;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.GlobalAverage;
import io.github.jvig.tornado.kernels.ImageConvPerItem;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.MaxRelativePerItem;
import io.github.jvig.tornado.kernels.PointwiseLocalTile;
import io.github.jvig.tornado.kernels.PointwiseRowPerItem;
import io.github.jvig.tornado.kernels.PointwiseSplitTile;
import io.github.jvig.tornado.kernels.PointwiseTiles;
import io.github.jvig.tornado.kernels.WindowNumbers;
import io.github.jvig.model.device.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernels for GPUs: neighboring work items compute neighboring channels, and 1x1 convolutions are tiled through local memory. Small
 * operations use kernels for any device. No kernel has vectors of 16. The results were verified on an OpenCL processor; the speed on a GPU has not been measured.
 */
final class GpuKernels implements DeviceKernels {
    /** Maximum work-group size. */
    static final int MAX_GROUP = 256;
    /** With fewer pixels, most of a tile would be unused. */
    static final int MIN_TILED_PIXELS = 5;
    /** With more pixels, there are enough tiles of 64 pixels for many multiprocessors. */
    static final int MAX_SPLIT_PIXELS = 64;

    private final Precision precision;
    private final KernelTable<KernelLaunch> table;

    /** Without tensor cores. */
    GpuKernels(Precision precision) {
        this(precision, false);
    }

    /**
     * @param precision   in which maps and weights are stored, where there are kernels for it
     * @param tensorCores whether half precision uses them
     */
    GpuKernels(Precision precision, boolean tensorCores) {
        this.precision = precision;
        List<KernelRow<?, KernelLaunch>> rows = new ArrayList<>();
        if (precision == Precision.HALF) {
            if (tensorCores) {
                rows.add(HalfKernels.tensorRow());
            }
            rows.addAll(HalfKernels.rows());
        }
        rows.addAll(rows());
        table = new KernelTable<>("tornado", Machine.of("opencl-gpu"), rows);
    }

    @Override
    public KernelTable<KernelLaunch> table() {
        return table;
    }

    @Override
    public Optional<KernelLaunch> imageConv(Conv2d spec, float[] weight, float[] bias) {
        if (spec.groups() != 1) {
            return Optional.empty();
        }
        if (precision == Precision.HALF) {
            return Optional.of(HalfKernels.imageConv(spec, weight, bias));
        }
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return Optional.of(KernelLaunch.of(
                Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()),
                KernelLaunch.Phase.grouped("",
                        Conv2dPerItem.items(out.height(), out.width(), DeviceKernels.vectors(out)), MAX_GROUP,
                        (graph, id, context, arrays, at) -> graph.task(id, ImageConvPerItem::run, context,
                                arrays.images(), arrays.memory(), arrays.second(), at.image(), at.out(),
                                at.weight(), in.height(), in.width(), in.channels(), out.height(), out.width(),
                                DeviceKernels.vectors(out), WindowNumbers.axis(window.rows()),
                                WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                                Activations.number(spec.epilogue(), out))))
                .named("f32-conv2d-image-4x1", "GPU: four pixels of an output per work item, from the image's planes"));
    }

    /** The kernels for GPUs, then those for any device, which cover the remaining operations. */
    private static List<KernelRow<?, KernelLaunch>> rows() {
        List<KernelRow<?, KernelLaunch>> rows = new ArrayList<>(List.of(
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-16x64-split",
                        "GPU: 16x64 through local memory, input channels in four parts", GpuKernels::pointwiseSplit)
                        .preferredWhen(MIN_TILED_PIXELS + " to " + MAX_SPLIT_PIXELS + " pixels",
                                (s, _) -> isSplit(s)),
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-64x64-local",
                        "GPU: 64x64 through local memory, 4x4 in registers", GpuKernels::pointwise).preferredWhen(
                                "at least " + MIN_TILED_PIXELS + " pixels",
                                (s, _) -> s.in().pixels() >= MIN_TILED_PIXELS),
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-1",
                        "GPU: one output element per work item, four sums", GpuKernels::pointwiseRow),
                DeviceKernels.row(DepthwiseConv.class, "f32-depthwise-4x1",
                        "GPU: four pixels of a channel per work item", GpuKernels::depthwise),
                DeviceKernels.row(Conv2d.class, "f32-conv2d-4x1", "GPU: four pixels of an output per work item",
                        GpuKernels::conv2d).supporting("one group", s -> s.groups() == 1),
                DeviceKernels.row(MaxRelative.class, "f32-max-relative-1", "GPU: one output element per work item",
                        (s, _, _) -> maxRelative(s)),
                DeviceKernels.row(GlobalAveragePool.class, "f32-global-average-pool-1",
                        "GPU: one channel per work item", (s, _, _) -> globalAveragePool(s)),
                DeviceKernels.row(AvgPoolBlend.class, "f32-avg-pool-blend-1",
                        "GPU: one output element per work item", (s, w, _) -> avgPoolBlend(s, w))));
        rows.replaceAll(DeviceKernels::narrow);
        rows.addAll(ProcessorKernels.rowsWithoutVectors());
        return rows;
    }

    private static KernelLaunch pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.of(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()),
                new KernelLaunch.Phase("", PointwiseLocalTile.items(pixels, panels), PointwiseLocalTile.GROUP,
                        (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseLocalTile::run, context,
                                memory,
                                weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                                at.weight(),
                                pixels, channels, panels, Activations.number(spec.epilogue(), spec.out()))));
    }

    /** Whether a 1x1 convolution has so few pixels that its input channels are taken in parts. */
    static boolean isSplit(PointwiseConv spec) {
        int pixels = spec.in().pixels();
        return pixels >= MIN_TILED_PIXELS && pixels <= MAX_SPLIT_PIXELS;
    }

    private static KernelLaunch pointwiseSplit(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.of(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()),
                new KernelLaunch.Phase("", PointwiseSplitTile.items(pixels, panels), PointwiseSplitTile.GROUP,
                        (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseSplitTile::run, context,
                                memory, weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(),
                                at.weight(), pixels, channels, panels,
                                Activations.number(spec.epilogue(), spec.out()))));
    }

    private static KernelLaunch pointwiseRow(PointwiseConv spec, float[] weight, float[] bias) {
        int channels = spec.in().channels();
        return perItem(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()), spec.out().length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseRowPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        channels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch globalAveragePool(GlobalAveragePool spec) {
        return perItem(NO_WEIGHTS, spec.in().stride(),
                (graph, id, context, memory, weights, at) -> graph.task(id, GlobalAverage::runPerItem, context, memory,
                        at.image(), at.in(), at.inStep(), at.out(), spec.in().pixels()));
    }

    private static KernelLaunch avgPoolBlend(AvgPoolBlend spec, float[] weight) {
        MapLayout in = spec.in();
        return perItem(AvgPoolBlendPerItem.pack(weight), in.length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, AvgPoolBlendPerItem::runPerElement,
                        context, memory, weights, at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in), spec.kernel()));
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return perItem(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()),
                DepthwiseRowPerItem.items(out.height(), out.width(), DeviceKernels.vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwiseRowPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch conv2d(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return perItem(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()),
                Conv2dPerItem.items(out.height(), out.width(), DeviceKernels.vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Conv2dPerItem::run, context, memory,
                        weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), DeviceKernels.vectors(out),
                        WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                        WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0;
        return perItem(MaxRelativeGather.pack(spec.shifts()),
                in.pixels() * in.channels(), (graph, id, context, memory, weights, at) -> graph.task(id,
                        MaxRelativePerItem::run, context, memory, weights, at.image(), at.in(), at.inStep(), at.out(),
                        at.outStep(), at.weight(), spec.shifts().size(), in.height(), in.width(), in.channels(),
                        neighborFirst));
    }

    /** A kernel with the largest work-group size that divides the number of work items. */
    private static KernelLaunch perItem(float[] weights, int items, KernelLaunch.Task task) {
        return KernelLaunch.of(weights, KernelLaunch.Phase.grouped("", items, MAX_GROUP, task));
    }
}
