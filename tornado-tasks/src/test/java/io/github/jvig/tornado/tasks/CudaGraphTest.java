package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Window;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** What a net asks of TornadoVM with and without CUDA graphs, counted by a plan that runs nothing. */
@Tag("no-device")
class CudaGraphTest {
    private static final int SIDE = 8;
    private static final int CAPACITY = 4;
    private static final Graph NET = SmallNets.single(Window.same(1));
    private static final NetLayout LAYOUT = new NetLayout(NET, SIDE, SIDE, new GpuKernels(Precision.SINGLE));

    /** Counts what it is asked for. */
    private static final class Counting implements DevicePlan {
        private final boolean cudaGraph;
        private final GridScheduler grids;
        private final int graphs;
        /** For each run the images of the grid of the upload. */
        private final List<Long> executed = new ArrayList<>();
        private int profiled;
        private int closed;

        Counting(ImmutableTaskGraph[] graphs, GridScheduler grids, boolean cudaGraph) {
            this.graphs = graphs.length;
            this.grids = grids;
            this.cudaGraph = cudaGraph;
        }

        @Override
        public void execute(int graph) {
            String upload = grids.keySet().stream().filter(name -> name.endsWith(".in")).findFirst().orElseThrow();
            executed.add(grids.get(upload).getGlobalWork()[1]);
        }

        @Override
        public String profile(int graph) {
            profiled++;
            return "{}";
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static NetTasks tasks(boolean cudaGraph, int maxTasks, List<Counting> plans) {
        return new NetTasks(LAYOUT, CAPACITY, null, maxTasks, cudaGraph,
                (ImmutableTaskGraph[] graphs, TornadoDevice device, GridScheduler grids, boolean graph) -> {
                    plans.add(new Counting(graphs, grids, graph));
                    return plans.getLast();
                });
    }

    private static void run(NetTasks tasks, int count) {
        tasks.run(new float[count * LAYOUT.input().length()], 0, count,
                new float[1][count * LAYOUT.outputs().getFirst().length()]);
    }

    @Test
    void aCudaGraphIsOneRunOfTheWholeCapacity() {
        List<Counting> plans = new ArrayList<>();
        NetTasks tasks = tasks(true, NetTasks.MAX_TASKS_PER_GRAPH, plans);
        run(tasks, 1);
        run(tasks, 3);
        run(tasks, CAPACITY);
        assertEquals(1, plans.size());
        assertTrue(plans.getFirst().cudaGraph);
        assertEquals(1, plans.getFirst().graphs);
        // The grids of the first run are replayed for good.
        assertEquals(List.of(4L, 4L, 4L), plans.getFirst().executed);
        assertEquals(0, plans.getFirst().profiled);
        tasks.close();
        assertEquals(1, plans.getFirst().closed);
    }

    @Test
    void withoutOneTheGridsFollowTheBatch() {
        List<Counting> plans = new ArrayList<>();
        NetTasks tasks = tasks(false, 2, plans);
        run(tasks, 1);
        run(tasks, 3);
        assertFalse(plans.getFirst().cudaGraph);
        assertEquals(2, plans.getFirst().graphs);
        assertEquals(List.of(1L, 1L, 3L, 3L), plans.getFirst().executed);
    }

    /** The kernels of a CUDA graph have no times, so another plan is profiled. */
    @Test
    void profilesComeFromAPlanOfTheirOwn() {
        List<Counting> plans = new ArrayList<>();
        NetTasks tasks = tasks(true, NetTasks.MAX_TASKS_PER_GRAPH, plans);
        run(tasks, 2);
        float[] images = new float[2 * LAYOUT.input().length()];
        // The plan that runs nothing has no times.
        assertThrows(IllegalStateException.class, () -> tasks.profile(images, 0, 2));
        assertThrows(IllegalStateException.class, () -> tasks.profile(images, 0, 2));
        assertEquals(2, plans.size());
        assertFalse(plans.get(1).cudaGraph);
        assertEquals(0, plans.get(0).profiled);
        assertEquals(2, plans.get(1).profiled);
        tasks.close();
        assertEquals(List.of(1, 1), plans.stream().map(plan -> plan.closed).toList());
    }
}
