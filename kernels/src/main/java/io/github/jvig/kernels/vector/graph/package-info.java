/**
 * What graph convolutions gather from other pixels: the max-relative feature over cyclic shifts, with and without a threshold, and the distances
 * that the threshold is for.
 */
package io.github.jvig.kernels.vector.graph;
