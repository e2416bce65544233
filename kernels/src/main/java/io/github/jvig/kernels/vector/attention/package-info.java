/**
 * Attention with queries, keys and values at any place of their maps, attention between channels, linear and separable attention, softmax over
 * pixels, weights computed for each neighborhood, and the selective scan.
 */
package io.github.jvig.kernels.vector.attention;
