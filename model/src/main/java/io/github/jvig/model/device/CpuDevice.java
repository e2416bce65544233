package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The processor, by one provider of kernels. */
final class CpuDevice implements Device {
    private final String name;
    private final Kernels kernels;

    CpuDevice(String name, Kernels kernels) {
        this.name = name;
        this.kernels = kernels;
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
    public Executable compile(Graph graph, CompileOptions options) {
        List<Layer> layers = Layer.of(graph, options.height(), options.width());
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
        FeatureMap in = Layer.input(graph, options.height(), options.width());
        try {
            return new CpuExecutable(new CpuPlan(in, stages, outputs), options.threads());
        } catch (IllegalArgumentException e) {
            throw Layer.refused(options.height(), options.width(), e.getMessage(), e);
        }
    }
}
