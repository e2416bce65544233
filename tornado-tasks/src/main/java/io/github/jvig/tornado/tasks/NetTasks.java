package io.github.jvig.tornado.tasks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A net as task graphs on one device, for batches of up to so many images. Weights are sent once, maps stay on the device, images go in and
 * results come out. One run at a time.
 */
final class NetTasks implements AutoCloseable {
    /** Task graphs of 73 such tasks were seen to work and of 120 to overflow a buffer of TornadoVM's; so many are surely taken. */
    static final int TASKS_OF_A_GRAPH = 64;
    /** The number of a step in the name of its task. */
    static final Pattern STEP = Pattern.compile("\\.step(\\d+)");
    /** Task graphs of one JVM have names of their own. */
    private static final AtomicLong PLANS = new AtomicLong();

    private final NetLayout layout;
    private final int capacity;
    private final FloatArray images;
    private final FloatArray memory;
    private final FloatArray weights;
    private final FloatArray results;
    private final GridScheduler grids = new GridScheduler();
    /** Names of the tasks, with those of their graphs. */
    private final List<String> tasks = new ArrayList<>();
    /** Grid of each task that has one, and its work items for one image. */
    private final List<Grid> gridsOfTasks = new ArrayList<>();
    private final TornadoExecutionPlan plan;
    private final int graphs;
    private int batch;

    private record Grid(WorkerGrid2D grid, int items) {}

    /** Makes the plan; nothing is compiled before the first run. */
    NetTasks(NetLayout layout, int capacity, TornadoDevice device, int tasksOfAGraph) {
        this.layout = layout;
        this.capacity = capacity;
        this.images = new FloatArray(Math.multiplyExact(capacity, layout.input().length()));
        this.memory = new FloatArray(Math.multiplyExact(capacity, layout.image()));
        memory.init(0f);
        this.weights = FloatArray.fromArray(layout.weights());
        this.results = new FloatArray(
                Math.multiplyExact(capacity, layout.outputs().stream().mapToInt(NetLayout.Port::length).sum()));
        ImmutableTaskGraph[] snapshots = graphs(tasksOfAGraph).stream().map(TaskGraph::snapshot)
                .toArray(ImmutableTaskGraph[]::new);
        this.graphs = snapshots.length;
        this.plan = new TornadoExecutionPlan(snapshots);
        plan.withDevice(device);
        // With a scheduler TornadoVM asks it for the grid of every task.
        if (!gridsOfTasks.isEmpty()) {
            plan.withGridScheduler(grids);
        }
    }

    /** A task in the making: beside the memory it takes another array. */
    private record Pending(String id, KernelLaunch launch, FloatArray other, BufferOffsets offsets) {}

    private List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        NetLayout.Port in = layout.input();
        int image = layout.image();
        all.add(new Pending("in", layout.upload(), images,
                new BufferOffsets(image, 0, 0, -1, in.at(), in.map().stride(), 0)));
        for (int i = 0; i < layout.steps().size(); i++) {
            NetLayout.PlacedKernel step = layout.steps().get(i);
            all.add(new Pending("step" + i, step.launch(), weights, step.offsets()));
        }
        int at = 0;
        for (int i = 0; i < layout.outputs().size(); i++) {
            NetLayout.Port out = layout.outputs().get(i);
            all.add(new Pending("out" + i, layout.downloads().get(i), results,
                    new BufferOffsets(image, out.at(), out.map().stride(), -1, 0, 0, at)));
            at += capacity * out.length();
        }
        return all;
    }

    private List<TaskGraph> graphs(int tasksOfAGraph) {
        long number = PLANS.incrementAndGet();
        List<Pending> pending = pending();
        List<TaskGraph> result = new ArrayList<>();
        for (int from = 0; from < pending.size(); from += tasksOfAGraph) {
            int to = Math.min(pending.size(), from + tasksOfAGraph);
            String name = "jvig" + number + "g" + result.size();
            TaskGraph graph = new TaskGraph(name);
            if (from == 0) {
                graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, images);
                graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, memory, weights);
            } else {
                graph.consumeFromDevice(result.getLast().getTaskGraphName(), kept(from, pending.size()));
            }
            for (Pending task : pending.subList(from, to)) {
                tasks.add(name + "." + task.id());
                if (task.launch().hasGrid()) {
                    WorkerGrid2D grid = new WorkerGrid2D(task.launch().items(), capacity);
                    grid.setLocalWork(task.launch().group(), 1, 1);
                    grids.addWorkerGrid(tasks.getLast(), grid);
                    gridsOfTasks.add(new Grid(grid, task.launch().items()));
                }
                task.launch().task().addTo(graph, task.id(), new KernelContext(), memory, task.other(), task.offsets());
            }
            if (to < pending.size()) {
                graph.persistOnDevice(kept(to, pending.size()));
            } else {
                graph.transferToHost(DataTransferMode.EVERY_EXECUTION, results);
            }
            result.add(graph);
        }
        batch = capacity;
        return result;
    }

    /** What stays on the device between the task before {@code next} and that: results too, once a way out has written some. */
    private Object[] kept(int next, int tasks) {
        return next > tasks - layout.outputs().size()
                ? new Object[]{memory, weights, results}
                : new Object[]{memory, weights};
    }

    /** Images that go in at once. */
    int capacity() {
        return capacity;
    }

    /**
     * Runs some images.
     *
     * @param nchw  {@code [batch][channels][height][width]} from image {@code first} on
     * @param count images to run, at most the capacity
     * @param to    for each output {@code [batch][channels][height][width]}, written from image {@code first} on
     */
    void run(float[] nchw, int first, int count, float[][] to) {
        upload(nchw, first, count);
        for (int i = 0; i < graphs; i++) {
            plan.withGraph(i).execute();
        }
        int at = 0;
        for (int i = 0; i < to.length; i++) {
            int length = layout.outputs().get(i).length();
            MemorySegment.copy(results.getSegment(), ValueLayout.JAVA_FLOAT, (long) Float.BYTES * at, to[i],
                    first * length, count * length);
            at += capacity * length;
        }
    }

    private void upload(float[] nchw, int first, int count) {
        int length = layout.input().length();
        MemorySegment.copy(nchw, first * length, images.getSegment(), ValueLayout.JAVA_FLOAT, 0, count * length);
        if (count != batch) {
            for (Grid task : gridsOfTasks) {
                task.grid().setGlobalWork(task.items(), count, 1);
            }
            batch = count;
        }
    }

    /**
     * Runs one image and asks the device how long each kernel took, transfers apart.
     *
     * @return nanoseconds of the way in, of each step, and of the ways out
     */
    long[] profile(float[] nchw) {
        upload(nchw, 0, 1);
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            Map<String, Long> nanos = new HashMap<>();
            for (int i = 0; i < graphs; i++) {
                nanos.putAll(ProfileLog.kernelNanos(plan.withGraph(i).execute().getProfilerResult().getProfileLog()));
            }
            return tasks.stream().mapToLong(task -> nanos.get(task)).toArray();
        } finally {
            plan.withoutProfiler();
        }
    }

    @Override
    public void close() {
        try {
            plan.freeDeviceMemory();
            plan.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException(e);
        }
    }
}
