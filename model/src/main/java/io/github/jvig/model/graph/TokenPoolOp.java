package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.TokenPool;
import java.util.List;

/**
 * The average over runs of pixels in the order of the raster ({@link TokenPool}): a map of one row, with as many pixels as there are runs.
 *
 * @param length pixels of a run
 */
public record TokenPoolOp(int length) implements Op {
    @Override
    public TokenPool spec(List<MapLayout> inputs) {
        return new TokenPool(inputs.getFirst(), length);
    }

    @Override
    public String describe() {
        return "average of " + length + " pixels at a time";
    }
}
