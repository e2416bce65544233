package io.github.jvig.model.graph;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.MapLayout;
import java.util.List;
import java.util.Locale;

/**
 * Each pixel becomes a block of pixels ({@link DepthToSpace}).
 *
 * @param factor pixels along a side of a block
 * @param order  how the pixels of a block lie in the channels
 */
public record DepthToSpaceOp(int factor, BlockOrder order) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        if (factor < 1 || inputs.getFirst() % (factor * factor) != 0) {
            throw new IllegalArgumentException("takes channels that are blocks of " + factor + "x" + factor
                    + " and gets " + inputs.getFirst());
        }
        return inputs.getFirst() / (factor * factor);
    }

    @Override
    public DepthToSpace spec(List<MapLayout> inputs) {
        return new DepthToSpace(inputs.getFirst(), factor, order);
    }

    @Override
    public String describe() {
        return "channels to blocks of " + factor + "x" + factor + ", "
                + order.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
