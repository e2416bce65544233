/**
 * What kernels of all kinds use: the width of vectors ({@link io.github.jvig.kernels.vector.common.VectorConfig}), how a kernel's work is split
 * into units ({@link io.github.jvig.kernels.vector.common.Split}), how the compiler is told a vector's class
 * ({@link io.github.jvig.kernels.vector.common.KnownClass}), copies and transposition. It uses no other package of vector kernels.
 */
package io.github.jvig.kernels.vector.common;
