package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * The normalized image. It is given, not computed: a caller passes {@code [channels][height][width]}.
 *
 * @param channels channels of the image
 */
public record InputOp(int channels) implements Op {
    @Override
    public int arity() {
        return 0;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return channels;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        throw new IllegalArgumentException("the input is given, not computed");
    }

    @Override
    public String describe() {
        return "input " + channels;
    }
}
