package io.github.jvig.model.device;

/**
 * What a device can do at most, as measured: the two lines of its roofline (Williams et al., 2009).
 *
 * @param gflops    float32 multiply-adds that do not depend on one another, in GFLOP/s; a multiply-add counts as two operations
 * @param gigabytes a copy of an array that is larger than any cache, in GB/s; bytes read and bytes written both count
 */
public record DevicePeaks(double gflops, double gigabytes) {
    /**
     * The shortest time that work can take.
     *
     * @param flops floating-point operations
     * @param bytes bytes read and written
     * @return nanoseconds
     */
    public double nanos(double flops, double bytes) {
        return Math.max(flops / gflops, bytes / gigabytes);
    }
}
