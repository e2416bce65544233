/**
 * The interface between JViG and devices. A {@link io.github.jvig.model.device.Device} compiles a graph into an
 * {@link io.github.jvig.model.device.Executable}; a {@link io.github.jvig.model.device.DeviceProvider} adds devices of another module.
 */
package io.github.jvig.model.device;
