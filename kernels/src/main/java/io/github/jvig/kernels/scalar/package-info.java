/**
 * The scalar kernels: each one is the definition of its operation, written to be read, on any JVM. Where they are also quick it is
 * because channels are innermost, which a compiler vectorizes by itself.
 */
package io.github.jvig.kernels.scalar;
