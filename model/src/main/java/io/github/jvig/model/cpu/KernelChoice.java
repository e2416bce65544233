package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelCandidate;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.tuning.TuningFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Picks the kernel of an operation: one of the rows that can compute it. By the table, or by timing where a tuning file is given; then it
 * times chains, too.
 */
final class KernelChoice {
    /**
     * A kernel with the operation that it computes.
     *
     * @param reason why this one, and which others there were
     */
    record Picked(LoweredOp op, Kernel kernel, String reason) {}

    /**
     * Whether a block is a chain.
     *
     * @param rowsPerStrip 0 where its operations run one after another
     * @param reason       the times
     */
    record TimedBlock(int rowsPerStrip, String reason) {}

    private static final String ONE_AFTER_ANOTHER = "one after another";
    private static final String STRIPS_OF = "strips of ";

    private final KernelProvider kernels;
    private final KernelStore store;
    private final int threads;
    private final TuningFile tuning;
    /** Whether all that was timed was machine code. */
    private boolean isCompiled = true;

    KernelChoice(KernelProvider kernels, KernelStore store, CompileOptions options) {
        this.kernels = kernels;
        this.store = store;
        this.threads = options.threads();
        this.tuning = options.tuning().map(file -> TuningFile.read(file, kernels.name(), threads)).orElse(null);
    }

    /** Whether kernels and chains are chosen by timing them. */
    boolean byTime() {
        return tuning != null;
    }

    /** Writes what was timed, if there is a tuning file. Times of kernels that the JIT compiler has not compiled are of no use later. */
    void save() {
        if (tuning != null && isCompiled) {
            tuning.save();
        }
    }

    /** The kernel of an operation that runs alone. */
    Picked single(LoweredOp op) {
        if (tuning == null) {
            // Without weights, which may have to be computed, until it is known that they have to be packed.
            List<KernelCandidate<Kernel>> rows = kernels.candidates(op.spec(), null, null);
            return new Picked(op, store.kernel(op, rows.getFirst().name(),
                    () -> kernels.kernel(op.spec(), op.weights(), op.biases())), reason(rows));
        }
        List<KernelCandidate<Kernel>> candidates = kernels.candidates(op.spec(), op.weights(), op.biases());
        if (candidates.size() == 1) {
            return new Picked(op, candidates.getFirst().kernel().get(), reason(candidates));
        }
        SequencedMap<String, List<Kernel>> named = new LinkedHashMap<>();
        candidates.forEach(c -> named.put(c.name(), List.of(c.kernel().get())));
        TuningFile.Timed best = tuning.best(op.spec().toString(), named.sequencedKeySet(),
                () -> medians(named));
        return new Picked(op, named.get(best.name()).getFirst(), best.reason());
    }

    private Map<String, Double> medians(Map<String, List<Kernel>> ways) {
        KernelTimer.Times times = KernelTimer.medians(ways, threads, isCompiled);
        isCompiled &= times.isCompiled();
        return times.medians();
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

    /**
     * The way in which a block is fastest.
     *
     * @param single       the kernels of its operations, to run one after another
     * @param stages       kernels of the same operations that work row by row
     * @param rowsPerStrip of the chain that the block is without timing; 0 for none
     */
    TimedBlock timed(List<Kernel> single, List<RowKernel> stages, List<Integer> seconds, int rowsPerStrip) {
        SequencedMap<String, List<Kernel>> named = new LinkedHashMap<>();
        if (rowsPerStrip > 0) {
            named.put(STRIPS_OF + rowsPerStrip, List.of(ChainRule.chain(stages, seconds, rowsPerStrip)));
        }
        named.put(ONE_AFTER_ANOTHER, single);
        for (int rows : ChainRule.STRIPS) {
            if (rows <= stages.getLast().spec().out().height()) {
                named.putIfAbsent(STRIPS_OF + rows, List.of(ChainRule.chain(stages, seconds, rows)));
            }
        }
        TuningFile.Timed best = tuning.best(ChainRule.spec(stages, seconds).toString(), named.sequencedKeySet(),
                () -> medians(named));
        int rows = best.name().equals(ONE_AFTER_ANOTHER)
                ? 0
                : Integer.parseInt(best.name().substring(STRIPS_OF.length()));
        return new TimedBlock(rows, best.reason());
    }
}
