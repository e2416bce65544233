package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.Layer;

/** Which kernel computes a layer on one kind of device. */
interface KernelTable {
    /** @throws UnsupportedOperationException that names the operation that there is no kernel for */
    Work pick(Layer layer);

    /** The same refusal everywhere. */
    static UnsupportedOperationException none(Layer layer) {
        return new UnsupportedOperationException("tornado devices have no kernel for " + layer.node().name() + ": "
                + layer.spec());
    }
}
