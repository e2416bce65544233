package io.github.jvig.kernels;

import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * One row of a {@link KernelTable}: a way to compute specs of one class. Immutable; {@link #supporting} and {@link #preferredWhen} give
 * changed copies.
 *
 * @param <S>        the class of specs
 * @param <K>        what a row makes: a {@link Kernel}, or whatever a device runs in its place
 * @param spec       the class of specs
 * @param kernel     id of the kernel, as in {@code "f32-pointwise-7x3-vector512"}; unique in a table
 * @param condition  in words, which specs are supported and where the row is preferred; empty for all
 * @param supports   whether this row can compute a spec
 * @param prefers    whether this row is the right one for a supported spec on a machine; a table takes the first that is
 * @param factory    makes the kernel
 */
public record KernelRow<S extends Spec, K>(Class<S> spec, String kernel, String condition, Predicate<S> supports,
        BiPredicate<S, Machine> prefers, Factory<S, K> factory) {
    /**
     * Makes a kernel from a spec and its weights.
     *
     * @param <S> the class of specs
     * @param <K> what it makes
     */
    @FunctionalInterface
    public interface Factory<S, K> {
        /**
         * Makes a kernel. The arrays are the caller's, so what is needed of them is copied.
         *
         * @param spec   what to compute
         * @param weight {@link Spec#weightCount()} weights in the spec's order; null or empty where the operation has none
         * @param bias   {@link Spec#biasCount()} biases; null for zeros
         * @return the kernel
         */
        K make(S spec, float[] weight, float[] bias);
    }

    /** Refuses what is null. */
    public KernelRow {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(supports, "supports");
        Objects.requireNonNull(prefers, "prefers");
        Objects.requireNonNull(factory, "factory");
    }

    /**
     * A row that computes every spec of its class, and is preferred wherever no row before it is.
     *
     * @param <S>     the class of specs
     * @param <K>     what the row makes
     * @param spec    the class of specs
     * @param kernel  id of the kernel, unique in a table
     * @param factory makes the kernel
     * @return the row
     */
    public static <S extends Spec, K> KernelRow<S, K> of(Class<S> spec, String kernel, Factory<S, K> factory) {
        return new KernelRow<>(spec, kernel, "", _ -> true, (_, _) -> true, factory);
    }

    /**
     * The same row for some specs only.
     *
     * @param words     the condition in words, added to {@link #condition}
     * @param predicate which specs are supported, beside the conditions that the row has already
     * @return a new row
     */
    public KernelRow<S, K> supporting(String words, Predicate<S> predicate) {
        return new KernelRow<>(spec, kernel, joined(words), supports.and(predicate), prefers, factory);
    }

    /**
     * The same row, preferred only where this holds. Elsewhere it can still be asked for and timed.
     *
     * @param words     the condition in words, added to {@link #condition}
     * @param predicate where the row is preferred, beside the conditions that it has already
     * @return a new row
     */
    public KernelRow<S, K> preferredWhen(String words, BiPredicate<S, Machine> predicate) {
        return new KernelRow<>(spec, kernel, joined("preferred: " + words), supports, prefers.and(predicate), factory);
    }

    private String joined(String words) {
        return condition.isEmpty() ? words : words.isEmpty() ? condition : condition + "; " + words;
    }

    /** Whether this row can compute a spec of any class. */
    boolean takes(Spec any) {
        return spec.isInstance(any) && supports.test(spec.cast(any));
    }

    boolean prefers(Spec any, Machine machine) {
        return prefers.test(spec.cast(any), machine);
    }

    /**
     * @throws IllegalArgumentException when weight or bias has another length than the spec asks for
     */
    K make(Spec any, float[] weight, float[] bias) {
        int weights = weight == null ? 0 : weight.length;
        if (weights != any.weightCount()) {
            throw new IllegalArgumentException(any + " takes " + any.weightCount() + " weights, not " + weights);
        }
        if (bias != null && bias.length != any.biasCount()) {
            throw new IllegalArgumentException(any + " takes " + any.biasCount() + " biases, not " + bias.length);
        }
        return factory.make(spec.cast(any), weight, bias);
    }
}
