package io.github.jvig.model.cpu;

import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.model.cpu.ChainPlanner.Segment;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Makes the plan of a graph: a kernel for each operation, chains where they gain, and where a bound asks for it as many more chains as it
 * takes for the activations to fit.
 */
final class PlanMaker {
    /** A plan whose buffers do not fit a bound is made again with a bound lower by this part of the smallest one, at least. */
    private static final int BOUND_STEPS = 64;
    /**
     * Operations of a block that is timed as a chain though the rule has none there: a stem or an expansion, a depthwise convolution and what follows.
     * Without a bound, nets whose blocks add nothing, such as MobileNetV1, would be one block.
     */
    private static final int MAX_TIMED_STAGES = 4;

    private final Graph graph;
    private final CompileOptions options;
    private final List<LoweredOp> ops;
    private final MapLayout input;
    private final KernelChoice choice;
    private final List<KernelChoice.Picked> singles;
    /** By operation, what timing has said about the block that it is in. */
    private final Map<Integer, String> blockTimes = new HashMap<>();
    /** The segments of the plan without a bound. */
    private final List<Segment> usual;
    private final FusionGroups groups;
    private final ChainPlanner planner;
    /** The segments of the plan that was made last. */
    private List<Segment> planned = List.of();

    /** @param store has kernels with weights that are packed already, and is given those that are not */
    PlanMaker(KernelProvider kernels, KernelStore store, Graph graph, CompileOptions options) {
        this.graph = graph;
        this.options = options;
        ops = SpacedMaps.in(graph, LoweredOp.of(graph, options.height(), options.width()).stream()
                .map(op -> CpuDevice.skippingZeros(op, store)).toList());
        input = LoweredOp.input(graph, options.height(), options.width());
        choice = new KernelChoice(kernels, store, options);
        singles = ops.stream().map(choice::single).toList();
        groups = new FusionGroups(graph, ops);
        ChainRule rule = new ChainRule(kernels.table().machine().caches().l2(), options.threads());
        planner = new ChainPlanner(graph, input, ops, groups, rule, options.threads(), i -> singles.get(i).kernel(),
                this::rows);
        usual = choice.byTime() ? fastestByTime() : planner.fastest();
        choice.save();
    }

    /** The kernel of an operation if it can compute rows by themselves. */
    private Optional<RowKernel> rows(int op) {
        return singles.get(op).kernel() instanceof RowKernel rows && rows.supportsRowRanges()
                ? Optional.of(rows)
                : Optional.empty();
    }

    /**
     * Makes the plan.
     *
     * @throws IllegalArgumentException when the activations can't fit the bound; the message has the smallest one that they do fit
     */
    CpuPlan plan() {
        CpuPlan plan = plan(usual);
        // How many bytes these are is a question that takes some time.
        return options.activationBytes().isEmpty() || bytes(plan) <= options.activationBytes().getAsLong()
                ? plan
                : within(options.activationBytes().getAsLong());
    }

    /** The fastest plan whose buffers fit. What is live at a time may fit where its buffers do not, as these have gaps; then with less live. */
    private CpuPlan within(long bound) {
        ChainPlanner.Bounded bounded = planner.bounded();
        long smallest = bounded.smallest();
        long floats = Math.max(smallest, bound / Float.BYTES);
        while (true) {
            CpuPlan plan = plan(bounded.within(floats));
            long bytes = bytes(plan);
            if (bytes <= bound) {
                return plan;
            }
            if (floats == smallest) {
                throw new IllegalArgumentException("its activations take at least " + bytes + " bytes with "
                        + options.threads() + (options.threads() == 1 ? " thread" : " threads")
                        + ", more than the bound of " + bound);
            }
            long step = Math.max((bytes - bound) / Float.BYTES, smallest / BOUND_STEPS + 1);
            floats = Math.max(smallest, floats - step);
        }
    }

    private long bytes(CpuPlan plan) {
        return (long) Float.BYTES * plan.layout(options.threads()).length();
    }

    /** Each block as a chain or not, whatever takes less time. The chains of the plan without timing are blocks, and short ones between them. */
    private List<Segment> fastestByTime() {
        List<Segment> segments = new ArrayList<>();
        NavigableMap<Integer, Segment> chains = new TreeMap<>();
        planner.fastest().stream().filter(Segment::isChain).forEach(chain -> chains.put(chain.from(), chain));
        int to;
        for (int from = 0; from < ops.size(); from = to) {
            Segment chain = chains.get(from);
            if (chain != null) {
                to = chain.to();
            } else {
                Integer next = chains.higherKey(from);
                int end = Math.min(groups.blockEnd(from), from + MAX_TIMED_STAGES);
                to = next == null ? end : Math.min(end, next);
            }
            segments.addAll(timed(from, to, chain == null ? 0 : chain.rowsPerStrip()));
        }
        return segments;
    }

    /** The operations of a block as a chain or by themselves. */
    private List<Segment> timed(int from, int to, int rowsPerStrip) {
        List<RowKernel> stages = IntStream.range(from, to).mapToObj(this::rows).flatMap(Optional::stream).toList();
        Optional<List<Integer>> seconds = groups.seconds(from, to);
        if (to - from > 1 && stages.size() == to - from && seconds.isPresent()) {
            List<Kernel> kernels = singles.subList(from, to).stream().map(KernelChoice.Picked::kernel).toList();
            KernelChoice.TimedBlock timed = choice.timed(kernels, stages, seconds.get(), rowsPerStrip);
            IntStream.range(from, to).forEach(i -> blockTimes.put(i, timed.reason()));
            if (timed.rowsPerStrip() > 0) {
                return List.of(new Segment(from, to, seconds.get(), timed.rowsPerStrip()));
            }
        }
        return IntStream.range(from, to).mapToObj(i -> new Segment(i, i + 1, List.of(), 0)).toList();
    }

    /** The kernels of the plan, each with those of another provider's table that compute the same one after another. */
    List<StepKernels> withReference(KernelProvider reference) {
        plan();
        List<StepKernels> steps = new ArrayList<>();
        for (Segment segment : planned) {
            List<LoweredOp> parts = ops.subList(segment.from(), segment.to());
            steps.add(new StepKernels(parts.getLast().node().name(), kernel(segment),
                    parts.stream().map(op -> reference.kernel(op.spec(), op.weights(), op.biases())).toList(),
                    segment.seconds()));
        }
        return steps;
    }

    private CpuPlan plan(List<Segment> segments) {
        planned = segments;
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        List<CpuPlan.Stage> stages = new ArrayList<>();
        for (Segment segment : segments) {
            List<Node> nodes = ops.subList(segment.from(), segment.to()).stream().map(LoweredOp::node).toList();
            List<Integer> inputs = new ArrayList<>();
            if (segment.isChain()) {
                inputs.add(values.get(nodes.getFirst().inputs().getFirst()));
                // All that read a map from outside read the same one.
                int reader = segment.seconds().indexOf(FusedChain.SECOND_INPUT);
                if (reader >= 0) {
                    inputs.add(values.get(nodes.get(reader).inputs().get(1)));
                }
            } else {
                nodes.getFirst().inputs().forEach(node -> inputs.add(values.get(node)));
            }
            long parameters = nodes.stream().mapToLong(Node::parameters).sum();
            stages.add(new CpuPlan.Stage(nodes.getLast().name(), kernel(segment), parameters, inputs, reason(segment)));
            values.put(nodes.getLast(), stages.size());
        }
        return new CpuPlan(input, stages, graph.outputs().stream().mapToInt(values::get).toArray());
    }

    private Kernel kernel(Segment segment) {
        return segment.isChain()
                ? ChainRule.chain(stages(segment), segment.seconds(), segment.rowsPerStrip())
                : singles.get(segment.from()).kernel();
    }

    private List<RowKernel> stages(Segment segment) {
        return IntStream.range(segment.from(), segment.to()).mapToObj(i -> rows(i).orElseThrow()).toList();
    }

    private String reason(Segment segment) {
        String times = blockTimes.get(segment.from());
        if (!segment.isChain()) {
            String reason = singles.get(segment.from()).reason();
            return times == null ? reason : reason + "; as a block " + times;
        }
        if (times != null) {
            return times;
        }
        List<RowKernel> stages = stages(segment);
        double megabytes = stages.stream().limit(stages.size() - 1).mapToLong(k -> k.spec().out().length()).max()
                .orElse(0) * Float.BYTES / 1e6;
        return String.format(Locale.ROOT, "a chain: %.1f MB between the stages%s; not one after another", megabytes,
                usual.contains(segment) ? "" : ", for the bound of the activations");
    }
}
