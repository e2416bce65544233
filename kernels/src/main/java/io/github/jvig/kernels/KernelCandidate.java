package io.github.jvig.kernels;

import java.util.function.Supplier;

/**
 * One way to compute a spec.
 *
 * @param name   tells it from the other ways for the same spec, and stays the same from run to run
 * @param kernel makes it; packing the weights happens then
 */
public record KernelCandidate(String name, Supplier<Kernel> kernel) {}
