/**
 * Operations that move channels or pixels and compute little: concatenation, slices, shuffles, the channel at a maximum, resizing.
 */
package io.github.jvig.kernels.vector.move;
