/**
 * Turns a graph into TornadoVM task graphs. Start reading at {@link io.github.jvig.tornado.tasks.TaskExecutable}. {@code DeviceKernels}
 * chooses a kernel for each layer by the kind of device, {@code NetLayout} assigns an offset to each map and weight, and {@code NetTasks}
 * builds and runs the task graphs for a batch.
 */
package io.github.jvig.tornado.tasks;
