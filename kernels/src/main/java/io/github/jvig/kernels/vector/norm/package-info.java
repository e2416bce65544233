/**
 * Normalization over the channels of a pixel (layer norm, RMS, L2), and over groups of channels of the whole map.
 */
package io.github.jvig.kernels.vector.norm;
