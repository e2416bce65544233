package io.github.jvig.model.cpu;

import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelCandidate;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.tuning.TuningFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Picks the kernels of a group of operations: for each operation one of the rows that can compute it, and for a group of several whether
 * they run one after another or as one fused chain. By the table and the caches' sizes, or by timing where a tuning file is given.
 */
final class KernelChoice {
    /**
     * A kernel with the operations that it computes.
     *
     * @param reason why this one, and which others there were
     */
    record Picked(List<LoweredOp> ops, Kernel kernel, String reason) {
        long parameters() {
            return ops.stream().mapToLong(op -> op.node().parameters()).sum();
        }
    }

    /** Numbers of rows per strip that are tried. */
    private static final int[] STRIPS = {1, 2, 4, 7, 14};
    /** Share of the second-level cache that intermediate rows of a chain may take, beside the weights. */
    private static final double NEAR_SHARE = 25.0 / 64;
    /**
     * Size of an intermediate result, in second-level caches, from which on a chain pays: the result falls out of that cache. Measured with
     * 1 MB of it: a result of 2.2 MB gains 3.5 %, of 1.0 MB 1.5 %, of 0.5 MB 1 %.
     */
    private static final double FAR_CACHES = 1.5;
    /**
     * Larger second-level caches count as this large: with 2 MB a result of 2.2 MB still gains 3 % (Xeon, one thread), and strips that fill the
     * larger cache gain nothing over shorter ones.
     */
    private static final long MAX_L2_BYTES = 1 << 20;
    /** Share of its rows that a chain may compute twice, because another thread computes them too. */
    private static final double MAX_RECOMPUTED = 0.04;

    private final KernelProvider kernels;
    private final int threads;
    private final TuningFile tuning;
    private final long nearBytes;
    private final long farBytes;

    KernelChoice(KernelProvider kernels, CompileOptions options) {
        this.kernels = kernels;
        this.threads = options.threads();
        this.tuning = options.tuning().map(file -> TuningFile.read(file, kernels.name(), threads)).orElse(null);
        long l2 = Math.min(kernels.table().machine().caches().l2(), MAX_L2_BYTES);
        this.nearBytes = (long) (NEAR_SHARE * l2);
        this.farBytes = (long) (FAR_CACHES * l2);
    }

    /** Kernels for a group, in the order in which they run. */
    List<Picked> pick(List<LoweredOp> group) {
        List<Picked> separate = group.stream().map(this::single).toList();
        List<RowKernel> stages = separate.stream().map(Picked::kernel)
                .filter(kernel -> kernel instanceof RowKernel rows && rows.supportsRowRanges())
                .map(RowKernel.class::cast).toList();
        if (group.size() == 1 || stages.size() < group.size()) {
            return separate;
        }
        return tuning == null ? byTable(group, separate, stages) : byTime(group, separate, stages);
    }

    /** Writes what was timed, if there is a tuning file. */
    void save() {
        if (tuning != null) {
            tuning.save();
        }
    }

    private Picked single(LoweredOp op) {
        List<KernelCandidate<Kernel>> candidates = kernels.candidates(op.spec(), op.weights(), op.biases());
        KernelCandidate<Kernel> first = candidates.getFirst();
        if (tuning == null || candidates.size() == 1) {
            return new Picked(List.of(op), first.kernel().get(), reason(candidates));
        }
        Map<String, List<Kernel>> named = new LinkedHashMap<>();
        candidates.forEach(c -> named.put(c.name(), List.of(c.kernel().get())));
        TuningFile.Timed best = tuning.best(op.spec().toString(), named.keySet(),
                () -> KernelTimer.medians(named, threads));
        return new Picked(List.of(op), named.get(best.name()).getFirst(), best.reason());
    }

    /** The condition of the row that was taken, and the rows that were not. */
    private static String reason(List<KernelCandidate<Kernel>> candidates) {
        if (candidates.size() == 1) {
            return "the only row";
        }
        String condition = candidates.getFirst().row().condition();
        return "by the table" + (condition.isEmpty() ? "" : " (" + condition + ")") + "; not "
                + candidates.stream().skip(1).map(KernelCandidate::name).collect(Collectors.joining(", "));
    }

    private List<Picked> byTable(List<LoweredOp> group, List<Picked> separate, List<RowKernel> stages) {
        long largest = largestIntermediateBytes(stages);
        int rowsPerStrip = rowsPerStrip(stages);
        double recomputed = (threads - 1.0) * halo(stages) / stages.getLast().spec().out().height();
        if (largest < farBytes || rowsPerStrip == 0 || recomputed > MAX_RECOMPUTED) {
            return separate;
        }
        String reason = String.format(Locale.ROOT, "a chain: %.1f MB between the stages; not one after another",
                largest / 1e6);
        return List.of(new Picked(group, KernelProvider.chain(List.copyOf(stages), rowsPerStrip), reason));
    }

    private List<Picked> byTime(List<LoweredOp> group, List<Picked> separate, List<RowKernel> stages) {
        Map<String, List<Kernel>> named = new LinkedHashMap<>();
        named.put("one after another", List.copyOf(stages));
        for (int rows : STRIPS) {
            if (rows <= stages.getLast().spec().out().height()) {
                named.put("strips of " + rows, List.of(KernelProvider.chain(List.copyOf(stages), rows)));
            }
        }
        TuningFile.Timed best = tuning.best(new FusedChain(stages.stream().map(RowKernel::spec).toList()).toString(),
                named.keySet(), () -> KernelTimer.medians(named, threads));
        List<Kernel> winner = named.get(best.name());
        if (winner.size() > 1) {
            return separate.stream()
                    .map(p -> new Picked(p.ops(), p.kernel(), p.reason() + "; as a block " + best.reason())).toList();
        }
        return List.of(new Picked(group, winner.getFirst(), best.reason()));
    }

    /** Bytes of the largest result between the stages. */
    private static long largestIntermediateBytes(List<RowKernel> stages) {
        return stages.stream().limit(stages.size() - 1).mapToLong(k -> k.spec().out().length()).max().orElse(0)
                * Float.BYTES;
    }

    /** The largest of {@link #STRIPS} whose intermediate results stay near; 0 when even the smallest does not. */
    private int rowsPerStrip(List<RowKernel> stages) {
        int max = 0;
        for (int rows : STRIPS) {
            if ((long) Float.BYTES * KernelProvider.chain(List.copyOf(stages), rows).scratch() <= nearBytes) {
                max = rows;
            }
        }
        return max;
    }

    /** Rows of the first stage's result that two neighboring strips both need. */
    private static int halo(List<RowKernel> stages) {
        int height = stages.getLast().spec().out().height();
        int top = height / 2;
        int bottom = top;
        for (RowKernel stage : stages.reversed().subList(0, stages.size() - 1)) {
            top = stage.spec().firstInputRow(top);
            bottom = stage.spec().lastInputRow(bottom);
        }
        return bottom - top;
    }
}
