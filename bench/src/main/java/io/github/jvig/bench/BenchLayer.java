package io.github.jvig.bench;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Spec;
import java.util.SplittableRandom;

/**
 * A layer of a net.
 *
 * @param name  of the first node of this shape, unique in a net
 * @param count how many layers of the net have this shape
 * @param spec  what it computes
 */
record BenchLayer(String name, int count, Spec spec) {
    /** Floating-point operations of one run, a multiply-add counted as two; activations and comparisons are not counted. */
    long flops() {
        return 2 * spec.macs();
    }

    /** Bytes that one run can't do without: operands read once, weights read once, the result written once; no padding. */
    long bytes() {
        return Float.BYTES * (floats(spec.out()) + spec.inputs().stream().mapToLong(BenchLayer::floats).sum()
                + spec.weightCount() + spec.biasCount());
    }

    private static long floats(MapLayout map) {
        return (long) map.pixels() * map.channels();
    }

    /** The kernel that a provider picks for this layer, on random weights and biases. */
    Kernel kernel(KernelProvider kernels) {
        return kernels.kernel(spec, random(spec.weightCount(), 1), random(spec.biasCount(), 2));
    }

    /** Values in [-1, 1), the same for the same length and seed. */
    static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
