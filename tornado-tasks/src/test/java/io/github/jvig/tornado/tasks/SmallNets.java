package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AttentionScoresOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryConstantOp;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ChannelAtMaximumOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.DeformableDepthwiseOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.GatedConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.GlobalDeviationOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.NeighborhoodAggregationOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.SelectiveScanOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.model.graph.TokenPoolOp;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Nets with one layer of each kind, which compile in a few seconds. */
final class SmallNets {
    private SmallNets() {
    }

    /** For images of {@code 2 * height} by {@code 2 * width} pixels, because attention has biases for one map size. */
    static Graph oneOfEverything(int height, int width, long seed) {
        Random random = new Random(seed);
        Node input = new Node("input", new InputOp(3), List.of());
        Node stem = conv("stem", input, 20, 1, new Window(3, 2, 1, 1), Epilogue.of(Activation.GELU), random);
        Node wide = conv("wide", stem, 40, 1, Window.same(1), Epilogue.of(Activation.RELU6), random);
        Node deep = conv("deep", wide, 40, 40, Window.same(3), Epilogue.of(Activation.RELU), random);
        Node slim = conv("slim", deep, 20, 1, Window.same(1), Epilogue.NONE, random);
        Node sum = new Node("sum", BinaryOp.sum(), List.of(slim, stem));
        Node graph = new Node("graph", new MaxRelativeOp(Neighbors.EVERY_KTH, 2), List.of(sum));
        Node mix = new Node("mix", conv(graph.channels(), 20, 1, Window.same(1),
                Epilogue.of(Activation.GELU).plusResidual(), random), List.of(graph, sum));
        Node pool = new Node("pool", new GlobalAveragePoolOp(), List.of(mix));
        Node distance = new Node("distance", new RolledL1DistanceOp(), List.of(sum));
        Node limit = new Node("limit", new MeanMinusStdOp(), List.of(distance));
        Node near = new Node("near", new ThresholdedMaxRelativeOp(2), List.of(sum, limit));
        Node norm = new Node("norm",
                new LayerNormOp(TestMaps.normal(20, 1, random), TestMaps.normal(20, 1, random), 1e-5),
                List.of(mix));
        Node average = new Node("average", new AvgPoolBlendOp(3, doubles(20, random), doubles(20, random)),
                List.of(norm));
        Node attention = new Node("attention",
                new AttentionOp(2, 3, 4, height, width, TestMaps.normal(2 * height * width, 1, random)),
                List.of(average));
        Node gate = conv("gate", pool, 20, 1, Window.same(1), Epilogue.of(Activation.SIGMOID), random);
        Node gated = new Node("gated",
                new BinaryOp(Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, Activation.SILU), List.of(mix, gate));
        Node grouped = conv("grouped", gated, 30, 5, Window.same(3), Epilogue.of(Activation.HARD_SIGMOID), random);
        Window flat = new Window(new Window.Axis(1, 1, 0, 0, 1), new Window.Axis(5, 2, 3, 4, 2));
        Node strip = conv("strip", grouped, 20, 1, flat, Epilogue.of(Activation.ELU), random);
        return new Graph(List.of(conv("head", pool, 10, 1, Window.same(1), Epilogue.NONE, random), mix, near,
                attention, strip));
    }

    /** A layer of each operation of {@link SizedKernels}, for images of {@code 2 * height} by {@code 2 * width} pixels. */
    static Graph oneOfEachSized(int height, int width, long seed) {
        Random random = new Random(seed);
        Node input = new Node("input", new InputOp(3), List.of());
        Node stem = conv("stem", input, 12, 1, new Window(3, 2, 1, 1), Epilogue.of(Activation.GELU), random);
        Node mean = new Node("mean", new GlobalAveragePoolOp(), List.of(stem));
        Node deviation = new Node("deviation", new GlobalDeviationOp(1, 1e-5), List.of(stem));
        Node style = new Node("style", new ConcatOp(2), List.of(mean, deviation));
        Node gate = conv("gate", style, 12, 1, Window.same(1), Epilogue.of(Activation.SIGMOID), random);
        Node gated = new Node("gated", new GatedConvOp(conv(12, 12, 1, Window.same(1),
                Epilogue.of(Activation.SILU).plusResidual(), random)), List.of(stem, gate, stem));
        Node placed = new Node("placed", new BinaryConstantOp(Binary.Operator.ADD, height, width,
                TestMaps.normal(height * width * 12, 1, random)), List.of(gated));
        Node qkv = conv("qkv", placed, 36, 1, Window.same(1), Epilogue.NONE, random);
        AttentionHeads byKind = AttentionHeads.byKind(3, 4, 4);
        Node linear = new Node("linear",
                new LinearAttentionOp(byKind, LinearAttention.Feature.ELU_PLUS_ONE, false, 1e-3), List.of(qkv));
        Node cross = new Node("cross", new CrossCovarianceOp(byKind, TestMaps.normal(3, 1, random), 1e-12),
                List.of(qkv));
        Node queries = new Node("queries", SelectOp.slice(36, 0, 12), List.of(qkv));
        Node few = new Node("few", new TokenPoolOp(3), List.of(stem));
        Node keys = conv("keys", few, 24, 1, Window.same(1), Epilogue.NONE, random);
        var places = new AttentionHeads(3, 4, 4, new AttentionHeads.Place(0, 0, 4), new AttentionHeads.Place(1, 0, 4),
                new AttentionHeads.Place(1, 12, 4));
        Node attention = new Node("attention", new AttentionOp(places, Partition.WHOLE, 0.5, null),
                List.of(queries, keys));
        Node scored = conv("scored", linear, 25, 1, Window.same(1), Epilogue.NONE, random);
        Node separable = new Node("separable", new SeparableAttentionOp(Partition.blocks(height, 1)),
                List.of(scored));
        Node scan = new Node("scan", new SelectiveScanOp(12, 4, 1, 5,
                TestMaps.normal(12 * 5 + 5 * 4, 0.5, random), TestMaps.normal(12, 1, random)),
                List.of(stem, gated, cross));
        Node unit = new Node("unit", new ChannelNormOp(ChannelNorm.Kind.RMS, TestMaps.normal(12, 1, random), 1e-6),
                List.of(linear));
        Node scores = new Node("scores", new AttentionScoresOp(3, 6), List.of(gated,
                new Node("coarse", new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.Fixed(2, 3)), List.of(stem))));
        Node taps = conv("taps", scores, 27, 1, Window.same(1), Epilogue.NONE, random);
        Node near = new Node("near", new NeighborhoodAggregationOp(3, 3, 12, 12, 0, 9,
                TestMaps.normal(3 * 5 * 5, 1, random)), List.of(qkv, taps));
        Node plane = conv("plane", near, 1, 1, Window.same(1), Epilogue.NONE, random);
        Node peak = new Node("peak", new SpatialSoftmaxOp(), List.of(plane));
        Node scales = new Node("scales", BinaryOp.sum(), List.of(plane, peak));
        Node deformed = new Node("deformed", new DeformableDepthwiseOp(1, 3, TestMaps.normal(12 * 9, 0.3, random)),
                List.of(stem, scales));
        Node signs = new Node("signs", new BinaryConvOp(12, 12, 3, 1, TestMaps.normal(12 * 12 * 9, 1, random),
                doubles(12, random), doubles(12, random)), List.of(deformed));
        Node bent = new Node("bent", new PiecewiseLinearOp(TestMaps.normal(12, 1, random),
                TestMaps.normal(12, 1, random), TestMaps.normal(12, 1, random), TestMaps.normal(12, 1, random)),
                List.of(signs));
        Node local = new Node("local", new LocalDepthwiseOp(height, width, Window.same(3),
                TestMaps.normal(height * width * 9 * 12, 0.3, random), doubles(12, random), doubles(12, random),
                Activation.SILU), List.of(deformed));
        Node groups = new Node("groups", new MapNormOp(MapNorm.Kind.GROUP, 3, TestMaps.normal(12, 1, random),
                TestMaps.normal(12, 1, random), 1e-5), List.of(near));
        Node papers = new Node("papers", new ConcatOp(3, Activation.HARD_SIGMOID), List.of(bent, local, groups));
        Node response = new Node("response", new MapNormOp(MapNorm.Kind.RESPONSE, TestMaps.normal(12, 1, random),
                TestMaps.normal(12, 1, random), 1e-6), List.of(cross));
        Node all = new Node("all", new ConcatOp(5), List.of(unit, response, attention, separable, scan));
        Node pool = new Node("pool", new Pool2dOp(Pool2d.Mode.MAXIMUM, Window.of(3, 2, 1),
                Pool2dOp.Sizing.FLOOR, Activation.NONE), List.of(stem));
        Node large = new Node("large", new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.Factor(2)), List.of(stem));
        Node blocks = new Node("blocks", new SpaceToDepthOp(2, BlockOrder.COLUMNS_FIRST), List.of(large));
        Node pixels = new Node("pixels", new DepthToSpaceOp(2, BlockOrder.CHANNELS_FIRST), List.of(blocks));
        Node shuffle = new Node("shuffle", SelectOp.shuffle(36, 3), List.of(qkv));
        Node chosen = new Node("chosen", new ChannelAtMaximumOp(), List.of(stem, qkv));
        Node smaller = new Node("smaller", new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.OfAnother()),
                List.of(large, stem));
        return new Graph(List.of(all, papers, pool, pixels, shuffle, chosen, smaller));
    }

    /** A single convolution with three input channels. */
    static Graph single(Window window) {
        Node input = new Node("input", new InputOp(3), List.of());
        return new Graph(List.of(conv("only", input, 8, 1, window, Epilogue.NONE, new Random(1))));
    }

    /** A random convolution that the image's planes can be read by. */
    static Graph firstConv(int channels, Window window, Epilogue epilogue, Random random) {
        Node input = new Node("input", new InputOp(channels), List.of());
        return new Graph(List.of(conv("first", input, 1 + random.nextInt(40), 1, window, epilogue, random)));
    }

    /** Two convolutions that read the image, of which the first has three channels and a 3x3 window. */
    static Graph twoReaders(long seed) {
        Random random = new Random(seed);
        Node input = new Node("input", new InputOp(3), List.of());
        Window window = new Window(3, 2, 1, 1);
        return new Graph(List.of(conv("one", input, 8, 1, window, Epilogue.of(Activation.RELU), random),
                conv("other", input, 20, 1, window, Epilogue.NONE, random)));
    }

    private static double[] doubles(int length, Random random) {
        return random.doubles(length, -1, 1).toArray();
    }

    private static Node conv(String name, Node from, int out, int groups, Window window, Epilogue epilogue,
            Random random) {
        return new Node(name, conv(from.channels(), out, groups, window, epilogue, random), List.of(from));
    }

    private static ConvOp conv(int in, int out, int groups, Window window, Epilogue epilogue, Random random) {
        int perOutput = in / groups * window.taps();
        double[] ones = new double[out];
        Arrays.fill(ones, 1);
        return new ConvOp(in, out, groups, window, TestMaps.normal(out * perOutput, 1 / Math.sqrt(perOutput), random),
                ones, new double[out], epilogue);
    }
}
