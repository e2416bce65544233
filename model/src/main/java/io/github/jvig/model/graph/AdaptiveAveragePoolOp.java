package io.github.jvig.model.graph;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A map of a fixed size, of the means of windows ({@link AdaptiveAveragePool}).
 *
 * @param height rows of the result
 * @param width  columns of the result
 */
public record AdaptiveAveragePoolOp(int height, int width) implements Op {
    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return new AdaptiveAveragePool(in, MapLayout.of(height, width, in.channels()));
    }

    @Override
    public String describe() {
        return "average pool to " + height + "x" + width;
    }
}
