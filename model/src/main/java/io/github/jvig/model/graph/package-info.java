/**
 * The layer graph that a net builds from its weights, and the passes over it, which fold linear layers into convolutions and fuse the
 * layers that follow a convolution into its epilogue. A graph has channel counts but no sizes: a device compiles it for one input size.
 * Start reading at {@link io.github.jvig.model.graph.Graph}, then {@link io.github.jvig.model.graph.Op} and
 * {@link io.github.jvig.model.graph.Passes}.
 */
package io.github.jvig.model.graph;
