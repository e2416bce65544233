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
    String PROVIDER_PROPERTY = "jvig.kernels";

    /** System property that narrows the vectors to 128, 256 or 512 bits; wider than the hardware has is refused. */
    String BITS_PROPERTY = "jvig.vectorBits";

    /** {@return {@code "scalar"}, or {@code "vector"} followed by the bits of a vector} */
    String name();

    /** {@return every kernel that this provider has} */
    KernelTable<Kernel> table();

    /**
     * Measures what one thread of this machine can do at most with this provider's instructions: independent float32 multiply-adds in
     * registers, the best of some short runs, about 50 ms in all after a warm-up of as much.
     *
     * @return GFLOP/s, a multiply-add counted as two
     */
    double measurePeakGflops();

    /**
     * Brings rows of an image into a map with this provider's instructions: {@link MapLayout#fromPlanes(float[], int, float[], int, int, int)}.
     *
     * @param map       the layout to write
     * @param chw       source, {@code [channels][height][width]} in C order
     * @param chwOffset element of {@code chw} at which the planes start
     * @param out       target, {@code map.length()} floats
     * @param outOffset element of {@code out} at which the map's row 0 starts
     * @param from      first row
     * @param to        one past the last row
     * @throws IndexOutOfBoundsException when an array is too short
     */
    default void fromPlanes(MapLayout map, float[] chw, int chwOffset, float[] out, int outOffset, int from, int to) {
        map.fromPlanes(chw, chwOffset, out, outOffset, from, to);
    }

    /**
     * The kernel that the table chooses for a spec.
     *
     * @param spec   what to compute
     * @param weight weights in the spec's order; null where the operation has none
     * @param bias   biases; null for zeros, or where the operation has none
     * @return a new kernel
     * @throws IllegalArgumentException      when weight or bias has another length than the spec asks for
     * @throws UnsupportedOperationException when the table has no row for the spec
     */
    default Kernel kernel(Spec spec, float[] weight, float[] bias) {
        return table().kernel(spec, weight, bias);
    }

    /**
     * The kernel that the table chooses for a spec without weights.
     *
     * @param spec what to compute
     * @return a new kernel
     * @throws IllegalArgumentException      when the operation has weights
     * @throws UnsupportedOperationException when the table has no row for the spec
     */
    default Kernel kernel(Spec spec) {
        return kernel(spec, null, null);
    }

    /**
     * Every way to compute a spec: {@link KernelTable#candidates}.
     *
     * @param spec   what to compute
     * @param weight weights in the spec's order; null where the operation has none
     * @param bias   biases; null for zeros, or where the operation has none
     * @return the table's choice first, then the others in the table's order
     * @throws UnsupportedOperationException when the table has no row for the spec
     */
    default List<KernelCandidate<Kernel>> candidates(Spec spec, float[] weight, float[] bias) {
        return table().candidates(spec, weight, bias);
    }

    /**
     * This provider with further kernels, for who has them at hand: no service file or class loader has a part in it.
     *
     * @param extension brings them
     * @return a provider that tries the extension's rows before its own
     * @throws IllegalArgumentException when two rows have one kernel id
     */
    default KernelProvider with(KernelExtension extension) {
        return new ExtendedProvider(this, table().withRowsFirst(extension.rows(table().machine())));
    }

    /**
     * One kernel that does what several do one after another, strip by strip, without their intermediate results in memory. It gives the
     * same bits.
     *
     * @param kernels      of a provider, each on the result of the one before (see {@link FusedChain})
     * @param rowsPerStrip rows of the output that go through all of them at a time, at least 1; what lies between should fit a near cache
     * @return a new kernel for the {@link FusedChain} of their specs
     * @throws IllegalArgumentException when one of them is no {@link RowKernel} or can't compute rows by themselves, they do not fit each
     *                                  other, or {@code rowsPerStrip} is below 1
     */
    static Kernel chain(List<Kernel> kernels, int rowsPerStrip) {
        return new FusedChainKernel(kernels, rowsPerStrip);
    }

    /**
     * The same of a chain whose stages read results of earlier stages a second time, such as several residual blocks.
     *
     * @param kernels      of a provider, each on the result of the one before
     * @param seconds      for each kernel the number of its second operand, as {@link FusedChain#seconds} has it
     * @param rowsPerStrip rows of the output that go through all of them at a time, at least 1
     * @return a new kernel for the {@link FusedChain} of their specs
     * @throws IllegalArgumentException when one of them is no {@link RowKernel} or can't compute rows by themselves, they do not fit each
     *                                  other, or {@code rowsPerStrip} is below 1
     */
    static Kernel chain(List<Kernel> kernels, List<Integer> seconds, int rowsPerStrip) {
        return new FusedChainKernel(kernels, seconds, rowsPerStrip);
    }

    /**
     * The provider for this JVM: by {@value #PROVIDER_PROPERTY}, else the vector one where the machine and the JVM allow it, else the scalar
     * one with one warning that says what is missing. HotSpot's flags tell whether vectors are compiled and multiply-adds are instructions;
     * where they don't, as with another compiler than C2, a measurement does.
     *
     * @return the same provider every time
     * @throws UnsupportedOperationException when the property asks for a provider that can't be had, or {@value #BITS_PROPERTY} for a width
     *                                       that can't, with the remedy
     */
    static KernelProvider get() {
        return KernelLookup.chosen();
    }

    /**
     * Why {@link #get()} gives the provider that it gives, for people to read.
     *
     * @return one line: the property that asks for it, or what is missing for the vector one
     * @throws UnsupportedOperationException as {@link #get()}
     */
    static String reason() {
        return KernelLookup.reason();
    }

    /** {@return the scalar provider: it defines every operation and runs on any JVM} */
    static KernelProvider scalar() {
        return KernelLookup.scalar();
    }

    /**
     * The Vector API's provider.
     *
     * @return a provider with vectors of the width that {@value #BITS_PROPERTY} asks for, else of the widest that the machine has
     * @throws UnsupportedOperationException when this JVM or machine can't have it, with the remedy
     */
    static KernelProvider vector() {
        return KernelLookup.vector();
    }
}
