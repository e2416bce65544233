/**
 * Convolutions that sum over channels. Pointwise, dense, grouped and gated ones are matrix products; Winograd's algorithm does 3x3 windows with
 * less; sparse ones leave out what is zero; binary ones count bits.
 */
package io.github.jvig.kernels.vector.convolution;
