package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import java.util.ArrayList;
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
    public Executable compile(Graph graph, CompileOptions options) {
        List<Layer> layers = layers(graph, options);
        KernelChoice choice = new KernelChoice(kernels, options);
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        List<CpuPlan.Stage> stages = new ArrayList<>();
        for (List<Layer> group : Groups.of(graph, layers)) {
            int input = values.get(group.getFirst().node().inputs().getFirst());
            for (KernelChoice.Picked picked : choice.pick(group)) {
                Layer last = picked.layers().getLast();
                int second = last.spec().second().isPresent()
                        ? values.get(last.node().inputs().getLast())
                        : CpuPlan.Stage.NONE;
                stages.add(new CpuPlan.Stage(last.node().name(), picked.kernel(), picked.parameters(), input, second,
                        picked.reason()));
                input = stages.size();
                values.put(last.node(), input);
            }
        }
        choice.save();
        int[] outputs = graph.outputs().stream().mapToInt(values::get).toArray();
        FeatureMap in = input(graph, options);
        try {
            return new CpuExecutable(new CpuPlan(in, stages, outputs), options.threads());
        } catch (IllegalArgumentException e) {
            throw refused(options, e.getMessage(), e);
        }
    }

    /** The image: unpadded where all that reads it takes it so. */
    private static FeatureMap input(Graph graph, CompileOptions options) {
        Node input = graph.input();
        boolean unpadded = graph.nodes().stream().filter(n -> n.inputs().contains(input)).allMatch(
                n -> n.op() instanceof Op.Conv conv && conv.groups() == 1 && !conv.window().equals(Window.same(1))
                        && !conv.epilogue().residual());
        return unpadded && graph.outputs().stream().noneMatch(n -> n == input)
                ? FeatureMap.unpadded(options.height(), options.width(), input.channels())
                : FeatureMap.of(options.height(), options.width(), input.channels());
    }

    private static IllegalArgumentException refused(CompileOptions options, String why, Throwable cause) {
        return new IllegalArgumentException("an input of " + options.height() + "x" + options.width()
                + " can't be run: " + why, cause);
    }

    /** What each node but the input computes at this size. */
    private static List<Layer> layers(Graph graph, CompileOptions options) {
        Map<Node, FeatureMap> shapes = new IdentityHashMap<>();
        List<Layer> layers = new ArrayList<>();
        for (Node node : graph.nodes()) {
            try {
                if (node.op() instanceof Op.Input) {
                    shapes.put(node, input(graph, options));
                } else {
                    Layer layer = Layer.of(node, shapes.get(node.inputs().getFirst()));
                    shapes.put(node, layer.spec().out());
                    layers.add(layer);
                }
            } catch (IllegalArgumentException e) {
                throw refused(options, node.name() + ": " + e.getMessage(), e);
            }
        }
        return layers;
    }
}
