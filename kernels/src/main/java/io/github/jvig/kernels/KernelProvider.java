package io.github.jvig.kernels;

import java.util.List;

/**
 * A provider of kernels: turns a spec and its weights into something that runs. Weights are in the framework's order (given at each
 * spec) and are copied into the kernel's own layout, so the arrays may be reused afterwards. A bias may be null, which means zero.
 *
 * <p>{@link #get()} is the provider for this JVM; {@link #scalar()} and {@link #vector()} name one.
 */
public interface KernelProvider {
    /** System property that picks the provider of {@link #get()}: {@code auto} (the default), {@code scalar} or {@code vector}. */
    String PROPERTY = "jvig.kernels";

    /** System property that narrows the vectors to 128, 256 or 512 bits; wider than the hardware has is refused. */
    String BITS_PROPERTY = "jvig.vectorBits";

    /** {@code "scalar"}, or {@code "vector"} with the bits of a vector behind it. */
    String name();

    /** @throws IllegalArgumentException when weight or bias has another length than the spec asks for */
    Kernel pointwise(PointwiseConv spec, float[] weight, float[] bias);

    /** @throws IllegalArgumentException when weight or bias has another length than the spec asks for */
    Kernel depthwise(DepthwiseConv spec, float[] weight, float[] bias);

    /** @throws IllegalArgumentException when weight or bias has another length than the spec asks for */
    Kernel dense(Conv2d spec, float[] weight, float[] bias);

    Kernel maxRelative(MaxRelative spec);

    Kernel rolledL1Distance(RolledL1Distance spec);

    Kernel meanMinusStd(MeanMinusStd spec);

    Kernel thresholdedMaxRelative(ThresholdedMaxRelative spec);

    Kernel globalAveragePool(GlobalAveragePool spec);

    Kernel residualAdd(ResidualAdd spec);

    /** @throws IllegalArgumentException when weight or bias has another length than the spec asks for */
    Kernel layerNorm(LayerNorm spec, float[] weight, float[] bias);

    /** @throws IllegalArgumentException when weight has another length than the spec asks for */
    Kernel avgPoolBlend(AvgPoolBlend spec, float[] weight);

    /** @throws IllegalArgumentException when weight has another length than the spec asks for */
    Kernel attention(Attention spec, float[] weight);

    /**
     * The kernel for any spec but a chain.
     *
     * @param weight null where the operation has none
     * @throws IllegalArgumentException when weight or bias has another length than the spec asks for
     */
    default Kernel kernel(Spec spec, float[] weight, float[] bias) {
        return switch (spec) {
            case PointwiseConv s -> pointwise(s, weight, bias);
            case DepthwiseConv s -> depthwise(s, weight, bias);
            case Conv2d s -> dense(s, weight, bias);
            case MaxRelative s -> maxRelative(s);
            case RolledL1Distance s -> rolledL1Distance(s);
            case MeanMinusStd s -> meanMinusStd(s);
            case ThresholdedMaxRelative s -> thresholdedMaxRelative(s);
            case GlobalAveragePool s -> globalAveragePool(s);
            case ResidualAdd s -> residualAdd(s);
            case LayerNorm s -> layerNorm(s, weight, bias);
            case AvgPoolBlend s -> avgPoolBlend(s, weight);
            case Attention s -> attention(s, weight);
            case FusedChain s -> throw new IllegalArgumentException("a chain is made of kernels: " + s);
        };
    }

    /**
     * The ways in which this provider can compute a spec: the one that its table picks, which is what {@link #kernel} gives, then the others,
     * for who would rather measure.
     */
    default List<KernelCandidate> candidates(Spec spec, float[] weight, float[] bias) {
        return List.of(new KernelCandidate(name(), () -> kernel(spec, weight, bias)));
    }

    /**
     * Measures what one thread of this machine can do at most with this provider's instructions: independent float32 multiply-adds in
     * registers, the best of some short runs, about 50 ms in all after a warm-up of as much.
     *
     * @return GFLOP/s, a multiply-add counted as two
     */
    double measurePeakGflops();

    /**
     * One kernel that does what several do one after another, strip by strip, without their intermediate results in memory. It gives the
     * same bits.
     *
     * @param kernels of a provider, each on the result of the one before (see {@link FusedChain})
     * @param strip   rows of the output that go through all of them at a time, at least 1; what lies between should fit a near cache
     * @throws IllegalArgumentException when one of them is no {@link RowKernel}, or they do not fit each other
     */
    static Kernel chain(List<Kernel> kernels, int strip) {
        return new FusedChainKernel(kernels, strip);
    }

    /**
     * The provider for this JVM: by {@value #PROPERTY}, else the vector one where the machine and the JVM allow it, else the scalar
     * one with one warning that says what is missing.
     *
     * @throws UnsupportedOperationException when the property asks for a provider that can't be had, with the remedy
     */
    static KernelProvider get() {
        return KernelLookup.chosen();
    }

    /** The scalar provider: it defines every operation and runs on any JVM. */
    static KernelProvider scalar() {
        return KernelLookup.scalar();
    }

    /**
     * The Vector API's provider.
     *
     * @throws UnsupportedOperationException when this JVM or machine can't have it, with the remedy
     */
    static KernelProvider vector() {
        return KernelLookup.vector();
    }
}
