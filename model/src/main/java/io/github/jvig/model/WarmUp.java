package io.github.jvig.model;

import io.github.jvig.model.device.Executable;
import io.github.jvig.model.jvm.CompilerWatch;
import io.github.jvig.model.jvm.JvmCounters;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Runs an executable until the JIT compiler has finished with its kernels. Until then vectors are objects, and a kernel is a hundred times
 * slower.
 */
final class WarmUp {
    /** For so many nanoseconds nothing may have been compiled, and no slice of them may have been slow. */
    private static final long QUIET_NANOS = 100_000_000;
    /**
     * The runs of so many nanoseconds are as fast as the fastest of them: of runs of microseconds many are late by half, as the machine has
     * other things to do, but not all in a row.
     */
    private static final long SLICE_NANOS = 10_000_000;
    /** A JIT compiler that never rests must not keep the caller forever. */
    private static final long MAX_NANOS = 8_000_000_000L;
    /** How much slower than the fastest run a slice may be that counts as fast. */
    private static final double MAX_SLOWDOWN = 1.3;
    /** Half of the time for what runs behind an executable, which is the same from run to run only in part. */
    private static final long MAX_NANOS_BEHIND = MAX_NANOS / 2;

    private WarmUp() {
    }

    /**
     * Runs on noise: where the image decides what is computed, as in GreedyViG, noise leaves nothing out.
     *
     * @param inputs what the executable's input holds; empty for an image
     */
    static void run(Executable executable, List<TensorInfo> inputs) {
        run(executable, inputs, System::nanoTime, JvmCounters::compilationTime);
    }

    /**
     * The same of an executable that is warm and what runs behind it, which allocates as much as it finds.
     *
     * @param all runs both
     */
    static void runBehind(Runnable all) {
        run(all, Long.MAX_VALUE, MAX_NANOS_BEHIND, System::nanoTime, JvmCounters::compilationTime);
    }

    /**
     * @param nanoTime        the clock
     * @param compilationTime how long the JIT compiler has worked so far, in any unit
     */
    static void run(Executable executable, List<TensorInfo> inputs, LongSupplier nanoTime,
            LongSupplier compilationTime) {
        float[] image = noise(executable, inputs);
        float[][] results = results(executable);
        run(() -> executable.run(image, 1, results), CompilerWatch.MAX_ALLOCATION, MAX_NANOS, nanoTime,
                compilationTime);
    }

    /**
     * @param mostAllocated bytes that a run may allocate at most once its kernels are compiled
     * @param most          nanoseconds
     */
    private static void run(Runnable once, long mostAllocated, long most, LongSupplier nanoTime,
            LongSupplier compilationTime) {
        long start = nanoTime.getAsLong();
        long now = start;
        long disturbed = start;
        long compiled = -1;
        long fastest = Long.MAX_VALUE;
        long slice = start;
        long fastestOfSlice = Long.MAX_VALUE;
        long allocated = 0;
        while (now - disturbed < QUIET_NANOS && now - start < most) {
            long before = now;
            long allocatedBefore = JvmCounters.allocated();
            once.run();
            allocated = JvmCounters.allocated() - allocatedBefore;
            now = nanoTime.getAsLong();
            long total = compilationTime.getAsLong();
            fastestOfSlice = Math.min(fastestOfSlice, now - before);
            fastest = Math.min(fastest, fastestOfSlice);
            boolean slow = false;
            if (now - slice >= SLICE_NANOS) {
                slow = fastestOfSlice > MAX_SLOWDOWN * fastest;
                slice = now;
                fastestOfSlice = Long.MAX_VALUE;
            }
            if (total != compiled || slow || allocated > mostAllocated) {
                disturbed = now;
                compiled = total;
            }
        }
        if (now - start >= most && allocated > mostAllocated) {
            CompilerWatch.warn((now - start) / 1_000_000_000 + " s of warm-up", allocated);
        }
    }

    /** An image of even noise. */
    static float[] noise(Executable executable) {
        float[] image = new float[executable.input().pixels() * executable.input().channels()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextDouble(-1, 1);
        }
        return image;
    }

    /** An image, or elements of each input's kind. */
    static float[] noise(Executable executable, List<TensorInfo> inputs) {
        return inputs.isEmpty() ? noise(executable) : TensorInfo.random(inputs, 1);
    }

    /** Arrays for the outputs of one image. */
    static float[][] results(Executable executable) {
        return executable.outputs().stream().map(map -> new float[map.pixels() * map.channels()])
                .toArray(float[][]::new);
    }
}
