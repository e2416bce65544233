/**
 * Turns a graph into operations of fixed shapes for one input size, and plans the offsets of their buffers. All devices start from here. Start
 * reading at {@link io.github.jvig.model.lowering.LoweredOp}. Exported for implementations of devices.
 */
package io.github.jvig.model.lowering;
