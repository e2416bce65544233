package io.github.jvig.tornado.tasks;

/** The kernels for FPGAs, whatever the device is: any can run them. */
class FpgaKernelsTest extends KernelsOnDevice {
    FpgaKernelsTest() {
        super(new FpgaKernels());
    }
}
