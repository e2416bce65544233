package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernels;
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
        List<Layer> layers = layers(graph, options.height(), options.width());
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
        FeatureMap in = FeatureMap.of(options.height(), options.width(), graph.input().channels());
        return new CpuExecutable(new CpuPlan(in, stages, outputs), options.threads());
    }

    /** What each node but the input computes at this size. */
    static List<Layer> layers(Graph graph, int height, int width) {
        Map<Node, FeatureMap> shapes = new IdentityHashMap<>();
        List<Layer> layers = new ArrayList<>();
        for (Node node : graph.nodes()) {
            try {
                if (node.op() instanceof Op.Input(int channels)) {
                    shapes.put(node, FeatureMap.of(height, width, channels));
                } else {
                    Layer layer = Layer.of(node, shapes.get(node.inputs().getFirst()));
                    shapes.put(node, layer.spec().out());
                    layers.add(layer);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("an input of " + height + "x" + width + " can't be run: "
                        + node.name() + ": " + e.getMessage(), e);
            }
        }
        return layers;
    }
}
