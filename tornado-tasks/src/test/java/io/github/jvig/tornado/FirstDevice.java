package io.github.jvig.tornado;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** TornadoVM's first device, with TornadoVM set up as the provider does it. */
public final class FirstDevice {
    private FirstDevice() {
    }

    /** Sets TornadoVM up, without starting it. */
    public static void setUp() {
        TornadoVm.setUp();
    }

    public static TornadoDevice get() {
        TornadoVm.devices();
        return TornadoRuntimeProvider.getTornadoRuntime().getBackend(0).getDevice(0);
    }
}
