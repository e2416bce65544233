package io.github.jvig.tornado.tasks;

/** The kernels for processors. */
class ProcessorKernelsTest extends KernelsOnDevice {
    ProcessorKernelsTest() {
        super(new ProcessorKernels());
    }
}
