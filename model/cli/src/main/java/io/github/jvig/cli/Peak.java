package io.github.jvig.cli;

import io.github.jvig.kernels.KernelProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Measures the FMA peak of the processor, with which all times are compared. */
public final class Peak {
    private final Map<Integer, Double> measured = new HashMap<>();

    /**
     * The FMA peak of several threads that run at the same time, added up. At most one thread per core is measured.
     *
     * @param device name of the device whose times are compared with the peak
     * @return GFLOP/s; NaN for a device other than the processor
     */
    public double gflops(String device, int threads) {
        if (!device.equals("cpu") && !device.equals("scalar")) {
            return Double.NaN;
        }
        return measured.computeIfAbsent(Math.min(threads, Runtime.getRuntime().availableProcessors()), Peak::measure);
    }

    private static double measure(int threads) {
        return simultaneously(threads, KernelProvider.get()::measurePeakGflops);
    }

    /** The sum of what threads measure at the same time. */
    public static double simultaneously(int threads, Callable<Double> measurement) {
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Double> one = () -> {
            start.await();
            return measurement.call();
        };
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            double sum = 0;
            for (Future<Double> share : pool.invokeAll(Stream.generate(() -> one).limit(threads).toList())) {
                sum += share.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
