package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.AttentionBias;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AttentionScoresOp;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.ChannelAtMaximumOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.DeformableDepthwiseOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.NeighborhoodAggregationOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.SelectiveScanOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.onnx.OnnxExport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Single operations, exported and run by ONNX Runtime, against the scalar kernels. Behind each is a 3x3 convolution with an activation, so
 * that a pixel that comes out at a wrong place changes the mean.
 */
class OnnxOperationsTest {
    private static final int HEIGHT = 8;
    private static final int WIDTH = 12;
    private static final int CLASSES = 16;

    @TempDir
    Path folder;

    /**
     * @param channels channels of each map that the operation reads
     * @param halved   whether the maps behind the first have half the height and width
     * @param norm     whether the operation reads tokens, which come from a layer normalization
     */
    record Case(String name, Op op, List<Integer> channels, boolean halved, boolean norm) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case attention(String name, AttentionHeads layout, Partition partition, AttentionBias bias,
            boolean halved, Integer... channels) {
        return new Case(name, new AttentionOp(layout, partition, 0.4, bias), List.of(channels), halved, false);
    }

    private static float[] random(String name, int length) {
        float[] values = BenchLayer.random(length, name.hashCode());
        return values;
    }

    static Stream<Case> cases() {
        AttentionHeads byKind = AttentionHeads.byKind(2, 3, 5);
        float[] ten = random("ten", 10);
        float[] other = random("other", 10);
        List<Case> cases = new ArrayList<>(List.of(
                attention("by head", AttentionHeads.byHead(2, 3, 5), Partition.WHOLE, null, false, 22),
                attention("by kind", byKind, Partition.WHOLE,
                        AttentionBias.byDistance(2, HEIGHT, WIDTH, random("table", 2 * HEIGHT * WIDTH)), false, 22),
                attention("fewer keys", AttentionHeads.separate(2, 3, 5), Partition.WHOLE, null, true, 6, 6, 10),
                attention("shared key", AttentionHeads.sharedKey(3, 4, 5), Partition.WHOLE, null, true, 12, 4, 5),
                attention("blocks", byKind, Partition.blocks(4, 3),
                        AttentionBias.byOffset(2, 4, 3, random("offsets", 2 * 7 * 5)), false, 22),
                attention("spread", byKind, Partition.spread(4, 3), null, false, 22),
                attention("blocks by head", AttentionHeads.byHead(2, 3, 5), Partition.blocks(2, 6), null, false, 25),
                attention("same place", byKind, Partition.samePlace(2, 3), null, false, 22)));
        for (LinearAttention.Feature feature : List.of(LinearAttention.Feature.RELU,
                LinearAttention.Feature.ELU_PLUS_ONE)) {
            boolean elu = feature == LinearAttention.Feature.ELU_PLUS_ONE;
            cases.add(new Case("linear " + feature, new LinearAttentionOp(byKind, feature, elu, 0.1), List.of(22),
                    false, false));
        }
        cases.add(new Case("linear of three", new LinearAttentionOp(AttentionHeads.separate(2, 3, 5),
                LinearAttention.Feature.RELU, false, 0.1), List.of(6, 6, 10), true, false));
        cases.add(new Case("cross-covariance", new CrossCovarianceOp(AttentionHeads.byKind(2, 6, 6),
                new float[]{1, 3}, 1e-12), List.of(36), false, false));
        cases.add(new Case("separable", new SeparableAttentionOp(Partition.WHOLE), List.of(21), false, false));
        cases.add(new Case("separable in patches", new SeparableAttentionOp(Partition.samePlace(2, 3)), List.of(21),
                false, false));
        cases.add(new Case("scores", new AttentionScoresOp(2, 24), List.of(10, 10), true, false));
        cases.add(new Case("neighborhood", new NeighborhoodAggregationOp(2, 5, 6, 3, 2, 27, random("near", 2 * 81)),
                List.of(10, 54), false, false));
        cases.add(new Case("average pool to a size",
                new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.Fixed(3, 7)), List.of(10), false, false));
        cases.add(new Case("average pool to the size of another",
                new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.OfAnother()), List.of(10, 3), true, false));
        cases.add(new Case("larger", new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.AtLeast(11)), List.of(10), false,
                false));
        papers(cases);
        for (boolean tokens : new boolean[]{false, true}) {
            String suffix = tokens ? " of tokens" : "";
            cases.add(new Case("prelu" + suffix, PiecewiseLinearOp.prelu(ten), List.of(10), false, tokens));
            cases.add(new Case("dprelu" + suffix,
                    new PiecewiseLinearOp(ten, other, random("above", 10), random("value", 10)), List.of(10), false,
                    tokens));
            cases.add(new Case("rms" + suffix, new ChannelNormOp(ChannelNorm.Kind.RMS, ten, 1e-5), List.of(10), false,
                    tokens));
            cases.add(new Case("l2" + suffix, new ChannelNormOp(ChannelNorm.Kind.L2, null, 1e-5), List.of(10), false,
                    tokens));
            cases.add(
                    new Case("channel at maximum" + suffix, new ChannelAtMaximumOp(), List.of(10, 13), false, tokens));
            cases.add(new Case("group norm in groups" + suffix,
                    new MapNormOp(MapNorm.Kind.GROUP, 5, ten, other, 1e-5), List.of(10), false, tokens));
            cases.add(new Case("softmax over pixels" + suffix, new SpatialSoftmaxOp(), List.of(10), false, tokens));
            for (MapNorm.Kind kind : MapNorm.Kind.values()) {
                boolean plain = kind == MapNorm.Kind.L2;
                cases.add(new Case("map " + kind + suffix,
                        new MapNormOp(kind, plain ? null : ten, plain ? null : other, 1e-5), List.of(10), false,
                        tokens));
            }
        }
        return cases.stream();
    }

    /** Operations of single papers, with strides of one and two. */
    private static void papers(List<Case> cases) {
        double[] scale = {0.1, 0.2, 0.05, -0.1, 0.15};
        double[] bias = {1, 0, -1, 0.5, 0};
        cases.add(new Case("binary", new BinaryConvOp(10, 5, 3, 1, random("signs", 450), scale, bias), List.of(10),
                false, false));
        cases.add(new Case("binary, stride 2", new BinaryConvOp(10, 5, 3, 2, random("signs", 450), scale, bias),
                List.of(10), false, false));
        cases.add(new Case("by place", new LocalDepthwiseOp(HEIGHT, WIDTH, Window.same(3),
                random("places", HEIGHT * WIDTH * 45), scale, bias, Activation.RELU6), List.of(5), false, false));
        cases.add(new Case("by place, stride 2", new LocalDepthwiseOp(4, 6, Window.of(5, 2, 2),
                random("places", 24 * 25 * 5), scale, bias, Activation.NONE), List.of(5), false, false));
        cases.add(new Case("deformable", new DeformableDepthwiseOp(1, 8, random("taps", 45)), List.of(5, 1), false,
                false));
        cases.add(new Case("scan", new SelectiveScanOp(6, 3, 1, 5, random("scan", 6 * 4 + 5 * 3), random("steps", 6)),
                List.of(6, 6, 9), false, false));
        cases.add(new Case("scan of tokens", new SelectiveScanOp(5, 1, 3, 2, random("scan", 5 * 2 + 5),
                random("steps", 5)), List.of(5, 5, 4), false, true));
        cases.add(new Case("deformable, stride 2", new DeformableDepthwiseOp(2, 1, random("taps", 45)), List.of(5, 1),
                true, false));
    }

    private static ConvOp conv(String name, int in, int out, Window window, Activation activation) {
        double[] ones = new double[out];
        Arrays.fill(ones, 1);
        double[] bias = new double[out];
        for (int i = 0; i < out; i++) {
            bias[i] = 0.1 * i / out;
        }
        return new ConvOp(in, out, 1, window, random(name, in * out * window.taps()), ones, bias,
                Epilogue.of(activation));
    }

    private static Graph graph(Case c) {
        Node input = new Node("input", new InputOp(3), List.of());
        List<Node> maps = new ArrayList<>();
        for (int channels : c.channels) {
            String name = "map" + maps.size();
            Window window = c.halved && !maps.isEmpty() ? Window.of(3, 2, 1) : Window.same(3);
            Node map = new Node(name, conv(name, 3, channels, window, Activation.NONE), List.of(input));
            float[] ones = new float[channels];
            Arrays.fill(ones, 1);
            maps.add(c.norm
                    ? new Node(name + ".norm", new LayerNormOp(ones, new float[channels], 1e-5), List.of(map))
                    : map);
        }
        Node op = new Node("op", c.op, maps);
        Node conv = new Node("conv", conv("conv", op.channels(), CLASSES, Window.same(3), Activation.GELU),
                List.of(op));
        return new Graph(List.of(new Node("pool", new GlobalAveragePoolOp(), List.of(conv))));
    }

    /** By the scalar kernels, node by node. */
    private static float[] expected(Graph graph, float[] planes) {
        Map<Node, float[]> values = new HashMap<>();
        MapLayout layout = LoweredOp.input(graph, HEIGHT, WIDTH);
        float[] image = new float[layout.length()];
        layout.fromPlanes(planes, 0, image, 0);
        values.put(graph.input(), image);
        float[] last = image;
        for (LoweredOp op : LoweredOp.of(graph, HEIGHT, WIDTH)) {
            Kernel kernel = KernelProvider.scalar().kernel(op.spec(), op.weights(), op.biases());
            last = new float[op.spec().out().length()];
            kernel.run(Operands.of(op.node().inputs().stream().map(n -> new Operands.Input(values.get(n), 0)).toList(),
                    last, 0));
            values.put(op.node(), last);
        }
        return Arrays.copyOf(last, CLASSES);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agree(Case c) throws Exception {
        Graph graph = graph(c);
        float[] image = BenchLayer.random(3 * HEIGHT * WIDTH, 7);
        float[] expected = expected(graph, image);
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(graph, HEIGHT, WIDTH, file);
        try (OrtNet net = new OrtNet(file, image, 1, HEIGHT, WIDTH, CLASSES, 1)) {
            net.run();
            double difference = Comparison.maxDifference(expected, net.logits());
            assertTrue(difference <= Comparison.TOLERANCE,
                    () -> c + ": the results differ by " + difference + " standard deviations");
        }
    }
}
