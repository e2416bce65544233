package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import java.util.List;

/**
 * {@code concat(x, m)}, m the max-relative feature over every k-th pixel of the row and of the column that is nearer than the second
 * input, one number: dynamic axial graph construction, GreedyViG, arXiv 2405.06849.
 *
 * @param k the distance between the pixels looked at, at least 1
 */
public record ThresholdedMaxRelativeOp(int k) implements Op {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return 2 * inputs.getFirst();
    }

    @Override
    public ThresholdedMaxRelative spec(List<MapLayout> inputs) {
        return ThresholdedMaxRelative.axial(inputs.getFirst(), k);
    }

    @Override
    public String describe() {
        return "thresholded max-relative K=" + k;
    }
}
