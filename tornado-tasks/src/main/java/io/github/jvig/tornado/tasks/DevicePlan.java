package io.github.jvig.tornado.tasks;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** Runs task graphs: what JViG uses of TornadoVM's execution plans, so that tests can count it. */
interface DevicePlan extends AutoCloseable {
    /** Makes plans. */
    interface Factory {
        /**
         * A plan.
         *
         * @param grids     the grids of the tasks that have one; empty if none has
         * @param cudaGraph whether the launches of a task graph become one CUDA graph, which is captured in the first run and replayed from
         *                  then on
         */
        DevicePlan of(ImmutableTaskGraph[] graphs, TornadoDevice device, GridScheduler grids, boolean cudaGraph);
    }

    /** Runs a task graph. */
    void execute(int graph);

    /** Runs a task graph, and returns the log of TornadoVM's profiler. */
    String profile(int graph);

    /** Frees the memory of the device and closes the plan, which is closed even if freeing fails. */
    @Override
    void close();

    /** A plan of TornadoVM. */
    static DevicePlan of(ImmutableTaskGraph[] graphs, TornadoDevice device, GridScheduler grids, boolean cudaGraph) {
        TornadoExecutionPlan plan = new TornadoExecutionPlan(graphs);
        plan.withDevice(device);
        // A scheduler without grids must not be set: TornadoVM would ask it for the grid of every task.
        if (!grids.keySet().isEmpty()) {
            plan.withGridScheduler(grids);
        }
        if (cudaGraph) {
            plan.withCUDAGraph();
        }
        return new DevicePlan() {
            @Override
            public void execute(int graph) {
                plan.withGraph(graph).execute();
            }

            @Override
            public String profile(int graph) {
                plan.withProfiler(ProfilerMode.SILENT);
                try {
                    return plan.withGraph(graph).execute().getProfilerResult().getProfileLog();
                } finally {
                    plan.withoutProfiler();
                }
            }

            @Override
            public void close() {
                try (plan) {
                    plan.freeDeviceMemory();
                } catch (TornadoExecutionPlanException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
