/**
 * The layer graph that a net builds from its weights, and the passes over it: fold what is linear into the convolutions, fuse what
 * stands behind a convolution into its epilogue. A graph knows channels, not sizes: a device compiles it for one input size.
 */
package io.github.jvig.model.graph;
