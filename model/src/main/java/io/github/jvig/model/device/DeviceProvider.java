package io.github.jvig.model.device;

import java.util.List;

/** Brings devices from another module; found by {@link java.util.ServiceLoader}. */
public interface DeviceProvider {
    /** {@return what the names of its devices start with, up to a colon: {@code "tornado"}; asking must be cheap} */
    String kind();

    /** {@return the devices that are there now, perhaps none; the first call may take time to start a driver} */
    List<Device> devices();

    /** {@return what is missing where there is no device, and how to get it, in one line; empty where there are devices} */
    String unavailableReason();
}
