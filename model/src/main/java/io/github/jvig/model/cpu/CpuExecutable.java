package io.github.jvig.model.cpu;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A plan with its buffers and threads. Every run takes a workspace from a small pool; the run that gets the worker team spreads its
 * work, others that come meanwhile work alone. As many images of a batch as all threads can share evenly are run side by side, each by one
 * thread in a workspace of its own; the rest go one after another, each step spread over the threads. All give the same bits.
 *
 * <p>A run that throws, whatever it throws and wherever, leaves nothing to later runs: its workspace is dropped, and its crew is replaced.
 */
final class CpuExecutable implements Executable {
    /** Workspaces kept for later runs; more runs at a time make and drop theirs. */
    private static final int POOLED = 8;

    private final KernelProvider kernels;
    private final CpuPlan plan;
    private final CpuPlan.Layout layout;
    private final int threads;
    /** Whether images of a batch may be run side by side, each in buffers of its own. */
    private final boolean mayRunSideBySide;
    private final List<MapLayout> outputs;
    private final AtomicReferenceArray<Workspace> pool;
    private volatile Crew crew;
    /** Bringing an image in, then the stages. */
    private final WorkerTeam.Program oneImage;
    private volatile boolean closed;

    /** @param kernels bring images in */
    CpuExecutable(KernelProvider kernels, CpuPlan plan, int threads, boolean mayRunSideBySide) {
        this.kernels = kernels;
        this.plan = plan;
        this.layout = plan.layout(threads);
        this.mayRunSideBySide = mayRunSideBySide;
        this.threads = threads;
        this.outputs = Arrays.stream(plan.outputs()).mapToObj(plan::shape).toList();
        if (workspaceBytes() > Runtime.getRuntime().maxMemory()) {
            throw new IllegalArgumentException("its buffers take " + (workspaceBytes() >> 20)
                    + " MiB, more than this JVM may have (" + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB); raise -Xmx");
        }
        pool = new AtomicReferenceArray<>(POOLED);
        pool.set(0, workspace(layout));
        this.oneImage = Workspace.program(plan, threads);
        this.crew = new Crew();
    }

    /** The team, and several images at a time by it, whole images as parts. Belongs to the run that has the team. */
    private final class Crew implements WorkerTeam.TeamTask {
        private final Workspace[] workspaces = new Workspace[threads];
        private WorkerTeam.Program program = new WorkerTeam.Program(new int[]{0}, new int[]{1});
        private float[] images;
        private float[][] results;
        /** Whether a run threw that had the team. */
        private volatile boolean broken;
        /** The last field: where anything throws behind it, the team's threads would stay. */
        private final WorkerTeam team = new WorkerTeam(threads);

        /** @param callers the workspace of the caller */
        void run(float[] nchw, int count, float[][] outputs, Workspace callers) {
            if (program.parts()[0] != count) {
                program = new WorkerTeam.Program(new int[]{count}, new int[]{1});
            }
            images = nchw;
            results = outputs;
            workspaces[0] = callers;
            try {
                team.run(program, this, null);
            } finally {
                images = null;
                results = null;
                workspaces[0] = null;
            }
        }

        void clear() {
            Arrays.fill(workspaces, null);
        }

        @Override
        public void run(int step, int from, int to, int worker) {
            if (workspaces[worker] == null) {
                workspaces[worker] = workspace(plan.layout(1));
            }
            for (int i = from; i < to; i++) {
                workspaces[worker].runAlone(images, i, results);
            }
        }
    }

    @Override
    public MapLayout input() {
        return plan.input();
    }

    @Override
    public List<MapLayout> outputs() {
        return outputs;
    }

    @Override
    public List<PlanStep> steps() {
        return layout.steps();
    }

    @Override
    public long workspaceBytes() {
        return (long) Float.BYTES * layout.length();
    }

    @Override
    public void run(float[] nchw, int batch, float[][] results) {
        check(nchw, batch);
        Crew mine = crew();
        Workspace workspace = take();
        boolean together = mine.team.tryEnter();
        boolean finished = false;
        try {
            int done = 0;
            if (together && mayRunSideBySide && batch >= threads && batch <= WorkerTeam.MAX_PARTS) {
                done = batch - batch % threads;
                mine.run(nchw, done, results, workspace);
            }
            for (; done < batch; done++) {
                if (together) {
                    workspace.runTogether(mine.team, oneImage, nchw, done, results);
                } else {
                    workspace.runAlone(nchw, done, results);
                }
            }
            end(mine, together, workspace);
            finished = true;
        } finally {
            if (together && !finished) {
                // Nothing is called before this: there may be no room on the stack for a call.
                mine.broken = true;
                retire(mine);
            }
        }
    }

    @Override
    public long[] profile(float[] nchw) {
        check(nchw, 1);
        Crew mine = crew();
        Workspace workspace = take();
        workspace.setImage(nchw, 0);
        long[] nanos = new long[oneImage.steps()];
        boolean together = mine.team.tryEnter();
        boolean finished = false;
        try {
            if (together) {
                mine.team.run(oneImage, workspace, nanos);
            } else {
                profileAlone(workspace, nanos);
            }
            end(mine, together, workspace);
            finished = true;
        } finally {
            if (together && !finished) {
                mine.broken = true;
                retire(mine);
            }
        }
        return Arrays.copyOfRange(nanos, 1, nanos.length);
    }

    private void profileAlone(Workspace workspace, long[] nanos) {
        for (int step = 0; step < nanos.length; step++) {
            long start = System.nanoTime();
            workspace.run(step, 0, step == 0 ? plan.input().height() : plan.stages().get(step - 1).kernel().units(), 0);
            nanos[step] = System.nanoTime() - start;
        }
    }

    /** Gives back what a run took, when it did not throw. */
    private void end(Crew mine, boolean together, Workspace workspace) {
        if (together) {
            if (closed) {
                mine.clear();
            }
            mine.team.leave();
        }
        give(workspace);
    }

    /** The crew for a run, a new one where the last one is broken. */
    private Crew crew() {
        Crew current = crew;
        return current.broken ? replace() : current;
    }

    private synchronized Crew replace() {
        if (crew.broken && !closed) {
            // Its helpers may be about to write results to arrays that the caller uses again.
            crew.team.retire();
            crew = new Crew();
        }
        return crew;
    }

    /** Waits for the helpers of a broken crew, so that none writes to the caller's arrays after the run. */
    private static void retire(Crew broken) {
        try {
            broken.team.retire();
        } catch (StackOverflowError | OutOfMemoryError e) {
            // The run throws already. The next one waits instead.
        }
    }

    private int imageLength() {
        return plan.input().pixels() * plan.input().channels();
    }

    private void check(float[] nchw, int batch) {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        if (batch < 1 || nchw.length != (long) batch * imageLength()) {
            throw new IllegalArgumentException("a batch of " + batch + " images takes " + (long) batch * imageLength()
                    + " floats (" + batch + "x" + plan.input().channels() + "x" + plan.input().height() + "x"
                    + plan.input().width() + "), not " + nchw.length);
        }
    }

    private Workspace workspace(CpuPlan.Layout of) {
        return new Workspace(kernels, plan, of, AlignedFloats.allocate(of.length()));
    }

    private Workspace take() {
        for (int i = 0; i < pool.length(); i++) {
            Workspace workspace = pool.getAndSet(i, null);
            if (workspace != null) {
                return workspace;
            }
        }
        return workspace(layout);
    }

    private void give(Workspace workspace) {
        workspace.setImage(null, 0);
        for (int i = 0; i < pool.length() && !closed; i++) {
            if (pool.compareAndSet(i, null, workspace)) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        closeCrew();
        for (int i = 0; i < pool.length(); i++) {
            pool.set(i, null);
        }
    }

    private synchronized void closeCrew() {
        WorkerTeam team = crew.team;
        team.close();
        if (team.tryEnter()) {
            crew.clear();
            team.leave();
        }
    }
}
