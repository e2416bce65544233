package io.github.jvig.kernels;

import java.util.function.Supplier;

/**
 * One way to compute a spec.
 *
 * @param <K>    what the row makes
 * @param row    the row of the table that it comes from
 * @param kernel makes the kernel. Weights are packed and their lengths checked each time that it is called; wrong lengths are an
 *               {@link IllegalArgumentException}
 */
public record KernelCandidate<K>(KernelRow<?, K> row, Supplier<K> kernel) {
    /** {@return the row's kernel id, the same from run to run} */
    public String name() {
        return row.kernel();
    }
}
