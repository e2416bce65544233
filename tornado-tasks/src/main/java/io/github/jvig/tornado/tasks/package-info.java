/**
 * From a graph to TornadoVM's task graphs: a kernel for each layer, picked by the kind of device, a place for each map and weight, and the
 * task graphs that run them for a batch.
 */
package io.github.jvig.tornado.tasks;
