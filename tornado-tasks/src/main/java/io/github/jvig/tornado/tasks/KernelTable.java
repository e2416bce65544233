package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.Layer;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** Which kernel computes a layer on one kind of device. */
interface KernelTable {
    /** @throws UnsupportedOperationException that names the operation that there is no kernel for */
    Work pick(Layer layer);

    /** By the kind of device alone: GPUs have theirs, all others take those for processors. */
    static KernelTable of(TornadoDeviceType type) {
        return type == TornadoDeviceType.GPU ? new GpuKernels() : new ProcessorKernels();
    }

    /** The same refusal everywhere. */
    static UnsupportedOperationException none(Layer layer) {
        return new UnsupportedOperationException("tornado devices have no kernel for " + layer.node().name() + ": "
                + layer.spec());
    }
}
