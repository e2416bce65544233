package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.Spec;
import java.util.List;

/** The softmax over all pixels, channel by channel ({@link SpatialSoftmax}). */
public record SpatialSoftmaxOp() implements Op {
    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new SpatialSoftmax(inputs.getFirst());
    }

    @Override
    public String describe() {
        return "softmax over pixels";
    }
}
