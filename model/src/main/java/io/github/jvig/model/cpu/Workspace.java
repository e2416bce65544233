package io.github.jvig.model.cpu;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;

/** The buffers of one run of a plan. Step 0 brings the image in; step {@code i + 1} is stage {@code i}. */
final class Workspace implements WorkerTeam.TeamTask {
    private final KernelProvider kernels;
    private final CpuPlan plan;
    private final CpuPlan.Layout layout;
    private final AlignedFloats arena;
    private final Operands[] operands;
    private final int imageLength;
    private float[] image;
    private int imageOffset;

    /**
     * @param kernels bring images in
     * @param layout  of the plan, for those who may share it
     * @param arena   of the length of the layout or more; what it holds is arbitrary
     */
    Workspace(KernelProvider kernels, CpuPlan plan, CpuPlan.Layout layout, AlignedFloats arena) {
        this.kernels = kernels;
        this.plan = plan;
        this.layout = layout;
        this.arena = arena;
        imageLength = plan.input().pixels() * plan.input().channels();
        operands = layout.operands(arena);
    }

    /** The steps of one image. */
    static WorkerTeam.Program program(CpuPlan plan, int threads) {
        int[] parts = new int[plan.stages().size() + 1];
        int[] minClaims = new int[parts.length];
        parts[0] = plan.input().height();
        minClaims[0] = 1;
        for (int i = 1; i < parts.length; i++) {
            Kernel kernel = plan.stages().get(i - 1).kernel();
            parts[i] = kernel.units();
            minClaims[i] = WorkerTeam.minClaim(kernel, threads);
        }
        return new WorkerTeam.Program(parts, minClaims);
    }

    @Override
    public void run(int step, int from, int to, int worker) {
        if (step == 0) {
            kernels.fromPlanes(plan.input(), image, imageOffset, arena.array(), arena.offset() + layout.offset(0), from,
                    to);
        } else {
            plan.stages().get(step - 1).kernel().run(operands[step - 1], arena.array(),
                    arena.offset() + layout.scratchOffset(step - 1, worker), from, to);
        }
    }

    /** Sets the image that is run next; null for none, so that it is not kept. */
    void setImage(float[] nchw, int number) {
        image = nchw;
        imageOffset = number * imageLength;
    }

    void runAlone(float[] nchw, int number, float[][] results) {
        setImage(nchw, number);
        run(0, 0, plan.input().height(), 0);
        for (int i = 0; i < operands.length; i++) {
            run(i + 1, 0, plan.stages().get(i).kernel().units(), 0);
        }
        setImage(null, 0);
        giveResults(number, results);
    }

    /** The same by a team. */
    void runTogether(WorkerTeam team, WorkerTeam.Program program, float[] nchw, int number, float[][] results) {
        setImage(nchw, number);
        team.run(program, this, null);
        setImage(null, 0);
        giveResults(number, results);
    }

    private void giveResults(int number, float[][] results) {
        for (int o = 0; o < results.length; o++) {
            int value = plan.outputs()[o];
            MapLayout map = plan.shape(value);
            map.toPlanes(arena.array(), arena.offset() + layout.offset(value), results[o],
                    number * map.pixels() * map.channels());
        }
    }
}
