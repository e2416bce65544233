package io.github.jvig.kernels;

/**
 * One operation on maps of given shapes, without its weights: an immutable record that checks itself. Everything that is generic asks the
 * spec: how many maps it reads and of which shape, how many weights and biases it takes, what it is called. Kernels for it are rows of a
 * {@link KernelTable}.
 *
 * <p>The interface is open: an application may add an operation of its own, with rows for it by a {@link KernelExtension}.
 */
public interface Spec extends Computation {
    /**
     * Names the operation. Kernel ids hold the name, {@code toString} starts with it, and it is the same for all specs of one class.
     *
     * @return lower case with hyphens, as in {@code "pointwise"}
     */
    String operation();

    /** {@return the number of weights that a kernel for this spec takes; zero when the operation has none} */
    default int weightCount() {
        return 0;
    }

    /** {@return the number of biases that a kernel for this spec takes, if it is not given null for zeros; zero when the operation has none} */
    default int biasCount() {
        return 0;
    }
}
