/**
 * The nets on OpenCL devices through TornadoVM: a {@link io.github.jvig.model.device.DeviceProvider} brings its devices to
 * {@code --device tornado}. Behind it are {@code tasks}, which make task graphs of a net, and {@code kernels}, of which those are made.
 */
package io.github.jvig.tornado;
