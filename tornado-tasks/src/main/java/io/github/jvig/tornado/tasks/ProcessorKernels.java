package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Attention;
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
import io.github.jvig.tornado.kernels.AttentionPerItem;
import io.github.jvig.tornado.kernels.AvgPoolBlendPerItem;
import io.github.jvig.tornado.kernels.BinaryPerItem;
import io.github.jvig.tornado.kernels.BinaryVectors;
import io.github.jvig.tornado.kernels.Conv2dTiles;
import io.github.jvig.tornado.kernels.DepthwisePerItem;
import io.github.jvig.tornado.kernels.DepthwiseTiles;
import io.github.jvig.tornado.kernels.GlobalAverage;
import io.github.jvig.tornado.kernels.GroupedConvPerItem;
import io.github.jvig.tornado.kernels.LayerNormPerItem;
import io.github.jvig.tornado.kernels.MaxRelativeGather;
import io.github.jvig.tornado.kernels.MeanMinusStdSingleItem;
import io.github.jvig.tornado.kernels.PointwiseRow;
import io.github.jvig.tornado.kernels.PointwiseTiles;
import io.github.jvig.tornado.kernels.RolledL1DistancePerItem;
import io.github.jvig.tornado.kernels.ThresholdedMaxRelativePerItem;
import io.github.jvig.tornado.kernels.WindowNumbers;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels for OpenCL processors: vectors of 16 floats, sums in registers, and no local memory, which on a processor would only be an
 * extra copy.
 */
final class ProcessorKernels implements DeviceKernels {
    /** A kernel that computes vectors has these only. */
    private static final String VECTOR_ACTIVATIONS = "no activation, ReLU, ReLU6 or GELU";
    private static final String PLAIN_ATTENTION = "all pixels of one map attend to each other, head after head, with biases";
    /** With fewer pixels, most of a 14-pixel tile would be unused. */
    private static final int MIN_TILED_PIXELS = 5;

    private final KernelTable<KernelLaunch> table = new KernelTable<>("tornado", Machine.of("opencl-processor"),
            rows());

    @Override
    public KernelTable<KernelLaunch> table() {
        return table;
    }

    /** The rows in the order in which they are tried. */
    private static List<KernelRow<?, KernelLaunch>> rows() {
        List<KernelRow<?, KernelLaunch>> rows = new ArrayList<>(List.of(
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-14x16",
                        "processor: 14 pixels by a vector in registers", ProcessorKernels::pointwise).preferredWhen(
                                "at least " + MIN_TILED_PIXELS + " pixels",
                                (s, _) -> s.in().pixels() >= MIN_TILED_PIXELS)
                        .supporting(VECTOR_ACTIVATIONS, s -> Activations.ofVectors(s.epilogue().activation())),
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-1x16", "processor: a vector of one pixel",
                        ProcessorKernels::pointwiseRow)
                        .supporting(VECTOR_ACTIVATIONS, s -> Activations.ofVectors(s.epilogue().activation())),
                DeviceKernels.row(DepthwiseConv.class, "f32-depthwise-7x16",
                        "processor: 7 pixels by a vector in registers", ProcessorKernels::depthwise)
                        .supporting(VECTOR_ACTIVATIONS, s -> Activations.ofVectors(s.epilogue().activation())),
                DeviceKernels.row(Conv2d.class, "f32-conv2d-7x16", "processor: 7 pixels by a vector in registers",
                        ProcessorKernels::conv2d).supporting("one group", s -> s.groups() == 1)
                        .supporting(VECTOR_ACTIVATIONS, s -> Activations.ofVectors(s.epilogue().activation())),
                DeviceKernels.row(MaxRelative.class, "f32-max-relative-16", "processor: a pixel, vector by vector",
                        (s, _, _) -> maxRelative(s)),
                DeviceKernels.row(GlobalAveragePool.class, "f32-global-average-pool-16",
                        "processor: a vector of channels", (s, _, _) -> globalAveragePool(s)),
                DeviceKernels.row(Binary.class, "f32-binary-16", "processor: a vector",
                        (s, _, _) -> binaryVectors(s)).supporting("maps of one shape",
                                s -> s.broadcast() == Binary.Broadcast.NONE)
                        .supporting(VECTOR_ACTIVATIONS, s -> Activations.ofVectors(s.activation())),
                DeviceKernels.row(AvgPoolBlend.class, "f32-avg-pool-blend-16",
                        "any device: a vector of channels per work item", (s, w, _) -> avgPoolBlend(s, w))));
        rows.replaceAll(DeviceKernels::narrow);
        rows.addAll(rowsWithoutVectors());
        return rows;
    }

    /** The rows whose kernels have no vectors of 16, which GPUs do not have in hardware and some of TornadoVM's backends not at all. */
    static List<KernelRow<?, KernelLaunch>> rowsWithoutVectors() {
        List<KernelRow<?, KernelLaunch>> rows = new ArrayList<>(List.of(
                DeviceKernels.row(PointwiseConv.class, "f32-pointwise-element",
                        "any device: one output element per work item",
                        (s, w, b) -> convPerItem(s, Window.same(1), 1, s.epilogue(), w, b)),
                DeviceKernels.row(DepthwiseConv.class, "f32-depthwise-element",
                        "any device: one output element per work item", ProcessorKernels::depthwisePerItem),
                DeviceKernels.row(Conv2d.class, "f32-conv2d-element", "any device: one output element per work item",
                        (s, w, b) -> convPerItem(s, s.window(), s.groups(), s.epilogue(), w, b)),
                DeviceKernels.row(Binary.class, "f32-binary-element", "any device: one element per work item",
                        (s, _, _) -> binary(s)),
                DeviceKernels.row(RolledL1Distance.class, "f32-rolled-l1-distance-1",
                        "any device: one pixel per work item", (s, _, _) -> rolledL1Distance(s)),
                DeviceKernels.row(MeanMinusStd.class, "f32-mean-minus-std-1", "any device: one work item",
                        (s, _, _) -> meanMinusStd(s)),
                DeviceKernels.row(ThresholdedMaxRelative.class, "f32-thresholded-max-relative-1",
                        "any device: one pixel per work item", (s, _, _) -> thresholdedMaxRelative(s)),
                DeviceKernels.row(LayerNorm.class, "f32-layer-norm-1", "any device: one pixel per work item",
                        ProcessorKernels::layerNorm),
                DeviceKernels.row(Attention.class, "f32-attention-1", "any device: a head of a pixel per work item",
                        (s, w, _) -> attention(s, w))
                        .supporting(PLAIN_ATTENTION, Attention::isPlain)));
        rows.replaceAll(DeviceKernels::narrow);
        rows.addAll(SizedKernels.rows(SizedKernels.Form.GRID));
        return rows;
    }

    private static KernelLaunch pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.of(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()),
                PointwiseTiles.items(pixels, panels),
                (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseTiles::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        pixels, channels, panels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch pointwiseRow(PointwiseConv spec, float[] weight, float[] bias) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int panels = DeviceKernels.vectors(spec.out());
        return KernelLaunch.of(PointwiseTiles.pack(weight, bias, channels, spec.out().channels()), pixels * panels,
                (graph, id, context, memory, weights, at) -> graph.task(id, PointwiseRow::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        pixels, channels, panels, Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch globalAveragePool(GlobalAveragePool spec) {
        int vectors = DeviceKernels.vectors(spec.in());
        return KernelLaunch.of(NO_WEIGHTS, vectors,
                (graph, id, context, memory, weights, at) -> graph.task(id, GlobalAverage::run, context, memory,
                        at.image(), at.in(), at.out(), spec.in().pixels(), vectors));
    }

    private static KernelLaunch binaryVectors(Binary spec) {
        return KernelLaunch.of(NO_WEIGHTS, spec.in().length() / MapLayout.CHANNEL_ALIGNMENT,
                (graph, id, context, memory, weights, at) -> graph.task(id, BinaryVectors::run, context, memory,
                        at.image(), at.in(), at.in2(), at.out(), BinaryPerItem.number(spec.operator()),
                        Activations.number(spec.activation())));
    }

    private static KernelLaunch binary(Binary spec) {
        return KernelLaunch.of(NO_WEIGHTS, spec.in().length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, BinaryPerItem::run, context, memory,
                        at.image(), at.in(), at.inStep(), at.in2(), BinaryPerItem.pixelStep(spec),
                        BinaryPerItem.channelStep(spec), at.out(), spec.in().channels(),
                        BinaryPerItem.number(spec.operator()), Activations.number(spec.activation())));
    }

    private static KernelLaunch meanMinusStd(MeanMinusStd spec) {
        return KernelLaunch.of(NO_WEIGHTS, 1,
                (graph, id, context, memory, weights, at) -> graph.task(id, MeanMinusStdSingleItem::run, context,
                        memory, at.image(), at.in(), at.inStep(), at.out(), spec.in().height(), spec.in().width()));
    }

    private static KernelLaunch layerNorm(LayerNorm spec, float[] weight, float[] bias) {
        return KernelLaunch.of(LayerNormPerItem.pack(weight, bias), spec.in().pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, LayerNormPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.inStep(), at.weight(), spec.in().channels(),
                        (float) spec.epsilon()));
    }

    private static KernelLaunch depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return KernelLaunch.of(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()),
                DepthwiseTiles.items(out.height(), out.width(), DeviceKernels.vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwiseTiles::run, context, memory,
                        weights,
                        at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in),
                        out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch conv2d(Conv2d spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return KernelLaunch.of(Conv2dTiles.pack(weight, bias, in.channels(), out.channels(), window.taps()),
                Conv2dTiles.items(out.height(), out.width(), DeviceKernels.vectors(out)),
                (graph, id, context, memory, weights, at) -> graph.task(id, Conv2dTiles::run, context, memory, weights,
                        at.image(), at.in(), at.inStep(), at.out(), at.in2(), at.weight(), in.height(),
                        in.width(), in.channels(), out.height(), out.width(), DeviceKernels.vectors(out),
                        WindowNumbers.axis(window.rows()), WindowNumbers.axis(window.columns()),
                        WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), spec.out())));
    }

    private static KernelLaunch depthwisePerItem(DepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        var window = spec.window();
        return KernelLaunch.of(DepthwiseTiles.pack(weight, bias, in.channels(), window.taps()),
                DepthwisePerItem.items(out.height(), out.width(), DeviceKernels.vectors(in)),
                (graph, id, context, memory, weights, at) -> graph.task(id, DepthwisePerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.in2(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in), out.height(), out.width(), WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(spec.epilogue(), out)));
    }

    private static KernelLaunch convPerItem(Spec spec, Window window, int groups, Epilogue epilogue, float[] weight,
            float[] bias) {
        MapLayout in = spec.in();
        MapLayout out = spec.out();
        return KernelLaunch.of(GroupedConvPerItem.pack(weight, bias, out.channels()), out.length(),
                (graph, id, context, memory, weights, at) -> graph.task(id, GroupedConvPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.in2(), at.weight(),
                        in.height(), in.width(), out.width(), out.channels(), in.channels() / groups,
                        out.channels() / groups, WindowNumbers.axis(window.rows()),
                        WindowNumbers.axis(window.columns()), WindowNumbers.padding(window),
                        Activations.number(epilogue, out)));
    }

    private static KernelLaunch maxRelative(MaxRelative spec) {
        MapLayout in = spec.in();
        int neighborFirst = spec.difference() == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0;
        return KernelLaunch.of(MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, MaxRelativeGather::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels(), neighborFirst));
    }

    private static KernelLaunch rolledL1Distance(RolledL1Distance spec) {
        MapLayout in = spec.in();
        return KernelLaunch.of(NO_WEIGHTS, in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, RolledL1DistancePerItem::run, context,
                        memory,
                        at.image(), at.in(), at.inStep(), at.out(), at.outStep(), in.height(), in.width(),
                        in.channels(), spec.shift().dy(), spec.shift().dx()));
    }

    private static KernelLaunch thresholdedMaxRelative(ThresholdedMaxRelative spec) {
        MapLayout in = spec.in();
        return KernelLaunch.of(MaxRelativeGather.pack(spec.shifts()), in.pixels(),
                (graph, id, context, memory, weights, at) -> graph.task(id, ThresholdedMaxRelativePerItem::run, context,
                        memory,
                        weights, at.image(), at.in(), at.inStep(), at.in2(), at.out(), at.outStep(), at.weight(),
                        spec.shifts().size(), in.height(), in.width(), in.channels()));
    }

    private static KernelLaunch avgPoolBlend(AvgPoolBlend spec, float[] weight) {
        MapLayout in = spec.in();
        return KernelLaunch.of(AvgPoolBlendPerItem.pack(weight), in.pixels() * DeviceKernels.vectors(in),
                (graph, id, context, memory, weights, at) -> graph.task(id, AvgPoolBlendPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.out(), at.weight(), in.height(), in.width(),
                        DeviceKernels.vectors(in),
                        spec.kernel()));
    }

    private static KernelLaunch attention(Attention spec, float[] weight) {
        return KernelLaunch.of(weight,
                spec.heads() * spec.queries(),
                (graph, id, context, memory, weights, at) -> graph.task(id, AttentionPerItem::run, context, memory,
                        weights, at.image(), at.in(), at.inStep(), at.out(), at.outStep(), at.weight(), spec.queries(),
                        spec.keyDim(), spec.valueDim(), (float) (1 / Math.sqrt(spec.keyDim()))));
    }
}
