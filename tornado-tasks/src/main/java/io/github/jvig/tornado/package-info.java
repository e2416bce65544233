/**
 * The room for GPU and FPGA devices through TornadoVM: kernels as static methods, one class for each task graph, and a
 * {@link io.github.jvig.model.device.DeviceProvider} that brings the devices to {@code --device tornado}. Nothing runs here yet.
 */
package io.github.jvig.tornado;
