package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.CustomOp;
import java.util.List;

/**
 * A {@link TensorFunction} as a node of a graph. Its sizes are fixed.
 *
 * @param function what is computed
 */
public record TensorOp(TensorFunction function) implements CustomOp {
    @Override
    public int arity() {
        return function.inputs().size();
    }

    @Override
    public int channels(List<Integer> inputs) {
        List<Integer> expected = function.inputs().stream().map(MapLayout::channels).toList();
        if (!inputs.equals(expected)) {
            throw new IllegalArgumentException("takes " + expected + " channels, not " + inputs);
        }
        return function.out().channels();
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new TensorSpec(function);
    }

    @Override
    public String describe() {
        return function.describe();
    }
}
