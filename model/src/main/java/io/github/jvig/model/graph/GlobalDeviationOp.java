package io.github.jvig.model.graph;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.MapLayout;
import java.util.List;

/**
 * The standard deviation over all pixels, channel by channel ({@link GlobalDeviation}): a map of one pixel.
 *
 * @param correction what is taken off the number of pixels: 0, or 1 for the unbiased variance
 * @param epsilon    added to the variance, 0 or more
 */
public record GlobalDeviationOp(int correction, double epsilon) implements Op {
    @Override
    public GlobalDeviation spec(List<MapLayout> inputs) {
        return new GlobalDeviation(inputs.getFirst(), correction, epsilon);
    }

    @Override
    public String describe() {
        return "global deviation, correction " + correction;
    }
}
