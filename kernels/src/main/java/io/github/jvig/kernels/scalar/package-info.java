/**
 * The scalar kernels. Each is the definition of its operation: written for readability, and it runs on any JVM. The channels are innermost, so
 * the JIT compiler vectorizes some of them. Start reading at {@link io.github.jvig.kernels.scalar.ScalarKernels}, the table.
 */
package io.github.jvig.kernels.scalar;
