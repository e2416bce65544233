package io.github.jvig.kernels;

import java.util.List;

/**
 * Brings kernels from another module, for operations of its own or for those that are there; found by {@link java.util.ServiceLoader}.
 * Its rows are tried before the built-in ones.
 */
public interface KernelExtension {
    /**
     * Rows for one provider.
     *
     * @param machine whose {@link Machine#isa()} says for which provider; an operation that is to run everywhere needs a row for
     *                {@code "scalar"} too, and a row that is offered to all providers has the isa in its kernel id
     * @return the rows, in the order in which they are tried; empty for none
     */
    List<KernelRow<?, Kernel>> rows(Machine machine);
}
