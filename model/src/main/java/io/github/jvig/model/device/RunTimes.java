package io.github.jvig.model.device;

/**
 * Where the time of one run goes, by the device's own clock. What remains of a run's time on the host's clock is the host's cost: copies of
 * arrays, calls of the driver, waiting.
 *
 * @param steps   nanoseconds of each step of {@link Executable#steps()}, for the whole batch
 * @param copyIn  nanoseconds in which images go to the device; 0 for a device that reads them where they are
 * @param copyOut nanoseconds in which results come from the device
 */
public record RunTimes(long[] steps, long copyIn, long copyOut) {
    /** {@return nanoseconds of all steps} */
    public long kernels() {
        long sum = 0;
        for (long step : steps) {
            sum += step;
        }
        return sum;
    }
}
