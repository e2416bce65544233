package io.github.jvig.model.cpu;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.tensor.TensorKernels;
import io.github.jvig.model.tensor.TensorSpec;
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
        this.kernels = withTensors(kernels);
    }

    /**
     * With the kernel of tensors, unless it is there. Not by the service loader, which finds nothing in an uber jar without service files, or
     * where another class loader has the kernels.
     */
    private static KernelProvider withTensors(KernelProvider kernels) {
        boolean there = kernels.table().rows().stream().anyMatch(row -> row.spec() == TensorSpec.class);
        return there ? kernels : kernels.with(new TensorKernels());
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
     * The graph without resizes and pools that change nothing at this size, and with gates in the weights of the convolutions for which that is
     * less work than over their maps. Those whose zeros are skipped stay as they are.
     */
    private static Graph atSize(Graph optimized, KernelStore store, CompileOptions options) {
        Graph graph = LoweredOp.withoutIdleResizes(optimized, options.height(), options.width());
        Map<Node, LoweredOp> ops = new IdentityHashMap<>();
        LoweredOp.of(graph, options.height(), options.width()).forEach(op -> ops.put(op.node(), op));
        return Passes.fuseGates(graph, node -> ops.get(node).spec().in().pixels() >= GATE_PIXELS * node.channels()
                && sparse(ops.get(node), store).isEmpty());
    }

    /** The 1x1 convolutions of a pruned checkpoint by kernels that skip zeros, where these are faster; other operations as they are. */
    static LoweredOp skippingZeros(LoweredOp op, KernelStore store) {
        return sparse(op, store).map(spec -> new LoweredOp(op.node(), spec)).orElse(op);
    }

    private static Optional<SparsePointwiseConv> sparse(LoweredOp op, KernelStore store) {
        return op.spec() instanceof PointwiseConv spec && op.node().op() instanceof ConvOp conv && store.hasZeros(conv)
                ? SparsePointwiseConv.of(spec, conv.weight())
                : Optional.empty();
    }

    /**
     * The steps of the plan that {@link #compile} makes, each with kernels of another provider that compute the same.
     *
     * @param optimized folded and fused as wanted
     * @param options   input size, threads and tuning
     * @param reference whose kernels to compare with
     * @return the steps in order
     * @throws IllegalArgumentException when the graph can't be run at this size
     */
    public List<StepKernels> withReference(Graph optimized, CompileOptions options, KernelProvider reference) {
        KernelStore store = new KernelStore(Long.MAX_VALUE);
        return new PlanMaker(kernels, store, atSize(optimized, store, options), options)
                .withReference(withTensors(reference));
    }

    @Override
    public Executable compile(Graph optimized, CompileOptions options) {
        if (options.precision() != Precision.SINGLE) {
            throw new UnsupportedOperationException("the device " + name + " computes in single precision only; "
                    + options.precision() + " precision is for GPUs that have it, such as --device tornado");
        }
        CpuPlan plan = plan(optimized, options, new KernelStore(Long.MAX_VALUE));
        try {
            return new CpuExecutable(kernels, plan, options.threads(), options.activationBytes().isEmpty());
        } catch (IllegalArgumentException e) {
            throw LoweredOp.sizeRefused(options.height(), options.width(), e.getMessage(), e);
        }
    }

    /**
     * The plan of a graph.
     *
     * @param store has kernels with weights that are packed already, and is given those that are not
     */
    CpuPlan plan(Graph optimized, CompileOptions options, KernelStore store) {
        Graph graph = atSize(optimized, store, options);
        try {
            return new PlanMaker(kernels, store, graph, options).plan();
        } catch (IllegalArgumentException e) {
            throw LoweredOp.sizeRefused(options.height(), options.width(), e.getMessage(), e);
        }
    }

    /**
     * Runs graphs that are made anew for each run, by threads and buffers of its own.
     *
     * @param threads the caller's included, at least 1
     * @param store   keeps packed weights; several runners may have one
     * @return to be closed by the caller
     */
    public GraphRunner runner(int threads, KernelStore store) {
        return new CpuRunner(this, kernels, threads, store);
    }
}
