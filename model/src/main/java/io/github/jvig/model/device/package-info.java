/**
 * From a graph to something that runs: the device interface, the devices that are there, and the CPU's own, which picks a kernel for
 * each node, plans the buffers by liveness and spreads the work over a session's threads.
 */
package io.github.jvig.model.device;
