/**
 * Runs nets on OpenCL devices through TornadoVM. Start reading at {@link io.github.jvig.tornado.TornadoDeviceProvider}, the
 * {@link io.github.jvig.model.device.DeviceProvider} for {@code --device tornado}. The package {@code tasks} turns a net into task graphs,
 * the package {@code kernels} holds the kernels that the tasks run.
 */
package io.github.jvig.tornado;
