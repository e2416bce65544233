package io.github.jvig.tornado.tasks;

/** The kernels for FPGAs; any device can run them. */
class FpgaKernelsTest extends KernelsOnDevice {
    FpgaKernelsTest() {
        super(new FpgaKernels());
    }
}
