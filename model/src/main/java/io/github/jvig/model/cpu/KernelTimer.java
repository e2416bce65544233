package io.github.jvig.model.cpu;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.model.jvm.CompilerWatch;
import io.github.jvig.model.jvm.JvmCounters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kernels that run one after another on maps of their own, to be timed: one value after the other in one array, as in a plan. */
final class KernelTimer implements WorkerTeam.TeamTask, AutoCloseable {
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 2_000_000;
    private static final long WARM_UP_NANOS = 300_000_000;
    /** For so long the warm-up of kernels that still make objects of their vectors goes on. */
    private static final long MAX_WARM_UP_NANOS = 5_000_000_000L;

    private final List<Kernel> kernels;
    private final Operands[] operands;
    private final AlignedFloats arena;
    private final int scratchOffset;
    private final int scratch;
    private final WorkerTeam.Program program;
    private final WorkerTeam team;

    KernelTimer(List<Kernel> kernels, int threads) {
        this.kernels = kernels;
        int at = 0;
        int[] start = new int[kernels.size() + 2];
        for (int i = 0; i <= kernels.size(); i++) {
            MapLayout map = i == 0 ? kernels.getFirst().spec().in() : kernels.get(i - 1).spec().out();
            start[i] = at;
            at = Math.addExact(at, map.length());
        }
        int in2Offset = at;
        scratchOffset = Math.addExact(in2Offset, kernels.stream()
                .flatMap(k -> k.spec().inputs().stream().skip(1)).mapToInt(MapLayout::length).max().orElse(0));
        scratch = MapLayout.padded(kernels.stream().mapToInt(Kernel::scratch).max().orElseThrow());
        arena = AlignedFloats.allocate(Math.addExact(scratchOffset, Math.multiplyExact(threads, scratch)));
        operands = new Operands[kernels.size()];
        int[] parts = new int[kernels.size()];
        int[] minClaims = new int[kernels.size()];
        for (int i = 0; i < operands.length; i++) {
            Kernel kernel = kernels.get(i);
            // All maps behind the first lie at one place: what they hold does not matter.
            List<Operands.Input> inputs = new ArrayList<>(Collections.nCopies(kernel.spec().inputs().size(),
                    input(in2Offset)));
            inputs.set(0, input(start[i]));
            operands[i] = Operands.of(inputs, arena.array(), arena.offset() + start[i + 1])
                    .check(kernel.spec());
            parts[i] = kernel.units();
            minClaims[i] = WorkerTeam.minClaim(kernel, threads);
        }
        program = new WorkerTeam.Program(parts, minClaims);
        team = new WorkerTeam(threads);
    }

    private Operands.Input input(int at) {
        return new Operands.Input(arena.array(), arena.offset() + at);
    }

    @Override
    public void run(int step, int from, int to, int worker) {
        kernels.get(step).run(operands[step], arena.array(), arena.offset() + scratchOffset + worker * scratch, from,
                to);
    }

    /**
     * Runs until the JIT compiler is done with the kernels, or for so long at most.
     *
     * @return bytes that the last run has allocated: many when the kernels are not compiled yet
     */
    private long warmUp(long maxNanos) {
        long start = System.nanoTime();
        long bytes;
        do {
            repeat(WARM_UP_NANOS);
            long before = JvmCounters.allocated();
            repeat(0);
            bytes = JvmCounters.allocated() - before;
        } while (bytes > CompilerWatch.MAX_ALLOCATION && System.nanoTime() - start < maxNanos);
        return bytes;
    }

    /** Runs for about so long; gives the mean nanoseconds of a run. */
    double repeat(long nanos) {
        long start = System.nanoTime();
        long now = start;
        int runs = 0;
        while (runs == 0 || now - start < nanos) {
            team.run(program, this, null);
            runs++;
            now = System.nanoTime();
        }
        return (double) (now - start) / runs;
    }

    @Override
    public void close() {
        team.close();
    }

    /**
     * What was measured.
     *
     * @param medians    microseconds by name
     * @param isCompiled whether all of it was machine code, else the times say nothing
     */
    record Times(Map<String, Double> medians, boolean isCompiled) {}

    /**
     * Median microseconds of each way to do the same, all of them in turn round by round, so that what disturbs one disturbs all.
     *
     * @param ways      kernels that run one after another, by name
     * @param isPatient whether to wait for a JIT compiler that is late; where one was waited for in vain, all would be
     */
    static Times medians(Map<String, List<Kernel>> ways, int threads, boolean isPatient) {
        List<KernelTimer> timers = new ArrayList<>();
        Map<String, Double> result = new TreeMap<>();
        try {
            ways.values().forEach(kernels -> timers.add(new KernelTimer(kernels, threads)));
            long bytes = 0;
            for (KernelTimer timer : timers) {
                bytes = Math.max(bytes,
                        timer.warmUp(isPatient && bytes <= CompilerWatch.MAX_ALLOCATION ? MAX_WARM_UP_NANOS : 0));
            }
            boolean isCompiled = bytes <= CompilerWatch.MAX_ALLOCATION;
            if (!isCompiled && isPatient) {
                CompilerWatch.warn(MAX_WARM_UP_NANOS / 1_000_000_000 + " s of tuning a layer", bytes);
            }
            double[][] times = new double[timers.size()][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < times.length; i++) {
                    times[i][round] = timers.get(i).repeat(ROUND_NANOS);
                }
            }
            int i = 0;
            for (String name : ways.keySet()) {
                Arrays.sort(times[i]);
                result.put(name, times[i++][ROUNDS / 2] / 1e3);
            }
            return new Times(result, isCompiled);
        } finally {
            timers.forEach(KernelTimer::close);
        }
    }
}
