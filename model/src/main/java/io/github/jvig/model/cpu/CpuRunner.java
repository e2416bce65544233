package io.github.jvig.model.cpu;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.graph.Graph;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Plans that are run once each, with packed weights, threads and buffers from run to run. The run that gets the worker team spreads its work,
 * others that come meanwhile work alone, as those of a {@link CpuExecutable} do.
 */
final class CpuRunner implements GraphRunner {
    /** Buffers kept for later runs; more runs at a time make and drop theirs. */
    private static final int POOLED = 8;
    /** A new buffer is longer than asked for by this part, since the next run may find a little more. */
    private static final int SPARE = 8;

    /** A place for the buffers of a run, and its floats. */
    private record Arena(AlignedFloats place, int length) {}

    private final CpuDevice device;
    private final KernelProvider kernels;
    private final KernelStore store;
    private final int threads;
    private final AtomicReferenceArray<Arena> arenas = new AtomicReferenceArray<>(POOLED);
    /** Made by the first run; null where the last run that had it threw. */
    private WorkerTeam team;
    private volatile boolean closed;

    CpuRunner(CpuDevice device, KernelProvider kernels, int threads, KernelStore store) {
        this.device = device;
        this.kernels = kernels;
        this.threads = threads;
        this.store = store;
    }

    @Override
    public void run(Graph graph, int height, int width, float[] input, float[][] results) {
        CpuPlan plan = device.plan(graph, CompileOptions.of(height, width, threads), store);
        CpuPlan.Layout layout = plan.layout(threads);
        WorkerTeam mine = team();
        Arena arena = take(layout.length());
        Workspace workspace = new Workspace(kernels, plan, layout, arena.place());
        if (mine.tryEnter()) {
            boolean finished = false;
            try {
                workspace.runTogether(mine, Workspace.program(plan, threads), input, 0, results);
                finished = true;
            } finally {
                if (finished) {
                    mine.leave();
                } else {
                    retire(mine);
                }
            }
        } else {
            workspace.runAlone(input, 0, results);
        }
        give(arena);
    }

    private synchronized WorkerTeam team() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        if (team == null) {
            team = new WorkerTeam(threads);
        }
        return team;
    }

    /** Its helpers may be about to write to buffers that are used again. */
    private synchronized void retire(WorkerTeam broken) {
        if (team == broken) {
            team = null;
        }
        broken.retire();
    }

    private Arena take(int length) {
        for (int i = 0; i < arenas.length(); i++) {
            Arena arena = arenas.getAndSet(i, null);
            if (arena != null && arena.length >= length) {
                return arena;
            }
        }
        int spared = (int) Math.min(MapLayout.MAX_LENGTH, (long) length + length / SPARE);
        return new Arena(AlignedFloats.allocate(spared), spared);
    }

    private void give(Arena arena) {
        for (int i = 0; i < arenas.length() && !closed; i++) {
            if (arenas.compareAndSet(i, null, arena)) {
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (team != null) {
            team.close();
        }
        for (int i = 0; i < arenas.length(); i++) {
            arenas.set(i, null);
        }
    }
}
