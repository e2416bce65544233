package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.DevicePeaks;
import io.github.jvig.tornado.kernels.Peaks;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Measures the roofline of a device by {@link Peaks}, with the device's clock. */
public final class PeakMeter {
    private static final int GROUP = 256;
    /** Work items of the multiply-adds: enough to fill a large GPU, and to give each thread of a processor several groups. */
    private static final int ITEMS_ON_GPU = 1 << 20;
    private static final int ITEMS_ON_PROCESSOR = 1 << 12;
    /** A kernel runs at least this long, so that its start does not count. */
    private static final long MIN_NANOS = 20_000_000;
    private static final int MAX_ROUNDS = 1 << 20;
    private static final int REPETITIONS = 5;
    /** Larger than the last-level caches of today. */
    private static final long COPY_BYTES = 256L << 20;
    private static final AtomicLong NUMBER = new AtomicLong();

    private PeakMeter() {
    }

    /**
     * Measures; the best of several runs counts.
     *
     * @return empty if a kernel does not compile or run on the device
     */
    public static Optional<DevicePeaks> measure(TornadoDevice device) {
        boolean processor = device.getDeviceType() == TornadoDeviceType.CPU;
        try {
            return Optional.of(new DevicePeaks(multiplyAdd(device, processor), copy(device, processor)));
        } catch (RuntimeException | TornadoInternalError e) {
            return Optional.empty();
        }
    }

    private static double multiplyAdd(TornadoDevice device, boolean processor) {
        int items = processor ? ITEMS_ON_PROCESSOR : ITEMS_ON_GPU;
        int width = processor ? Peaks.WIDTH : 1;
        FloatArray values = new FloatArray(items * width);
        values.init(1f);
        IntArray rounds = IntArray.fromElements(1);
        double best = 0;
        try (Run run = new Run(device, items, graph -> {
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, values)
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, rounds);
            if (processor) {
                graph.task(Run.TASK, Peaks::multiplyAdd16, new KernelContext(), values, rounds);
            } else {
                graph.task(Run.TASK, Peaks::multiplyAdd, new KernelContext(), values, rounds);
            }
            graph.transferToHost(DataTransferMode.UNDER_DEMAND, values);
        })) {
            while (run.nanos() < MIN_NANOS && rounds.get(0) < MAX_ROUNDS) {
                rounds.set(0, 4 * rounds.get(0));
            }
            for (int i = 0; i < REPETITIONS; i++) {
                best = Math.max(best, 2.0 * items * width * Peaks.CHAINS * rounds.get(0) / run.nanos());
            }
        }
        return best;
    }

    private static double copy(TornadoDevice device, boolean processor) {
        long bytes = Math.min(COPY_BYTES, device.getMaxAllocMemory() / 4);
        int floats = (int) (bytes / Float.BYTES) / (GROUP * Peaks.WIDTH) * GROUP * Peaks.WIDTH;
        FloatArray from = new FloatArray(floats);
        FloatArray to = new FloatArray(floats);
        from.init(1f);
        double best = 0;
        try (Run run = new Run(device, processor ? floats / Peaks.WIDTH : floats, graph -> {
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, from, to);
            if (processor) {
                graph.task(Run.TASK, Peaks::copy16, new KernelContext(), from, to);
            } else {
                graph.task(Run.TASK, Peaks::copy, new KernelContext(), from, to);
            }
            graph.transferToHost(DataTransferMode.UNDER_DEMAND, to);
        })) {
            run.nanos();
            for (int i = 0; i < REPETITIONS; i++) {
                best = Math.max(best, 2.0 * Float.BYTES * floats / run.nanos());
            }
        }
        return best;
    }

    /** A task graph of one task. */
    private static final class Run implements AutoCloseable {
        static final String TASK = "peak";

        private final String name = "jvigpeak" + NUMBER.incrementAndGet();
        private final TornadoExecutionPlan plan;

        Run(TornadoDevice device, int items, Consumer<TaskGraph> tasks) {
            TaskGraph graph = new TaskGraph(name);
            tasks.accept(graph);
            WorkerGrid1D grid = new WorkerGrid1D(items);
            grid.setLocalWork(GROUP, 1, 1);
            plan = new TornadoExecutionPlan(graph.snapshot());
            plan.withDevice(device).withGridScheduler(new GridScheduler(name + "." + TASK, grid))
                    .withProfiler(ProfilerMode.SILENT);
        }

        /** Runs, and returns the time of the kernel. */
        long nanos() {
            String log = plan.execute().getProfilerResult().getProfileLog();
            return Math.max(1, ProfileLog.kernelNanos(log).get(name + "." + TASK));
        }

        @Override
        public void close() {
            try (plan) {
                plan.freeDeviceMemory();
            } catch (TornadoExecutionPlanException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
