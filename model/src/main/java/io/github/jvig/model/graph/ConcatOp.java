package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Objects;

/**
 * Maps of one height and width, their channels one behind the other ({@link Concat}).
 *
 * @param arity      number of maps, at least 2
 * @param activation applied to the result
 */
public record ConcatOp(int arity, Activation activation) implements Op {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when it is below 2
     */
    public ConcatOp {
        if (arity < 2) {
            throw new IllegalArgumentException("a concatenation needs two maps, and gets " + arity);
        }
        Objects.requireNonNull(activation, "activation");
    }

    /**
     * A concatenation alone.
     *
     * @param arity number of maps, at least 2
     * @throws IllegalArgumentException when it is below 2
     */
    public ConcatOp(int arity) {
        this(arity, Activation.NONE);
    }

    /** {@return whether it moves channels and nothing else} */
    public boolean isPlain() {
        return activation == Activation.NONE;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return inputs.stream().reduce(0, Math::addExact);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        // Maps of another size than the first are refused by the comparison with what the spec reads.
        MapLayout first = inputs.getFirst();
        return new Concat(inputs.stream().map(map -> first.withChannels(map.channels())).toList(), activation);
    }

    @Override
    public String describe() {
        return "concat" + Epilogue.of(activation);
    }
}
