package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A net with one layer of each kind, which compiles in a few seconds. */
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

    /** A single convolution with three input channels. */
    static Graph single(Window window) {
        Node input = new Node("input", new InputOp(3), List.of());
        return new Graph(List.of(conv("only", input, 8, 1, window, Epilogue.NONE, new Random(1))));
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
