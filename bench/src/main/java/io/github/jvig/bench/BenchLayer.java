package io.github.jvig.bench;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
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
        long in = floats(spec.in());
        long out = floats(spec.out());
        return Float.BYTES * (in + out + spec.in2().map(BenchLayer::floats).orElse(0L) + weights() + biases());
    }

    private static long floats(MapLayout map) {
        return (long) map.pixels() * map.channels();
    }

    private int weights() {
        return switch (spec) {
            case PointwiseConv s -> s.in().channels() * s.out().channels();
            case DepthwiseConv s -> s.in().channels() * area(s.window());
            case Conv2d s -> s.in().channels() * s.out().channels() * area(s.window());
            case LayerNorm s -> s.in().channels();
            case AvgPoolBlend s -> 2 * s.in().channels();
            case Attention s -> s.heads() * s.tokens() * s.tokens();
            case MaxRelative _,RolledL1Distance _,MeanMinusStd _,ThresholdedMaxRelative _,GlobalAveragePool _,ResidualAdd _ ->
                0;
            case FusedChain _ -> throw chain();
        };
    }

    private int biases() {
        return weights() == 0 || spec instanceof AvgPoolBlend || spec instanceof Attention
                ? 0
                : spec.out().channels();
    }

    private static int area(Window window) {
        return window.kernel() * window.kernel();
    }

    /** The kernel that a provider picks for this layer, on random weights and biases. */
    Kernel kernel(KernelProvider kernels) {
        return kernels.kernel(spec, random(weights(), 1), random(biases(), 2));
    }

    private static IllegalArgumentException chain() {
        return new IllegalArgumentException("a chain is several layers");
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
