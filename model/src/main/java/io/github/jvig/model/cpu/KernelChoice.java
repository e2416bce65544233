package io.github.jvig.model.cpu;

import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelCandidate;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.tuning.TuningFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Picks the kernels of a group of layers: for each layer one of those that can compute it, and for a group of several whether they run
 * one after another or as one chain. By the tables, or by timing where a tuning file is given.
 */
final class KernelChoice {
    /**
     * A kernel with the layers that it computes.
     *
     * @param reason why this one, and which others there were
     */
    record Picked(List<LoweredOp> layers, Kernel kernel, String reason) {
        long parameters() {
            return layers.stream().mapToLong(l -> l.node().parameters()).sum();
        }
    }

    /** Rows of a strip that are tried. */
    private static final int[] STRIPS = {1, 2, 4, 7, 14};
    /** Bytes of intermediate rows that stay in a second-level cache beside the weights. */
    private static final int NEAR = 400 << 10;
    /**
     * Bytes of an intermediate result from which on it is worth a chain: it falls out of a second-level cache. Seen: 2.2 MB gain 3.5 %,
     * 1.0 MB 1.5 %, 0.5 MB 1 %.
     */
    private static final int FAR = 3 << 19;
    /** Share of its rows that a chain may make twice, because another thread makes them too. */
    private static final double MADE_TWICE = 0.04;

    private final KernelProvider kernels;
    private final int threads;
    private final TuningFile tuning;

    KernelChoice(KernelProvider kernels, CompileOptions options) {
        this.kernels = kernels;
        this.threads = options.threads();
        this.tuning = options.tuning().map(file -> TuningFile.read(file, kernels.name(), threads)).orElse(null);
    }

    /** Kernels for a group, in the order in which they run. */
    List<Picked> pick(List<LoweredOp> group) {
        List<Picked> separate = new ArrayList<>();
        for (LoweredOp layer : group) {
            separate.add(single(layer));
        }
        List<Kernel> stages = separate.stream().map(Picked::kernel).toList();
        if (stages.size() == 1
                || !stages.stream().allMatch(k -> k instanceof RowKernel rows && rows.supportsRowRanges())) {
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

    private Picked single(LoweredOp layer) {
        List<KernelCandidate> candidates = layer.candidates(kernels);
        if (tuning == null || candidates.size() == 1) {
            String others = candidates.stream().skip(1).map(KernelCandidate::name).collect(Collectors.joining(", "));
            return new Picked(List.of(layer), candidates.getFirst().kernel().get(),
                    others.isEmpty() ? "the only one" : "by the table; not " + others);
        }
        Map<String, List<Kernel>> named = new LinkedHashMap<>();
        candidates.forEach(c -> named.put(c.name(), List.of(c.kernel().get())));
        TuningFile.Timed best = tuning.best(layer.spec().toString(), named.keySet(),
                () -> KernelTimer.medians(named, threads));
        return new Picked(List.of(layer), named.get(best.name()).getFirst(), best.reason());
    }

    private List<Picked> byTable(List<LoweredOp> group, List<Picked> separate, List<Kernel> stages) {
        int far = farthest(stages);
        int strip = strip(stages);
        double twice = (threads - 1.0) * halo(stages) / stages.getLast().spec().out().height();
        if (far < FAR || strip == 0 || twice > MADE_TWICE) {
            return separate;
        }
        String reason = String.format(Locale.ROOT, "a chain: %.1f MB between the stages; not one after another",
                far / 1e6);
        return List.of(new Picked(group, KernelProvider.chain(stages, strip), reason));
    }

    private List<Picked> byTime(List<LoweredOp> group, List<Picked> separate, List<Kernel> stages) {
        Map<String, List<Kernel>> named = new LinkedHashMap<>();
        named.put("one after another", stages);
        for (int strip : STRIPS) {
            if (strip <= stages.getLast().spec().out().height()) {
                named.put("strips of " + strip, List.of(KernelProvider.chain(stages, strip)));
            }
        }
        TuningFile.Timed best = tuning.best(new FusedChain(stages.stream().map(Kernel::spec).toList()).toString(),
                named.keySet(),
                () -> KernelTimer.medians(named, threads));
        List<Kernel> winner = named.get(best.name());
        if (winner == stages) {
            return separate.stream()
                    .map(p -> new Picked(p.layers(), p.kernel(), p.reason() + "; as a block " + best.reason()))
                    .toList();
        }
        return List.of(new Picked(group, winner.getFirst(), best.reason()));
    }

    /** Bytes of the largest result between the stages. */
    private static int farthest(List<Kernel> stages) {
        return stages.stream().limit(stages.size() - 1).map(k -> k.spec().out()).mapToInt(MapLayout::length).max()
                .orElse(0)
                * Float.BYTES;
    }

    /** The most rows of {@link #STRIPS} whose intermediate results stay near; 0 when even the fewest do not. */
    private static int strip(List<Kernel> stages) {
        int most = 0;
        for (int strip : STRIPS) {
            if (KernelProvider.chain(stages, strip).scratch() <= NEAR / Float.BYTES) {
                most = strip;
            }
        }
        return most;
    }

    /** Rows that two neighboring strips both need of the first stage. */
    private static int halo(List<Kernel> stages) {
        int height = stages.getLast().spec().out().height();
        int top = height / 2;
        int bottom = top;
        for (Kernel stage : stages.reversed().subList(0, stages.size() - 1)) {
            top = stage.spec().firstInputRow(top);
            bottom = stage.spec().lastInputRow(bottom);
        }
        return bottom - top;
    }
}
