package io.github.jvig.tornado.tasks;

/** The kernels for GPUs; any device can run them. */
class GpuKernelsTest extends KernelsOnDevice {
    GpuKernelsTest() {
        super(new GpuKernels());
    }
}
