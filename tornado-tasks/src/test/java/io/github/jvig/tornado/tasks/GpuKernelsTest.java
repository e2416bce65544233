package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.Precision;

/** The kernels for GPUs; any device can run them. */
class GpuKernelsTest extends KernelsOnDevice {
    GpuKernelsTest() {
        super(new GpuKernels(Precision.SINGLE));
    }
}
