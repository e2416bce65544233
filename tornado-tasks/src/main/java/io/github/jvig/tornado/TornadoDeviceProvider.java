package io.github.jvig.tornado;

import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import java.util.List;

/** Provides the devices that TornadoVM finds, named {@code tornado:BACKEND:DEVICE}. */
public final class TornadoDeviceProvider implements DeviceProvider {
    @Override
    public String kind() {
        return "tornado";
    }

    @Override
    public List<Device> devices() {
        return hasApi() ? TornadoVm.devices() : List.of();
    }

    @Override
    public String unavailableReason() {
        return hasApi() ? TornadoVm.unavailableReason() : "TornadoVM is not in this JVM; " + TornadoVm.START;
    }

    /** Whether TornadoVM's API is there. Looked up by name, because classes that use the API cannot be loaded without it. */
    private static boolean hasApi() {
        try {
            Class.forName("uk.ac.manchester.tornado.api.TornadoExecutionPlan", false,
                    TornadoDeviceProvider.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
