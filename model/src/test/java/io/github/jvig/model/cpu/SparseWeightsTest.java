package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The device skips the zeros of a pruned checkpoint where that is faster, and nothing changes for other weights. */
@Tag("every-width")
class SparseWeightsTest {
    private static final int SIDE = 8;
    private static final int CHANNELS = 256;

    private static Node conv(String name, Node x, int out, double kept) {
        Random random = new Random(name.hashCode());
        float[] weight = new float[out * x.channels()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = random.nextDouble() < kept ? random.nextFloat() - 0.5f : 0;
        }
        double[] scale = new double[out];
        Arrays.fill(scale, 0.5);
        return new Node(name, new ConvOp(x.channels(), out, 1, Window.same(1), weight, scale, new double[out],
                Epilogue.of(Activation.RELU)), List.of(x));
    }

    private static Graph graph(double kept) {
        Node first = conv("first", new Node("input", new InputOp(CHANNELS), List.of()), CHANNELS, 1);
        return Passes.optimize(new Graph(List.of(conv("second", first, CHANNELS, kept))));
    }

    /** A gate in front of a convolution on a map so large that the gate goes into dense weights. */
    private static Graph gated(double kept) {
        Node input = new Node("input", new InputOp(CHANNELS), List.of());
        Node gated = new Node("gated",
                new BinaryOp(Binary.Operator.MULTIPLY, Binary.Broadcast.PIXEL, Activation.NONE),
                List.of(input, new Node("pool", new GlobalAveragePoolOp(), List.of(input))));
        return new Graph(List.of(conv("conv", gated, CHANNELS / 2, kept)));
    }

    private static List<PlanStep> steps(Graph graph, int side) {
        try (Executable cpu = new CpuDevice("cpu", KernelProvider.get()).compile(graph,
                CompileOptions.of(side, side, 1))) {
            return cpu.steps();
        }
    }

    private static List<String> operations(Graph graph, int side) {
        return steps(graph, side).stream()
                .map(step -> step.operation().substring(0, step.operation().indexOf(' '))).toList();
    }

    private static float[] run(KernelProvider kernels, Graph graph, float[] image) {
        float[] result = new float[CHANNELS * SIDE * SIDE];
        try (Executable cpu = new CpuDevice("cpu", kernels).compile(graph, CompileOptions.of(SIDE, SIDE, 1))) {
            cpu.run(image, 1, new float[][]{result});
        }
        return result;
    }

    @Test
    void onlyWhereThereAreManyZeros() {
        assertEquals(List.of("pointwise", "sparse-pointwise"), operations(graph(0.05), SIDE));
        assertEquals(List.of("pointwise", "pointwise"), operations(graph(0.8), SIDE));
        PlanStep sparse = steps(graph(0.05), SIDE).getLast();
        assertTrue(
                sparse.operation().matches(
                        "sparse-pointwise 8x8x256->256, 9[45] % zeros, 8\\d % by four, 4\\d % by sixteen\\+relu"),
                sparse.operation());
        assertTrue(sparse.kernel().startsWith("f32-sparse-pointwise-"), sparse.kernel());
    }

    @Test
    void gatesStayInFrontOfZeros() {
        assertEquals(List.of("global-average-pool", "binary", "sparse-pointwise"), operations(gated(0.05), 32));
        assertEquals(List.of("global-average-pool", "gated-pointwise"), operations(gated(1), 32));
    }

    @Test
    void sameResult() {
        Graph graph = graph(0.05);
        float[] image = new float[CHANNELS * SIDE * SIDE];
        Random random = new Random(3);
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat() - 0.5f;
        }
        float[] expected = run(KernelProvider.scalar(), graph, image);
        float[] actual = run(KernelProvider.get(), graph, image);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-4, "element " + i);
        }
    }
}
