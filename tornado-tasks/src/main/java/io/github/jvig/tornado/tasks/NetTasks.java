package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.RunTimes;
import io.github.jvig.tornado.kernels.BufferOffsets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The task graphs of a net on one device, for batches of at most {@link #capacity()} images. Not safe for use by several threads.
 *
 * <pre>
 *   host                          device
 *
 *   images   ---every run------>  images
 *                                    |      task "in": the upload kernel, planes to pixels; not if the first layer reads the planes
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
    private final DeviceArrays arrays;
    /** Those of {@link #arrays} that stay on the device. */
    private final Object[] resident;
    private final FloatArray results;
    private final GridScheduler grids = new GridScheduler();
    /** Full names of the tasks: {@code graph.task}. */
    private final List<String> tasks = new ArrayList<>();
    /** For each task the step that it is part of; an upload counts as part of the first, downloads as part of the last. */
    private final List<Integer> stepsOfTasks = new ArrayList<>();
    /** The grids of the tasks that have one. */
    private final List<Grid> gridsOfTasks = new ArrayList<>();
    private final DevicePlan plan;
    private final int graphs;
    /** Whether the launches of a run are replayed as they were in the first run, so that all runs are of the whole capacity. */
    private final boolean cudaGraph;
    /** Makes task graphs that can be profiled, if these cannot: the launches of a CUDA graph have no times of their own. */
    private final Supplier<NetTasks> profiled;
    private NetTasks profiling;
    private int batch;

    /** A grid, and the number of work items per image. */
    private record Grid(WorkerGrid2D grid, int items) {}

    /** Builds the task graphs. TornadoVM compiles them on the first run. */
    NetTasks(NetLayout layout, int capacity, TornadoDevice device, int maxTasks) {
        this(layout, capacity, device, maxTasks, false, DevicePlan::of);
    }

    /** @param cudaGraph see {@link DevicePlan.Factory#of} */
    NetTasks(NetLayout layout, int capacity, TornadoDevice device, int maxTasks, boolean cudaGraph,
            DevicePlan.Factory plans) {
        this.cudaGraph = cudaGraph;
        this.profiled = () -> new NetTasks(layout, capacity, device, maxTasks, false, plans);
        this.layout = layout;
        this.capacity = capacity;
        this.arrays = DeviceArrays.of(layout, capacity);
        this.resident = arrays.resident();
        this.results = new FloatArray(
                Math.multiplyExact(capacity, layout.outputs().stream().mapToInt(NetLayout.Port::length).sum()));
        ImmutableTaskGraph[] snapshots = graphs(maxTasks).stream().map(TaskGraph::snapshot)
                .toArray(ImmutableTaskGraph[]::new);
        this.graphs = snapshots.length;
        this.plan = plans.of(snapshots, device, grids, cudaGraph);
    }

    /** A task to be added to a graph, of a step or at its side. The second of its arrays holds the weights, the images or the results. */
    private record Pending(String id, int step, KernelLaunch.Phase phase, DeviceArrays arrays, BufferOffsets offsets) {}

    private List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        NetLayout.Port in = layout.input();
        int image = layout.image();
        int last = layout.steps().size() - 1;
        layout.upload().ifPresent(upload -> add(all, "in", 0, upload, arrays.withSecond(arrays.images()),
                new BufferOffsets(image, List.of(0), 0, in.offset(), in.map().stride(), 0, 0)));
        for (int i = 0; i <= last; i++) {
            NetLayout.PlacedKernel step = layout.steps().get(i);
            add(all, "step" + i, i, step.launch(), arrays, step.offsets());
        }
        int offset = 0;
        for (int i = 0; i < layout.outputs().size(); i++) {
            NetLayout.Port out = layout.outputs().get(i);
            add(all, "out" + i, last, layout.downloads().get(i), arrays.withSecond(results),
                    new BufferOffsets(image, List.of(out.offset()), out.map().stride(), 0, 0, 0, offset));
            offset += capacity * out.length();
        }
        return all;
    }

    private static void add(List<Pending> to, String id, int step, KernelLaunch launch, DeviceArrays arrays,
            BufferOffsets offsets) {
        launch.phases().forEach(phase -> to.add(new Pending(id + phase.name(), step, phase, arrays, offsets)));
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
                graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays.images());
                graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, resident);
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
                task.phase().task().addTo(graph, task.id(), new KernelContext(), task.arrays(), task.offsets());
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
        if (next <= tasks - layout.outputs().size()) {
            return resident;
        }
        Object[] all = Arrays.copyOf(resident, resident.length + 1);
        all[resident.length] = results;
        return all;
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
            plan.execute(i);
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
        MemorySegment.copy(nchw, first * length, arrays.images().getSegment(), ValueLayout.JAVA_FLOAT,
                (long) Float.BYTES * layout.imageStart(), count * length);
        if (count != batch && !cudaGraph) {
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
        if (cudaGraph) {
            if (profiling == null) {
                profiling = profiled.get();
            }
            return profiling.profile(nchw, first, count);
        }
        upload(nchw, first, count);
        Map<String, Long> nanos = new HashMap<>();
        long copyIn = 0;
        long copyOut = 0;
        for (int i = 0; i < graphs; i++) {
            String log = plan.profile(i);
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

    /** Frees the memory of the device and closes the plans, even if one fails. */
    @Override
    public void close() {
        if (profiling == null) {
            plan.close();
        } else {
            TaskExecutable.closeAll(List.of(plan::close, profiling::close));
        }
    }
}
