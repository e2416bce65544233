package io.github.jvig.bench;

/**
 * The result for one layer on one thread.
 *
 * @param net        name of the net
 * @param layer      name of the first layer with this spec
 * @param operation  the operation with its shapes
 * @param count      number of layers of the net with this spec
 * @param cache      {@code hot} or {@code cold}
 * @param micros     mean time of a run in microseconds
 * @param error      half of the 99.9 % confidence interval of the mean, as a fraction of the mean
 * @param flop       floating-point operations per run
 * @param bytes      bytes moved per run
 * @param gflops     GFLOP/s
 * @param gbytes     GB/s
 * @param peakGflops FMA peak of one thread, measured in the same run, GFLOP/s
 * @param peakShare  share of that peak
 */
record LayerRow(String net, String layer, String operation, int count, String cache, double micros, double error,
        long flop, long bytes, double gflops, double gbytes, double peakGflops, double peakShare) {

    /** Creates a row from runs per millisecond, the unit of {@link KernelBenchmark}. */
    static LayerRow of(String net, BenchLayer layer, String cache, double runsPerMilli, double error,
            double peakGflops) {
        double gflops = 1e-6 * layer.flops() * runsPerMilli;
        return new LayerRow(net, layer.name(), layer.spec().toString(), layer.count(), cache, 1e3 / runsPerMilli,
                error / runsPerMilli, layer.flops(), layer.bytes(), gflops, 1e-6 * layer.bytes() * runsPerMilli,
                peakGflops, gflops / peakGflops);
    }

    /** Arithmetic intensity: floating-point operations per byte moved. */
    double intensity() {
        return (double) flop / bytes;
    }

    /** The kind of operation, such as {@code "pointwise"}: the first word of {@code operation}. */
    String kind() {
        return operation.substring(0, operation.indexOf(' '));
    }
}
