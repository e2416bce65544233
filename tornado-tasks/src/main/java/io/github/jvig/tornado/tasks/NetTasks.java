package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.RunTimes;
import io.github.jvig.tornado.kernels.BufferOffsets;
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
 * The task graphs of a net on one device, for batches of at most {@link #capacity()} images. Not safe for use by several threads.
 *
 * <pre>
 *   host                          device
 *
 *   images   ---every run------>  images
 *                                    |      task "in": the upload kernel, planes to pixels
 *                                    v
 *   weights  ---first run only->  memory (all maps), weights
 *                                    |  ^
 *                                    +--+   tasks "step0", "step1", ...: each kernel reads maps and weights, writes a map
 *                                    |
 *                                    |      tasks "out0", "out1", ...: download kernels, pixels to planes
 *                                    v
 *   results  &lt;--every run-------  results
 * </pre>
 *
 * <p>The tasks are split into task graphs of limited length. A graph leaves its arrays on the device, and the next graph uses them there.
 */
final class NetTasks implements AutoCloseable {
    /** Maximum number of tasks per graph. Graphs of 73 tasks worked; 120 tasks overflowed a buffer of TornadoVM. */
    static final int MAX_TASKS_PER_GRAPH = 64;
    /** Finds the number of a step in the name of its task. */
    static final Pattern STEP = Pattern.compile("\\.step(\\d+)");
    /** Numbers the plans: the names of task graphs must be unique in a JVM. */
    private static final AtomicLong PLANS = new AtomicLong();

    private final NetLayout layout;
    private final int capacity;
    private final FloatArray images;
    private final FloatArray memory;
    private final FloatArray weights;
    private final FloatArray results;
    private final GridScheduler grids = new GridScheduler();
    /** Full names of the tasks: {@code graph.task}. */
    private final List<String> tasks = new ArrayList<>();
    /** For each task the step that it is part of; uploads count as part of the first, downloads as part of the last. */
    private final List<Integer> stepsOfTasks = new ArrayList<>();
    /** The grids of the tasks that have one. */
    private final List<Grid> gridsOfTasks = new ArrayList<>();
    private final TornadoExecutionPlan plan;
    private final int graphs;
    private int batch;

    /** A grid, and the number of work items per image. */
    private record Grid(WorkerGrid2D grid, int items) {}

    /** Builds the task graphs. TornadoVM compiles them on the first run. */
    NetTasks(NetLayout layout, int capacity, TornadoDevice device, int maxTasks) {
        this.layout = layout;
        this.capacity = capacity;
        this.images = new FloatArray(Math.multiplyExact(capacity, layout.input().length()));
        this.memory = new FloatArray(Math.multiplyExact(capacity, layout.image()));
        memory.init(0f);
        this.weights = FloatArray.fromArray(layout.weights());
        this.results = new FloatArray(
                Math.multiplyExact(capacity, layout.outputs().stream().mapToInt(NetLayout.Port::length).sum()));
        ImmutableTaskGraph[] snapshots = graphs(maxTasks).stream().map(TaskGraph::snapshot)
                .toArray(ImmutableTaskGraph[]::new);
        this.graphs = snapshots.length;
        this.plan = new TornadoExecutionPlan(snapshots);
        plan.withDevice(device);
        // A scheduler without grids must not be set: TornadoVM would ask it for the grid of every task.
        if (!gridsOfTasks.isEmpty()) {
            plan.withGridScheduler(grids);
        }
    }

    /** A task to be added to a graph, of a step or at its side. Its second array holds the weights, the images or the results. */
    private record Pending(String id, int step, KernelLaunch.Phase phase, FloatArray second, BufferOffsets offsets) {}

    private List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        NetLayout.Port in = layout.input();
        int image = layout.image();
        int last = layout.steps().size() - 1;
        add(all, "in", 0, layout.upload(), images,
                new BufferOffsets(image, List.of(0), 0, in.offset(), in.map().stride(), 0, 0));
        for (int i = 0; i <= last; i++) {
            NetLayout.PlacedKernel step = layout.steps().get(i);
            add(all, "step" + i, i, step.launch(), weights, step.offsets());
        }
        int offset = 0;
        for (int i = 0; i < layout.outputs().size(); i++) {
            NetLayout.Port out = layout.outputs().get(i);
            add(all, "out" + i, last, layout.downloads().get(i), results,
                    new BufferOffsets(image, List.of(out.offset()), out.map().stride(), 0, 0, 0, offset));
            offset += capacity * out.length();
        }
        return all;
    }

    private static void add(List<Pending> to, String id, int step, KernelLaunch launch, FloatArray second,
            BufferOffsets offsets) {
        launch.phases().forEach(phase -> to.add(new Pending(id + phase.name(), step, phase, second, offsets)));
    }

    private List<TaskGraph> graphs(int maxTasks) {
        long number = PLANS.incrementAndGet();
        List<Pending> pending = pending();
        List<TaskGraph> result = new ArrayList<>();
        for (int from = 0; from < pending.size(); from += maxTasks) {
            int to = Math.min(pending.size(), from + maxTasks);
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
                stepsOfTasks.add(task.step());
                if (task.phase().hasGrid()) {
                    WorkerGrid2D grid = new WorkerGrid2D(task.phase().items(), capacity);
                    grid.setLocalWork(task.phase().group(), 1, 1);
                    grids.addWorkerGrid(tasks.getLast(), grid);
                    gridsOfTasks.add(new Grid(grid, task.phase().items()));
                }
                task.phase().task().addTo(graph, task.id(), new KernelContext(), memory, task.second(),
                        task.offsets());
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

    /** The arrays that stay on the device before task {@code next}: the results too, once a download has written some of them. */
    private Object[] kept(int next, int tasks) {
        return next > tasks - layout.outputs().size()
                ? new Object[]{memory, weights, results}
                : new Object[]{memory, weights};
    }

    /** Maximum batch size. */
    int capacity() {
        return capacity;
    }

    /**
     * Runs a part of a batch.
     *
     * @param nchw  the images of the batch, {@code [batch][channels][height][width]}
     * @param first index of the first image to run
     * @param count number of images to run, at most the capacity
     * @param to    for each output {@code [batch][channels][height][width]}; only the images that are run are written
     */
    void run(float[] nchw, int first, int count, float[][] to) {
        upload(nchw, first, count);
        for (int i = 0; i < graphs; i++) {
            plan.withGraph(i).execute();
        }
        int offset = 0;
        for (int i = 0; i < to.length; i++) {
            int length = layout.outputs().get(i).length();
            MemorySegment.copy(results.getSegment(), ValueLayout.JAVA_FLOAT, (long) Float.BYTES * offset, to[i],
                    first * length, count * length);
            offset += capacity * length;
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
     * Runs some images and reads the times of the device.
     *
     * @param nchw  the images of the batch, {@code [batch][channels][height][width]}
     * @param first index of the first image to run
     * @param count number of images to run, at most the capacity
     * @return the upload kernel counts as part of the first step, download kernels as part of the last
     * @throws IllegalStateException if TornadoVM reports no time for a task
     */
    RunTimes profile(float[] nchw, int first, int count) {
        upload(nchw, first, count);
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            Map<String, Long> nanos = new HashMap<>();
            long copyIn = 0;
            long copyOut = 0;
            for (int i = 0; i < graphs; i++) {
                String log = plan.withGraph(i).execute().getProfilerResult().getProfileLog();
                nanos.putAll(ProfileLog.kernelNanos(log));
                copyIn += ProfileLog.number(log, ProfileLog.COPY_IN);
                copyOut += ProfileLog.number(log, ProfileLog.COPY_OUT);
            }
            long[] times = times(tasks, nanos);
            long[] result = new long[layout.steps().size()];
            for (int i = 0; i < times.length; i++) {
                result[stepsOfTasks.get(i)] += times[i];
            }
            return new RunTimes(result, copyIn, copyOut);
        } finally {
            plan.withoutProfiler();
        }
    }

    /**
     * The times of the tasks, in order.
     *
     * @throws IllegalStateException if one is missing
     */
    static long[] times(List<String> tasks, Map<String, Long> nanos) {
        return tasks.stream().mapToLong(task -> {
            Long time = nanos.get(task);
            if (time == null) {
                throw new IllegalStateException("TornadoVM's profile has no kernel time for the task " + task
                        + "; it has times for " + nanos.size() + " of " + tasks.size() + " tasks");
            }
            return time;
        }).toArray();
    }

    /** Frees the memory of the device and closes the plan, which is closed even if freeing fails. */
    @Override
    public void close() {
        try (plan) {
            plan.freeDeviceMemory();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException(e);
        }
    }
}
