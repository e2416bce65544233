package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.device.RunTimes;
import io.github.jvig.model.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/**
 * A net on one TornadoVM device. Task graphs are compiled for batch sizes of 1, 2, 4 and so on up to {@value #MAX_BATCH}: the first by
 * {@link #compile}, the others when a batch first needs them. A batch runs on the smallest compiled size that holds it; batches above the
 * maximum are split. Concurrent calls wait for each other, because there is one device.
 */
public final class TaskExecutable implements Executable {
    /** Maximum number of images per run of the task graphs. */
    static final int MAX_BATCH = 64;
    /** Task graphs for more than this many times the batch are not used, because of the data that they transfer in vain; others are compiled. */
    private static final int MAX_OVERSIZE = 8;

    /** Whether to use CUDA graphs where there are any; to be switched off in order to measure what they gain. */
    private static final boolean CUDA_GRAPHS = Boolean
            .parseBoolean(System.getProperty("jvig.tornado.cuda.graphs", "true"));

    private final String name;
    private final TornadoDevice device;
    private final NetLayout layout;
    private final int maxBatch;
    private final int maxTasksPerGraph;
    private final NavigableMap<Integer, NetTasks> plans = new TreeMap<>();
    private boolean closed;

    private TaskExecutable(String name, TornadoDevice device, NetLayout layout, int maxTasksPerGraph) {
        this.name = name;
        this.device = device;
        this.layout = layout;
        this.maxTasksPerGraph = maxTasksPerGraph;
        int batch = MAX_BATCH;
        while (batch > 0 && !fits(batch)) {
            batch /= 2;
        }
        if (batch == 0) {
            throw new IllegalArgumentException(name + " has too little memory: an input of "
                    + layout.input().map().height() + "x" + layout.input().map().width() + " needs "
                    + (layout.bytes(1) >> 20) + " MiB, the device has " + (device.getMaxGlobalMemory() >> 20)
                    + " MiB and allocates at most " + (device.getMaxAllocMemory() >> 20) + " MiB at once");
        }
        maxBatch = batch;
    }

    private boolean fits(int batch) {
        long memory = (long) batch * layout.image();
        long halves = (long) batch * layout.halfImage();
        return Math.max(memory, halves) < Integer.MAX_VALUE - 64
                && Math.max(Float.BYTES * memory, Short.BYTES * halves) < device.getMaxAllocMemory()
                && layout.bytes(batch) < device.getMaxGlobalMemory();
    }

    /** The kernels for a device of this kind, a row a line. */
    public static String kernelTable(TornadoDevice device) {
        Precision precision = device.getDeviceType() == TornadoDeviceType.GPU && Backend.hasHalf(device)
                ? Precision.HALF
                : Precision.SINGLE;
        return kernels(device, precision).table().toString();
    }

    /**
     * Chooses kernels by the kind of device, plans the memory, and compiles the task graphs for one image by running one.
     *
     * @param name      name of the device, for messages
     * @param precision in which maps and weights are stored
     * @throws IllegalArgumentException      if the graph cannot run at this size, or does not fit into the device's memory
     * @throws UnsupportedOperationException if the device does not have the precision, if there is no kernel for an operation, or a kernel does
     *                                       not compile
     */
    public static Executable compile(Graph graph, int height, int width, String name, TornadoDevice device,
            Precision precision) {
        if (precision == Precision.HALF) {
            requireHalf(name, device);
        }
        return compile(graph, height, width, name, device, kernels(device, precision), NetTasks.MAX_TASKS_PER_GRAPH);
    }

    private static DeviceKernels kernels(TornadoDevice device, Precision precision) {
        return DeviceKernels.of(device.getDeviceType(), precision,
                precision == Precision.HALF && TensorCores.work(device));
    }

    private static void requireHalf(String name, TornadoDevice device) {
        if (device.getDeviceType() != TornadoDeviceType.GPU) {
            throw new UnsupportedOperationException(name + " computes in single precision only: half precision is for "
                    + "GPUs, and this device is a " + device.getDeviceType());
        }
        if (!Backend.hasHalf(device)) {
            throw new UnsupportedOperationException(name + " has no half precision: " + Backend.withoutHalf(device));
        }
    }

    static TaskExecutable compile(Graph graph, int height, int width, String name, TornadoDevice device,
            DeviceKernels kernels, int maxTasksPerGraph) {
        TaskExecutable executable = new TaskExecutable(name, device, new NetLayout(graph, height, width, kernels),
                maxTasksPerGraph);
        executable.plan(1);
        return executable;
    }

    /** The task graphs for a batch, compiled: existing ones unless they are far too large, otherwise new ones. */
    private NetTasks plan(int batch) {
        var existing = plans.ceilingEntry(batch);
        if (existing != null && existing.getKey() <= MAX_OVERSIZE * batch) {
            return existing.getValue();
        }
        int capacity = Math.min(maxBatch, batch == 1 ? 1 : Integer.highestOneBit(batch - 1) << 1);
        NetTasks tasks = null;
        try {
            tasks = new NetTasks(layout, capacity, device, maxTasksPerGraph,
                    Backend.hasCudaGraphs(device) && CUDA_GRAPHS, DevicePlan::of);
            tasks.run(new float[layout.input().length()], 0, 1, results(1));
        } catch (OutOfMemoryError e) {
            // Arrays of the device have a copy on the host, beside the heap and bounded like the heap.
            throw new IllegalArgumentException(name + " needs " + (layout.bytes(capacity) >> 20)
                    + " MiB of this JVM's memory beside the heap for a batch of " + capacity + " images of "
                    + layout.input().map().height() + "x" + layout.input().map().width()
                    + "; allow more by -XX:MaxDirectMemorySize", e);
        } catch (RuntimeException | TornadoInternalError e) {
            if (tasks != null) {
                closeAfter(tasks, e);
            }
            throw Failure.of(name, "compile " + failedLayer(Failure.reason(e)), e);
        }
        plans.put(capacity, tasks);
        return tasks;
    }

    /** Frees what was allocated. TornadoVM may fail again, on what it could not allocate; the first failure is the one to report. */
    private static void closeAfter(NetTasks tasks, Throwable failure) {
        try {
            tasks.close();
        } catch (RuntimeException | TornadoInternalError e) {
            failure.addSuppressed(e);
        }
    }

    /** The layer whose task is named in a message of TornadoVM; "the net" if none is. */
    private String failedLayer(String reason) {
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
            long numbers = spec.inputs().stream().mapToLong(MapLayout::length).sum() + spec.out().length()
                    + parameters;
            steps.add(new PlanStep(step.op().node().name(), spec, step.launch().kernel(), parameters,
                    (step.launch().half() ? Short.BYTES : Float.BYTES) * numbers,
                    step.offsets().out(), step.launch().choice()));
        }
        return steps;
    }

    @Override
    public long workspaceBytes() {
        return layout.bytes(1) - layout.weightBytes();
    }

    @Override
    public synchronized void run(float[] nchw, int batch, float[][] results) {
        requireOpen();
        for (int first = 0; first < batch; first += maxBatch) {
            int count = Math.min(maxBatch, batch - first);
            NetTasks tasks = plan(count);
            try {
                tasks.run(nchw, first, count, results);
            } catch (RuntimeException | TornadoInternalError e) {
                throw Failure.of(name, "run the net", e);
            }
        }
    }

    /** Kernel times measured by the device. The upload counts as part of the first step, downloads as part of the last. */
    @Override
    public long[] profile(float[] nchw) {
        return profile(nchw, 1).steps();
    }

    /** The same for a batch; the parts of a batch above the maximum are added. */
    @Override
    public synchronized RunTimes profile(float[] nchw, int batch) {
        requireOpen();
        long[] steps = new long[layout.steps().size()];
        long copyIn = 0;
        long copyOut = 0;
        for (int first = 0; first < batch; first += maxBatch) {
            int count = Math.min(maxBatch, batch - first);
            RunTimes part = plan(count).profile(nchw, first, count);
            Arrays.setAll(steps, i -> steps[i] + part.steps()[i]);
            copyIn += part.copyIn();
            copyOut += part.copyOut();
        }
        return new RunTimes(steps, copyIn, copyOut);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the executable is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        List<NetTasks> open = List.copyOf(plans.values());
        plans.clear();
        closeAll(open.stream().<Runnable>map(tasks -> tasks::close).toList());
    }

    /** Runs all, even if one fails. The first failure is thrown at the end, with later ones suppressed. */
    static void closeAll(List<Runnable> closers) {
        Throwable first = null;
        for (Runnable closer : closers) {
            try {
                closer.run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        switch (first) {
            case null -> {
            }
            case Error error -> throw error;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(first);
        }
    }
}
