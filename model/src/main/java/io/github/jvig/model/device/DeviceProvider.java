package io.github.jvig.model.device;

import java.util.List;

/** Brings devices from another module; found by {@link java.util.ServiceLoader}. */
public interface DeviceProvider {
    /** The devices that are there now, perhaps none. */
    List<Device> devices();
}
