package io.github.jvig.kernels;

import java.util.function.Supplier;

/**
 * One way to compute a spec.
 *
 * @param <K>    what the row makes
 * @param row    of the table
 * @param kernel makes it; packing the weights happens then, and lengths are checked
 */
public record KernelCandidate<K>(KernelRow<?, K> row, Supplier<K> kernel) {
    /** The row's kernel id, the same from run to run. */
    public String name() {
        return row.kernel();
    }
}
