package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Graphs with random parameters, and what they compute by the scalar kernels. */
final class GraphRun {
    private GraphRun() {
    }

    /** The values of all outputs on a random input, as planes one behind the other. */
    static List<float[]> outputs(Graph graph, int height, int width) {
        Map<Node, float[]> values = new IdentityHashMap<>();
        Map<Node, MapLayout> shapes = new IdentityHashMap<>();
        MapLayout in = LoweredOp.input(graph, height, width);
        float[] image = new float[in.length()];
        in.fromPlanes(random(new Random(7), in.channels() * in.pixels()), 0, image, 0);
        values.put(graph.input(), image);
        shapes.put(graph.input(), in);
        for (LoweredOp op : LoweredOp.of(graph, height, width)) {
            float[] out = new float[op.spec().out().length()];
            List<Operands.Input> inputs = op.node().inputs().stream()
                    .map(node -> new Operands.Input(values.get(node), 0)).toList();
            KernelProvider.scalar().kernel(op.spec(), op.weights(), op.biases()).run(Operands.of(inputs, out, 0));
            values.put(op.node(), out);
            shapes.put(op.node(), op.spec().out());
        }
        List<float[]> results = new ArrayList<>();
        for (Node output : graph.outputs()) {
            MapLayout map = shapes.get(output);
            float[] planes = new float[map.channels() * map.pixels()];
            map.toPlanes(values.get(output), 0, planes, 0);
            results.add(planes);
        }
        return results;
    }

    /** That a pass leaves the nodes of these names, the input aside, and changes results by rounding at most. */
    static Graph assertPass(Graph before, Graph after, String... names) {
        assertEquals(List.of(names), after.nodes().stream().skip(1).map(Node::name).toList(), after::toString);
        for (int[] size : new int[][]{{8, 9}, {13, 16}}) {
            List<float[]> expected = outputs(before, size[0], size[1]);
            List<float[]> actual = outputs(after, size[0], size[1]);
            assertEquals(expected.size(), actual.size());
            for (int i = 0; i < expected.size(); i++) {
                float[] e = expected.get(i);
                float[] a = actual.get(i);
                assertEquals(e.length, a.length);
                for (int j = 0; j < e.length; j++) {
                    assertEquals(e[j], a[j], 2e-5 * (1 + Math.abs(e[j])), "output " + i + ", element " + j);
                }
            }
        }
        return after;
    }

    private static float[] random(Random random, int length) {
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            result[i] = random.nextFloat() * 2 - 1;
        }
        return result;
    }

    private static double[] doubles(Random random, int length) {
        return random.doubles(length, -1, 1).toArray();
    }

    static Node input(int channels) {
        return new Node("input", new InputOp(channels), List.of());
    }

    static Node conv(String name, Node x, int out, int groups, Window window) {
        return conv(name, x, out, groups, window, false);
    }

    static Node conv(String name, Node x, int out, int groups, Window window, boolean samePadding) {
        Random random = new Random(name.hashCode());
        int perOutput = x.channels() / groups * window.taps();
        return new Node(name, new ConvOp(x.channels(), out, groups, window, samePadding,
                random(random, out * perOutput), doubles(random, out), doubles(random, out), Epilogue.NONE),
                List.of(x));
    }

    static Node pointwise(String name, Node x, int out) {
        return conv(name, x, out, 1, Window.same(1));
    }

    static Node depthwise(String name, Node x, Window window) {
        return conv(name, x, x.channels(), x.channels(), window);
    }

    static Node affine(String name, Node x) {
        Random random = new Random(name.hashCode());
        return new Node(name, new AffineOp(doubles(random, x.channels()), doubles(random, x.channels())), List.of(x));
    }

    static Node scale(String name, Node x) {
        double[] scale = doubles(new Random(name.hashCode()), x.channels());
        return new Node(name, new AffineOp(scale, new double[scale.length]), List.of(x));
    }

    static Node act(String name, Node x) {
        return new Node(name, new ActivateOp(Activation.RELU), List.of(x));
    }

    static Node add(String name, Node... x) {
        Node sum = x[0];
        for (int i = 1; i < x.length; i++) {
            sum = new Node(i == x.length - 1 ? name : name + ":" + i, BinaryOp.sum(), List.of(sum, x[i]));
        }
        return sum;
    }

    static Node concat(String name, Node... parts) {
        return new Node(name, new ConcatOp(parts.length), Arrays.asList(parts));
    }

    static Node slice(String name, Node x, int from, int count) {
        return new Node(name, SelectOp.slice(x.channels(), from, count), List.of(x));
    }

    static Node shuffle(String name, Node x, int groups) {
        return new Node(name, SelectOp.shuffle(x.channels(), groups), List.of(x));
    }
}
