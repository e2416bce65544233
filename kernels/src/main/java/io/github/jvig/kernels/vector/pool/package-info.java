/**
 * Pooling: over windows, to a given size, over the whole map, and its blend with the map itself.
 */
package io.github.jvig.kernels.vector.pool;
