package io.github.jvig.model.device;

import java.util.List;

/** Brings devices from another module; found by {@link java.util.ServiceLoader}. */
public interface DeviceProvider {
    /** What the names of its devices start with, up to a colon: {@code "tornado"}. */
    String kind();

    /** The devices that are there now, perhaps none. */
    List<Device> devices();

    /** What is missing where there is no device, and how to get it, in one line; empty where there are devices. */
    String unavailableReason();
}
