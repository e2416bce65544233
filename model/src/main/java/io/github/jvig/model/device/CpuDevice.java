package io.github.jvig.model.device;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The processor, by one provider of kernels. */
final class CpuDevice implements Device {
    private final String name;
    private final Kernels kernels;
    private final int rank;

    CpuDevice(String name, Kernels kernels, int rank) {
        this.name = name;
        this.kernels = kernels;
        this.rank = rank;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                + kernels.name()
                + " kernels";
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public Executable compile(Graph graph, int height, int width, int threads) {
        Map<Node, Integer> values = new IdentityHashMap<>();
        Map<Node, FeatureMap> shapes = new IdentityHashMap<>();
        List<CpuPlan.Stage> stages = new ArrayList<>();
        values.put(graph.input(), 0);
        shapes.put(graph.input(), FeatureMap.of(height, width, graph.input().channels()));
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Input) {
                continue;
            }
            Kernel kernel;
            try {
                kernel = kernel(node, shapes.get(node.inputs().getFirst()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "an input of " + height + "x" + width + " can't be run: " + node.name()
                                + ": " + e.getMessage(),
                        e);
            }
            int residual = kernel.spec().residual() ? values.get(node.inputs().getLast()) : CpuPlan.Stage.NO_RESIDUAL;
            values.put(node, stages.size() + 1);
            shapes.put(node, kernel.spec().out());
            stages.add(new CpuPlan.Stage(node.name(), kernel, node.parameters(), values.get(node.inputs().getFirst()),
                    residual));
        }
        int[] outputs = graph.outputs().stream().mapToInt(values::get).toArray();
        return new CpuExecutable(new CpuPlan(shapes.get(graph.input()), stages, outputs), threads);
    }

    private Kernel kernel(Node node, FeatureMap in) {
        return switch (node.op()) {
            case Op.Conv conv -> convolution(conv, in);
            // By itself an affine, or an activation, is a depthwise convolution of one tap.
            case Op.Affine affine -> kernels.depthwise(new DepthwiseConv(in, Window.same(1), Epilogue.NONE),
                    floats(affine.scale()), floats(affine.shift()));
            case Op.Activate activate -> kernels.depthwise(
                    new DepthwiseConv(in, Window.same(1), Epilogue.of(activate.activation())), ones(in.channels()),
                    null);
            case Op.Add _ -> kernels.residualAdd(new ResidualAdd(in, Activation.NONE));
            case Op.Svga svga -> kernels.maxRelative(MaxRelative.svga(in, svga.k()));
            case Op.GlobalAveragePool _ -> kernels.globalAveragePool(new GlobalAveragePool(in));
            case Op.Input _ -> throw new IllegalStateException("the input is no step");
        };
    }

    private Kernel convolution(Op.Conv conv, FeatureMap in) {
        float[] weight = conv.effectiveWeight();
        float[] bias = conv.effectiveBias();
        if (conv.groups() == 1) {
            return conv.window().equals(Window.same(1))
                    ? kernels.pointwise(new PointwiseConv(in, conv.outChannels(), conv.epilogue()), weight, bias)
                    : kernels.dense(new DenseConv(in, conv.outChannels(), conv.window(), conv.epilogue()), weight,
                            bias);
        }
        if (conv.groups() == conv.inChannels() && conv.groups() == conv.outChannels()) {
            return kernels.depthwise(new DepthwiseConv(in, conv.window(), conv.epilogue()), weight, bias);
        }
        throw new UnsupportedOperationException("no kernel for a convolution of " + conv.inChannels() + " -> "
                + conv.outChannels() + " channels in " + conv.groups() + " groups");
    }

    private static float[] ones(int length) {
        float[] result = new float[length];
        Arrays.fill(result, 1f);
        return result;
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
