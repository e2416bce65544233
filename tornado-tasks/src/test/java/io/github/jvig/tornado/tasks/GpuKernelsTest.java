package io.github.jvig.tornado.tasks;

/** The kernels for GPUs, whatever the device is: any can run them. */
class GpuKernelsTest extends KernelsOnDevice {
    GpuKernelsTest() {
        super(new GpuKernels());
    }
}
