package io.github.jvig.bench;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.Spec;
import java.util.SplittableRandom;

/**
 * A distinct layer of a net.
 *
 * @param name  name of the first node with this spec, unique in a net
 * @param count number of layers of the net with this spec
 * @param spec  the operation and its shapes
 */
record BenchLayer(String name, int count, Spec spec) {
    /** Floating-point operations per run. A multiply-add counts as two; activations and comparisons do not count. */
    long flops() {
        return 2 * spec.macs();
    }

    /** Minimum number of bytes to move per run: operands and weights read once, the result written once, without padding. */
    long bytes() {
        return Float.BYTES * (floats(spec.out()) + spec.inputs().stream().mapToLong(BenchLayer::floats).sum()
                + spec.weightCount() + spec.biasCount());
    }

    private static long floats(MapLayout map) {
        return (long) map.pixels() * map.channels();
    }

    /** The kernel that a provider chooses for this layer, with random weights and biases. */
    Kernel kernel(KernelProvider kernels) {
        float[] weight = random(spec.weightCount(), 1);
        if (spec instanceof SparsePointwiseConv sparse) {
            weight = PaperLayers.pruned(sparse, weight);
        }
        return kernels.kernel(spec, weight, random(spec.biasCount(), 2));
    }

    /** Random values in [-1, 1), the same for the same length and seed. */
    static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
