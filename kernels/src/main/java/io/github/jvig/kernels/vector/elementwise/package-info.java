/**
 * Operations on elements at the same place: of two maps, of a map and constants, and activations with slopes by channel.
 */
package io.github.jvig.kernels.vector.elementwise;
