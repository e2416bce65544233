package io.github.jvig.bench;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;

/**
 * A layer ready to be timed, hot or cold. Hot, each run works on the same maps and weights, which stay in whatever cache they fit. Cold,
 * runs take turns on so many copies of both that each comes from memory again.
 */
final class LayerRun {
    /** Copies fill the last-level cache so many times over. */
    private static final int TIMES_THE_CACHE = 4;
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
        long beyond = TIMES_THE_CACHE * Caches.get().last();
        return new LayerRun(layer, provider, (int) Math.ceilDiv(beyond, layer.bytes()));
    }

    private static Operands operands(Spec spec) {
        float[] in = map(spec.in(), 3);
        return Operands
                .of(in, spec.in2().map(shape -> in2(spec, shape)).orElse(null), new float[spec.out().length()])
                .check(spec);
    }

    /** Random values; for a limit on distances one that about a sixth of them is below, as in a net. */
    private static float[] in2(Spec spec, MapLayout shape) {
        float[] map = map(shape, 4);
        if (spec instanceof ThresholdedMaxRelative) {
            // Values between -1 and 1 are 2/3 apart on average, with a deviation of a square root of 2/9.
            int channels = spec.in().channels();
            map[0] = (float) (2.0 / 3 * channels - Math.sqrt(2.0 / 9 * channels));
        }
        return map;
    }

    /** Random values, zero in the padding. */
    private static float[] map(MapLayout shape, long seed) {
        float[] map = new float[shape.length()];
        shape.fromPlanes(BenchLayer.random(shape.pixels() * shape.channels(), seed), 0, map, 0);
        return map;
    }

    int copies() {
        return kernels.length;
    }

    /** One run on the calling thread; the result. */
    float[] run() {
        int i = next;
        next = i + 1 == kernels.length ? 0 : i + 1;
        kernels[i].run(operands[i], scratch, 0, 0, kernels[i].units());
        return operands[i].out();
    }

    /**
     * Compares the result of the first copy, which has run, with the scalar reference.
     *
     * @throws IllegalStateException when they differ
     */
    void check() {
        Operands reference = operands(layer.spec());
        layer.kernel(KernelProvider.scalar()).run(reference);
        float largest = 0;
        for (float value : reference.out()) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < reference.out().length; i++) {
            // Written so that NaN fails too.
            if (!(Math.abs(reference.out()[i] - operands[0].out()[i]) <= TOLERANCE * largest)) {
                throw new IllegalStateException(layer.spec() + " by " + kernels[0].name() + " gives "
                        + operands[0].out()[i] + " at element " + i + " where " + reference.out()[i] + " is right");
            }
        }
    }
}
