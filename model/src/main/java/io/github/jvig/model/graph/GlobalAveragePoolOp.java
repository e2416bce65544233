package io.github.jvig.model.graph;

import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/** The mean over all pixels, channel by channel: a map of one pixel. */
public record GlobalAveragePoolOp() implements Op {
    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new GlobalAveragePool(inputs.getFirst());
    }

    @Override
    public String describe() {
        return "global average pool";
    }
}
