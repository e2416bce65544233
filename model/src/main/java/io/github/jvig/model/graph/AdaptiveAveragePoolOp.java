package io.github.jvig.model.graph;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A map divided into windows, and the mean of each ({@link AdaptiveAveragePool}). At input sizes where the map has the size of the result
 * already, it is left out ({@link io.github.jvig.model.lowering.LoweredOp#withoutIdleResizes}).
 *
 * @param size the size of the result
 */
public record AdaptiveAveragePoolOp(Size size) implements Op {
    /** Where the size of the result comes from. */
    public sealed interface Size permits Fixed, OfAnother {}

    /**
     * Always the same.
     *
     * @param height rows of the result
     * @param width  columns of the result
     */
    public record Fixed(int height, int width) implements Size {}

    /** That of the second input, whose values are not read. */
    public record OfAnother() implements Size {}

    /** Checks that there is a size. */
    public AdaptiveAveragePoolOp {
        Objects.requireNonNull(size, "size");
    }

    @Override
    public int arity() {
        return size instanceof OfAnother ? 2 : 1;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return switch (size) {
            case Fixed(int height, int width) -> new AdaptiveAveragePool(in,
                    MapLayout.of(height, width, in.channels()));
            case OfAnother() -> {
                MapLayout another = inputs.getLast();
                yield new AdaptiveAveragePool(in, MapLayout.of(another.height(), another.width(), in.channels()),
                        Optional.of(another));
            }
        };
    }

    @Override
    public String describe() {
        return "average pool to " + switch (size) {
            case Fixed(int height, int width) -> height + "x" + width;
            case OfAnother() -> "the size of another";
        };
    }
}
