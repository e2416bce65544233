package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import java.util.List;
import java.util.Locale;

/**
 * {@code concat(x, m)}, m the max-relative feature of graph neighbors at distances that {@code k} decides. Which shifts these are
 * depends on the size of the map.
 *
 * @param neighbors which pixels are neighbors
 * @param k         their distance in pixels, at least 1
 */
public record MaxRelativeOp(Neighbors neighbors, int k) implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return 2 * inputs.getFirst();
    }

    @Override
    public MaxRelative spec(List<MapLayout> inputs) {
        return switch (neighbors) {
            case EVERY_KTH -> MaxRelative.svga(inputs.getFirst(), k);
            case CROSS -> MaxRelative.cross(inputs.getFirst(), k);
        };
    }

    @Override
    public String describe() {
        return "max-relative " + neighbors.name().toLowerCase(Locale.ROOT) + " K=" + k;
    }
}
