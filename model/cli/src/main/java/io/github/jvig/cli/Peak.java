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

/** What this machine's cores can do at most, measured: the yardstick beside every time. */
final class Peak {
    private final Map<Integer, Double> known = new HashMap<>();

    /**
     * The sum of so many threads that measure at the same time; threads beyond the machine's cores add nothing.
     *
     * @param device the device that is measured against it; a processor's peak says nothing of another device
     * @return GFLOP/s, NaN for a device that is not the processor
     */
    double gflops(String device, int threads) {
        if (!device.equals("cpu") && !device.equals("scalar")) {
            return Double.NaN;
        }
        return known.computeIfAbsent(Math.min(threads, Runtime.getRuntime().availableProcessors()), Peak::measure);
    }

    private static double measure(int threads) {
        KernelProvider kernels = KernelProvider.get();
        CyclicBarrier together = new CyclicBarrier(threads);
        Callable<Double> one = () -> {
            together.await();
            return kernels.measurePeakGflops();
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
