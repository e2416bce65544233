package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All ways to compute operations that one provider or device has, as a list of rows. The kernel for a spec is made by the first row that
 * supports the spec and is preferred for it on this machine; where none is preferred, by the first that supports it. {@code toString}
 * prints the table. Immutable.
 *
 * @param <K> what a row makes: {@link Kernel} on a processor
 */
public final class KernelTable<K> {
    private final String name;
    private final Machine machine;
    private final List<KernelRow<?, K>> rows;

    /**
     * A table of the given rows.
     *
     * @param name    name of the provider or device, for messages
     * @param machine the machine that rows are chosen for
     * @param rows    the rows in the order in which they are tried; the list is copied
     * @throws IllegalArgumentException when two rows have one kernel id
     */
    public KernelTable(String name, Machine machine, List<? extends KernelRow<?, K>> rows) {
        this.name = name;
        this.machine = machine;
        this.rows = List.copyOf(rows);
        Set<String> ids = new HashSet<>();
        for (KernelRow<?, K> row : rows) {
            if (!ids.add(row.kernel())) {
                throw new IllegalArgumentException("two rows of the " + name + " kernels are called " + row.kernel());
            }
        }
    }

    /** {@return the rows in the order in which they are tried} */
    public List<KernelRow<?, K>> rows() {
        return rows;
    }

    /** {@return the machine that rows are chosen for} */
    public Machine machine() {
        return machine;
    }

    /**
     * This table with further rows, which are tried before its own.
     *
     * @param further rows in the order in which they are tried
     * @return a new table
     * @throws IllegalArgumentException when two rows have one kernel id
     */
    public KernelTable<K> withRowsFirst(List<? extends KernelRow<?, K>> further) {
        List<KernelRow<?, K>> all = new ArrayList<>(further);
        all.addAll(rows);
        return new KernelTable<>(name, machine, all);
    }

    /**
     * Every way to compute a spec: the table's choice first, then the others in the table's order, for callers who would rather measure.
     * Weights are packed, and their lengths checked, when a candidate's kernel is made; until then the arrays must not be changed.
     *
     * @param spec   what to compute
     * @param weight weights in the spec's order; null where the operation has none
     * @param bias   biases; null for zeros, or where the operation has none
     * @return at least one candidate
     * @throws UnsupportedOperationException when no row supports the spec
     */
    public List<KernelCandidate<K>> candidates(Spec spec, float[] weight, float[] bias) {
        List<KernelRow<?, K>> all = new ArrayList<>(rows.stream().filter(row -> row.takes(spec)).toList());
        if (all.isEmpty()) {
            throw new UnsupportedOperationException("there is no " + name + " kernel for " + spec);
        }
        all.stream().filter(row -> row.prefers(spec, machine)).findFirst().ifPresent(choice -> {
            all.remove(choice);
            all.addFirst(choice);
        });
        return all.stream().map(row -> new KernelCandidate<>(row, () -> row.make(spec, weight, bias))).toList();
    }

    /**
     * The kernel for a spec: what the first candidate makes.
     *
     * @param spec   what to compute
     * @param weight weights in the spec's order; null where the operation has none
     * @param bias   biases; null for zeros, or where the operation has none
     * @return a new kernel
     * @throws IllegalArgumentException      when weight or bias has another length than the spec asks for
     * @throws UnsupportedOperationException when no row supports the spec
     */
    public K kernel(Spec spec, float[] weight, float[] bias) {
        return candidates(spec, weight, bias).getFirst().kernel().get();
    }

    /** A row a line: spec class, kernel id, condition. */
    @Override
    public String toString() {
        int spec = rows.stream().mapToInt(row -> row.spec().getSimpleName().length()).max().orElse(0);
        int kernel = rows.stream().mapToInt(row -> row.kernel().length()).max().orElse(0);
        return rows.stream()
                .map(row -> (pad(row.spec().getSimpleName(), spec) + "  " + pad(row.kernel(), kernel) + "  "
                        + row.condition()).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
