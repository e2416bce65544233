package io.github.jvig.bench;

/**
 * What was measured of one layer on one thread.
 *
 * @param net        whose layer it is
 * @param layer      name of the first layer of this shape
 * @param operation  with its shape
 * @param count      layers of this shape in the net
 * @param cache      {@code hot} or {@code cold}
 * @param micros     of one run, mean
 * @param error      half of the mean's 99.9 % confidence interval, a share of the mean
 * @param flop       of one run
 * @param bytes      of one run
 * @param gflops     GFLOP/s
 * @param gbytes     GB/s
 * @param peakGflops FMA peak of one thread in the same set
 * @param peakShare  of that peak
 */
record LayerRow(String net, String layer, String operation, int count, String cache, double micros, double error,
        long flop, long bytes, double gflops, double gbytes, double peakGflops, double peakShare) {

    /** From runs a millisecond, as {@link KernelBenchmark} counts them. */
    static LayerRow of(String net, BenchLayer layer, String cache, double runsPerMilli, double error,
            double peakGflops) {
        double gflops = 1e-6 * layer.flops() * runsPerMilli;
        return new LayerRow(net, layer.name(), layer.spec().toString(), layer.count(), cache, 1e3 / runsPerMilli,
                error / runsPerMilli, layer.flops(), layer.bytes(), gflops, 1e-6 * layer.bytes() * runsPerMilli,
                peakGflops, gflops / peakGflops);
    }

    /** Floating-point operations for each byte that has to be moved. */
    double intensity() {
        return (double) flop / bytes;
    }

    /** {@code "pointwise"} and so on, the first word of the operation. */
    String kind() {
        return operation.substring(0, operation.indexOf(' '));
    }
}
