package io.github.jvig.model.graph;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.SpaceToDepth;
import java.util.List;
import java.util.Locale;

/**
 * Each block of pixels becomes a pixel ({@link SpaceToDepth}).
 *
 * @param factor pixels along a side of a block
 * @param order  how the pixels of a block lie in the channels
 */
public record SpaceToDepthOp(int factor, BlockOrder order) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return inputs.getFirst() * factor * factor;
    }

    @Override
    public SpaceToDepth spec(List<MapLayout> inputs) {
        return new SpaceToDepth(inputs.getFirst(), factor, order);
    }

    @Override
    public int stride() {
        return factor;
    }

    @Override
    public String describe() {
        return "blocks of " + factor + "x" + factor + " to channels, "
                + order.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
