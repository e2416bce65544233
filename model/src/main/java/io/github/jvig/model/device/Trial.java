package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Kernels that run one after another on maps of their own, to be timed: one value after the other in one array, as in a plan. */
final class Trial implements WorkerTeam.Work, AutoCloseable {
    private final List<Kernel> kernels;
    private final Operands[] operands;
    private final float[] arena;
    private final int scratchAt;
    private final int scratch;
    private final WorkerTeam.Program program;
    private final WorkerTeam team;

    Trial(List<Kernel> kernels, int threads) {
        this.kernels = kernels;
        int at = CpuPlan.ALIGNING;
        int[] start = new int[kernels.size() + 2];
        for (int i = 0; i <= kernels.size(); i++) {
            FeatureMap map = i == 0 ? kernels.getFirst().spec().in() : kernels.get(i - 1).spec().out();
            start[i] = at;
            at = Math.addExact(at, map.length());
        }
        int secondAt = at;
        scratchAt = Math.addExact(secondAt, kernels.stream()
                .mapToInt(k -> k.spec().second().map(FeatureMap::length).orElse(0)).max().orElseThrow());
        scratch = FeatureMap.padded(kernels.stream().mapToInt(Kernel::scratch).max().orElseThrow());
        arena = new float[Math.addExact(scratchAt, Math.multiplyExact(threads, scratch))];
        operands = new Operands[kernels.size()];
        int[] parts = new int[kernels.size()];
        int[] least = new int[kernels.size()];
        for (int i = 0; i < operands.length; i++) {
            Kernel kernel = kernels.get(i);
            operands[i] = new Operands(arena, start[i], arena, secondAt, arena, start[i + 1]).check(kernel.spec());
            parts[i] = kernel.units();
            least[i] = WorkerTeam.leastClaim(kernel, threads);
        }
        program = new WorkerTeam.Program(parts, least);
        team = new WorkerTeam(threads);
    }

    @Override
    public void run(int step, int from, int to, int worker) {
        kernels.get(step).run(operands[step], arena, scratchAt + worker * scratch, from, to);
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
}
