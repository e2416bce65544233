package io.github.jvig.tornado;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The first device of TornadoVM, which is configured as by the provider. */
public final class FirstDevice {
    private FirstDevice() {
    }

    /** Configures TornadoVM without starting it. */
    public static void setUp() {
        TornadoVm.setUp();
    }

    public static TornadoDevice get() {
        TornadoVm.devices();
        return TornadoRuntimeProvider.getTornadoRuntime().getBackend(0).getDevice(0);
    }
}
