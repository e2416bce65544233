package io.github.jvig.model.cpu;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processor, by one provider of kernels. */
public final class CpuDevice implements Device {
    /**
     * Pixels for each output channel from which a gate is better put into a convolution's weights. On the maps of EfficientNet-B0 the pair is
     * 7 to 43 % faster with 19 and more of them; with two and less it is 14 to 40 % slower, as every thread multiplies the weights for itself.
     */
    private static final int GATE_PIXELS = 8;

    private final String name;
    private final KernelProvider kernels;

    public CpuDevice(String name, KernelProvider kernels) {
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
    public String kernelTable() {
        return kernels.table().toString();
    }

    /**
     * The graph with gates in the weights of the convolutions for which that is less work than over their maps. Those whose zeros are skipped
     * stay as they are.
     */
    private static Graph withGates(Graph graph, CompileOptions options) {
        Map<Node, LoweredOp> ops = new IdentityHashMap<>();
        LoweredOp.of(graph, options.height(), options.width()).forEach(op -> ops.put(op.node(), op));
        return Passes.fuseGates(graph, node -> ops.get(node).spec().in().pixels() >= GATE_PIXELS * node.channels()
                && sparse(ops.get(node)).isEmpty());
    }

    /** The 1x1 convolutions of a pruned checkpoint by kernels that skip zeros, where these are faster; other operations as they are. */
    private static LoweredOp skippingZeros(LoweredOp op) {
        return sparse(op).map(spec -> new LoweredOp(op.node(), spec)).orElse(op);
    }

    private static Optional<SparsePointwiseConv> sparse(LoweredOp op) {
        return op.spec() instanceof PointwiseConv spec && op.node().op() instanceof ConvOp conv
                ? SparsePointwiseConv.of(spec, conv.weight())
                : Optional.empty();
    }

    @Override
    public Executable compile(Graph optimized, CompileOptions options) {
        Graph graph = withGates(optimized, options);
        List<LoweredOp> ops = LoweredOp.of(graph, options.height(), options.width()).stream()
                .map(CpuDevice::skippingZeros).toList();
        KernelChoice choice = new KernelChoice(kernels, options);
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        List<CpuPlan.Stage> stages = new ArrayList<>();
        for (List<LoweredOp> group : FusionGroups.of(graph, ops)) {
            int input = values.get(group.getFirst().node().inputs().getFirst());
            for (KernelChoice.Picked picked : choice.pick(group)) {
                LoweredOp last = picked.ops().getLast();
                // Of a chain, only the last operation reads more than what the one before it gives.
                List<Integer> inputs = new ArrayList<>(List.of(input));
                last.node().inputs().stream().skip(1).map(values::get).forEach(inputs::add);
                stages.add(new CpuPlan.Stage(last.node().name(), picked.kernel(), picked.parameters(), inputs,
                        picked.reason()));
                input = stages.size();
                values.put(last.node(), input);
            }
        }
        choice.save();
        int[] outputs = graph.outputs().stream().mapToInt(values::get).toArray();
        MapLayout in = LoweredOp.input(graph, options.height(), options.width());
        try {
            return new CpuExecutable(new CpuPlan(in, stages, outputs), options.threads());
        } catch (IllegalArgumentException e) {
            throw LoweredOp.sizeRefused(options.height(), options.width(), e.getMessage(), e);
        }
    }
}
