package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;

/**
 * A kernel for a spec that is another spec on the same numbers in memory.
 *
 * @param spec   what is computed
 * @param name   the kernel's id
 * @param kernel what computes it
 */
public record RelayedKernel(Spec spec, String name, Kernel kernel) implements Kernel {
    @Override
    public int units() {
        return kernel.units();
    }

    @Override
    public int scratch() {
        return kernel.scratch();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        kernel.run(o, scratch, scratchOffset, from, to);
    }
}
