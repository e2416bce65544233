/** The CPU runtime: plans, buffers, worker threads, and the choice of kernels. */
package io.github.jvig.model.cpu;
