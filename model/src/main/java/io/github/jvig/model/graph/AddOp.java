package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.Spec;
import java.util.List;

/** The sum of two maps of one shape, element by element. {@link Passes#fuseResidual} puts it into a convolution before it where it can. */
public record AddOp() implements Op {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, inputs.getLast());
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new ResidualAdd(inputs.getFirst(), Activation.NONE);
    }

    @Override
    public String describe() {
        return "add";
    }
}
