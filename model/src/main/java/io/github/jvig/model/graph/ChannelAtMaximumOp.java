package io.github.jvig.model.graph;

import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * Of each pixel the channel of the second map that has the number of the first map's largest channel ({@link ChannelAtMaximum}). Both maps have
 * one size, and the second has at least as many channels.
 */
public record ChannelAtMaximumOp() implements Op {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        if (inputs.getLast() < inputs.getFirst()) {
            throw new IllegalArgumentException("looks up one of " + inputs.getFirst() + " channels and gets "
                    + inputs.getLast());
        }
        return 1;
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return new ChannelAtMaximum(in, in.withChannels(inputs.getLast().channels()));
    }

    @Override
    public String describe() {
        return "channel at maximum";
    }
}
