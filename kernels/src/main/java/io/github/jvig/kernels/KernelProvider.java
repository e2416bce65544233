package io.github.jvig.kernels;

import java.util.List;

/**
 * Kernels for this JVM's processor: a {@link KernelTable} and a name. Weights are given in the framework's order (see each spec) and are
 * copied into the kernel's own layout, so the arrays may be reused afterwards. A bias may be null, which means zeros.
 *
 * <p>{@link #get()} is the provider for this JVM; {@link #scalar()} and {@link #vector()} ask for one by name.
 */
public interface KernelProvider {
    /** System property that picks the provider of {@link #get()}: {@code auto} (the default), {@code scalar} or {@code vector}. */
    String PROPERTY = "jvig.kernels";

    /** System property that narrows the vectors to 128, 256 or 512 bits; wider than the hardware has is refused. */
    String BITS_PROPERTY = "jvig.vectorBits";

    /** {@code "scalar"}, or {@code "vector"} followed by the bits of a vector. */
    String name();

    /** Every kernel that this provider has. */
    KernelTable<Kernel> table();

    /**
     * Measures what one thread of this machine can do at most with this provider's instructions: independent float32 multiply-adds in
     * registers, the best of some short runs, about 50 ms in all after a warm-up of as much.
     *
     * @return GFLOP/s, a multiply-add counted as two
     */
    double measurePeakGflops();

    /**
     * The kernel that the table chooses for a spec.
     *
     * @param weight null where the operation has none
     * @param bias   null for zeros, or where the operation has none
     * @throws IllegalArgumentException      when weight or bias has another length than the spec asks for
     * @throws UnsupportedOperationException when the table has no row for the spec
     */
    default Kernel kernel(Spec spec, float[] weight, float[] bias) {
        return table().kernel(spec, weight, bias);
    }

    /** The kernel that the table chooses for a spec without weights. */
    default Kernel kernel(Spec spec) {
        return kernel(spec, null, null);
    }

    /** Every way to compute a spec, the table's choice first: {@link KernelTable#candidates}. */
    default List<KernelCandidate<Kernel>> candidates(Spec spec, float[] weight, float[] bias) {
        return table().candidates(spec, weight, bias);
    }

    /**
     * One kernel that does what several do one after another, strip by strip, without their intermediate results in memory. It gives the
     * same bits.
     *
     * @param kernels      of a provider, each on the result of the one before (see {@link FusedChain})
     * @param rowsPerStrip rows of the output that go through all of them at a time, at least 1; what lies between should fit a near cache
     * @throws IllegalArgumentException when one of them is no {@link RowKernel}, or they do not fit each other
     */
    static Kernel chain(List<Kernel> kernels, int rowsPerStrip) {
        return new FusedChainKernel(kernels, rowsPerStrip);
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
