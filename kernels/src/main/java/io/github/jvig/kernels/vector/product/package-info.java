/**
 * Matrix products: register tiles ({@link io.github.jvig.kernels.vector.product.GemmTile}), the order of weights that they read
 * ({@link io.github.jvig.kernels.vector.product.WeightPanels}), and the kernels of products of matrices. Convolutions and attention are made of the
 * same tiles.
 */
package io.github.jvig.kernels.vector.product;
