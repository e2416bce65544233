/**
 * The CPU runtime: plans, buffers, worker threads, and the choice of kernels. Start reading at
 * {@link io.github.jvig.model.cpu.CpuDevice} and {@code CpuExecutable}.
 */
package io.github.jvig.model.cpu;
