package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.vector.common.VectorWidth;

/** Refuses a width that is asked for and that this machine does not have, before anything depends on it. */
public final class WidthCheck implements Runnable {
    /** For {@code KernelLookup}, which knows this class by name. */
    public WidthCheck() {
    }

    /** @throws UnsupportedOperationException with one line that says which width can't be had */
    @Override
    public void run() {
        VectorWidth.chosen();
    }
}
