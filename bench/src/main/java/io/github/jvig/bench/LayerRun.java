package io.github.jvig.bench;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer prepared for timing, hot or cold. Hot runs use the same maps and weights each time, which stay in the cache that they fit into.
 * Cold runs cycle through enough copies of the maps and weights that each run loads them from memory.
 */
final class LayerRun {
    /** Total size of the copies, as a multiple of the last-level cache. */
    private static final int CACHE_MULTIPLE = 4;
    private static final double TOLERANCE = 1e-4;

    private final BenchLayer layer;
    private final Kernel[] kernels;
    private final Operands[] operands;
    private final float[] scratch;
    private int next;

    private LayerRun(BenchLayer layer, KernelProvider provider, int copies) {
        this.layer = layer;
        this.kernels = new Kernel[copies];
        this.operands = new Operands[copies];
        for (int i = 0; i < copies; i++) {
            kernels[i] = layer.kernel(provider);
            operands[i] = operands(layer.spec());
        }
        this.scratch = new float[kernels[0].scratch()];
    }

    static LayerRun hot(BenchLayer layer, KernelProvider provider) {
        return new LayerRun(layer, provider, 1);
    }

    static LayerRun cold(BenchLayer layer, KernelProvider provider) {
        long bytes = CACHE_MULTIPLE * Caches.get().last();
        return new LayerRun(layer, provider, (int) Math.ceilDiv(bytes, layer.bytes()));
    }

    private static Operands operands(Spec spec) {
        List<Operands.Input> inputs = new ArrayList<>();
        for (MapLayout shape : spec.inputs()) {
            int i = inputs.size();
            inputs.add(new Operands.Input(i == 1 ? in2(spec, shape) : map(shape, 3 + i), 0));
        }
        return Operands.of(inputs, new float[spec.out().length()], 0).check(spec);
    }

    /** A second operand with random values. A distance threshold is set such that about a sixth of the distances are below it, as in a net. */
    private static float[] in2(Spec spec, MapLayout shape) {
        float[] map = map(shape, 4);
        if (spec instanceof ThresholdedMaxRelative) {
            // Two values in [-1, 1) differ by 2/3 on average, with a variance of 2/9. The threshold is the mean minus one deviation.
            int channels = spec.in().channels();
            map[0] = (float) (2.0 / 3 * channels - Math.sqrt(2.0 / 9 * channels));
        }
        return map;
    }

    /** A map of random values with zeros in the padding. */
    private static float[] map(MapLayout shape, long seed) {
        float[] map = new float[shape.length()];
        shape.fromPlanes(BenchLayer.random(shape.pixels() * shape.channels(), seed), 0, map, 0);
        return map;
    }

    int copies() {
        return kernels.length;
    }

    /** Runs the layer once on the calling thread and returns its output. */
    float[] run() {
        int i = next;
        next = i + 1 == kernels.length ? 0 : i + 1;
        kernels[i].run(operands[i], scratch, 0, 0, kernels[i].units());
        return operands[i].out();
    }

    /**
     * Compares the output of the first copy, which must have run, with the output of the scalar kernel.
     *
     * @throws IllegalStateException if they differ
     */
    void check() {
        Operands reference = operands(layer.spec());
        layer.kernel(KernelProvider.scalar()).run(reference);
        float largest = 0;
        for (float value : reference.out()) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < reference.out().length; i++) {
            // The negation makes NaN fail, too.
            if (!(Math.abs(reference.out()[i] - operands[0].out()[i]) <= TOLERANCE * largest)) {
                throw new IllegalStateException(layer.spec() + " by " + kernels[0].name() + " gives "
                        + operands[0].out()[i] + " at element " + i + ", expected " + reference.out()[i]);
            }
        }
    }
}
