package io.github.jvig.kernels;

/** A provider with the rows of a {@link KernelExtension} before its own. */
record ExtendedProvider(KernelProvider provider, KernelTable<Kernel> table) implements KernelProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public double measurePeakGflops() {
        return provider.measurePeakGflops();
    }

    @Override
    public void fromPlanes(MapLayout map, float[] chw, int chwOffset, float[] out, int outOffset, int from, int to) {
        provider.fromPlanes(map, chw, chwOffset, out, outOffset, from, to);
    }
}
