package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/**
 * A net on one TornadoVM device. Task graphs are made for batches of 1, 2, 4 and so on up to {@value #LARGEST_BATCH} images, the first by
 * {@link #compile}, each other when a batch first needs it; a batch runs in the smallest there is that holds it, a larger one piece by piece.
 * Threads that run it at a time wait for each other: the device is one.
 */
public final class TaskExecutable implements Executable {
    /** Images that are run at once at most. */
    static final int LARGEST_BATCH = 64;
    /** Task graphs for so many times the batch are not worth what they send in vain, rather than compiling others. */
    private static final int TOO_LARGE = 8;

    private final String name;
    private final TornadoDevice device;
    private final NetLayout layout;
    private final int largestBatch;
    private final int tasksOfAGraph;
    private final NavigableMap<Integer, NetTasks> plans = new TreeMap<>();
    private boolean closed;

    private TaskExecutable(String name, TornadoDevice device, NetLayout layout, int tasksOfAGraph) {
        this.name = name;
        this.device = device;
        this.layout = layout;
        this.tasksOfAGraph = tasksOfAGraph;
        int batch = LARGEST_BATCH;
        while (batch > 0 && !fits(batch)) {
            batch /= 2;
        }
        if (batch == 0) {
            throw new IllegalArgumentException(name + " has too little memory: an input of "
                    + layout.input().map().height() + "x" + layout.input().map().width() + " needs "
                    + (layout.bytes(1) >> 20) + " MiB, and it has " + (device.getMaxGlobalMemory() >> 20)
                    + " MiB, at most " + (device.getMaxAllocMemory() >> 20) + " MiB in one piece");
        }
        largestBatch = batch;
    }

    private boolean fits(int batch) {
        long memory = (long) batch * layout.image();
        return memory < Integer.MAX_VALUE - 64 && Float.BYTES * memory < device.getMaxAllocMemory()
                && layout.bytes(batch) < device.getMaxGlobalMemory();
    }

    /** The kernels for a device of this kind, a row a line. */
    public static String kernelTable(TornadoDevice device) {
        return DeviceKernels.of(device.getDeviceType()).table().toString();
    }

    /**
     * Picks kernels by the kind of device, plans the memory, and compiles the task graphs for one image by running one.
     *
     * @param name the device's, for messages
     * @throws IllegalArgumentException      when the graph can't be run at this size, or not in the device's memory
     * @throws UnsupportedOperationException when the device lacks an operation, or a kernel does not compile
     */
    public static Executable compile(Graph graph, int height, int width, String name, TornadoDevice device) {
        return compile(graph, height, width, name, device, DeviceKernels.of(device.getDeviceType()),
                NetTasks.TASKS_OF_A_GRAPH);
    }

    static TaskExecutable compile(Graph graph, int height, int width, String name, TornadoDevice device,
            DeviceKernels kernels, int tasksOfAGraph) {
        TaskExecutable executable = new TaskExecutable(name, device, new NetLayout(graph, height, width, kernels),
                tasksOfAGraph);
        executable.plan(1);
        return executable;
    }

    /** The task graphs for a batch, ready to run: those that are there, if they are not far too large, else new ones. */
    private NetTasks plan(int batch) {
        var known = plans.ceilingEntry(batch);
        if (known != null && known.getKey() <= TOO_LARGE * batch) {
            return known.getValue();
        }
        int capacity = Math.min(largestBatch, batch == 1 ? 1 : Integer.highestOneBit(batch - 1) << 1);
        NetTasks tasks = null;
        try {
            tasks = new NetTasks(layout, capacity, device, tasksOfAGraph);
            tasks.run(new float[layout.input().length()], 0, 1, results(1));
        } catch (RuntimeException | TornadoInternalError e) {
            if (tasks != null) {
                closeAfter(tasks, e);
            }
            throw Failure.of(name, "compile " + culprit(Failure.reason(e)), e);
        }
        plans.put(capacity, tasks);
        return tasks;
    }

    /** Frees what there is. Of what the device had no memory for, TornadoVM complains; that is not what failed first. */
    private static void closeAfter(NetTasks tasks, Throwable failure) {
        try {
            tasks.close();
        } catch (RuntimeException | TornadoInternalError e) {
            failure.addSuppressed(e);
        }
    }

    /** The layer whose task a message of TornadoVM's names, if it names one. */
    private String culprit(String reason) {
        Matcher task = NetTasks.STEP.matcher(reason);
        if (!task.find()) {
            return "the net";
        }
        NetLayout.PlacedKernel step = layout.steps().get(Integer.parseInt(task.group(1)));
        return step.op().node().name() + " (" + step.launch().kernel() + ")";
    }

    private float[][] results(int batch) {
        return layout.outputs().stream().map(port -> new float[batch * port.length()]).toArray(float[][]::new);
    }

    @Override
    public MapLayout input() {
        return layout.input().map();
    }

    @Override
    public List<MapLayout> outputs() {
        return layout.outputs().stream().map(NetLayout.Port::map).toList();
    }

    @Override
    public List<PlanStep> steps() {
        List<PlanStep> steps = new ArrayList<>();
        for (NetLayout.PlacedKernel step : layout.steps()) {
            Spec spec = step.op().spec();
            long parameters = step.op().node().parameters();
            long floats = (long) spec.in().length() + spec.in2().map(MapLayout::length).orElse(0)
                    + spec.out().length()
                    + parameters;
            steps.add(new PlanStep(step.op().node().name(), spec, step.launch().kernel(), parameters,
                    Float.BYTES * floats,
                    step.offsets().out(), step.launch().choice()));
        }
        return steps;
    }

    @Override
    public long workspaceBytes() {
        return layout.bytes(1) - (long) Float.BYTES * layout.weights().length;
    }

    @Override
    public synchronized void run(float[] nchw, int batch, float[][] results) {
        open();
        for (int first = 0; first < batch; first += largestBatch) {
            int count = Math.min(largestBatch, batch - first);
            NetTasks tasks = plan(count);
            try {
                tasks.run(nchw, first, count, results);
            } catch (RuntimeException | TornadoInternalError e) {
                throw Failure.of(name, "run the net", e);
            }
        }
    }

    /** Kernel times as the device tells them; the ways in and out count with the first and the last step. */
    @Override
    public synchronized long[] profile(float[] nchw) {
        open();
        long[] tasks = plan(1).profile(nchw);
        int steps = layout.steps().size();
        long[] nanos = new long[steps];
        for (int i = 0; i < tasks.length; i++) {
            nanos[Math.clamp(i - 1, 0, steps - 1)] += tasks[i];
        }
        return nanos;
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the executable is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        plans.values().forEach(NetTasks::close);
        plans.clear();
    }
}
