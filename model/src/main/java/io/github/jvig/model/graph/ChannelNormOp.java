package io.github.jvig.model.graph;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Locale;

/**
 * Normalization of each pixel by the length of its channels as a vector ({@link ChannelNorm}).
 *
 * @param kind    what each pixel is divided by
 * @param weight  one factor for each channel; null for {@link ChannelNorm.Kind#L2}
 * @param epsilon keeps the divisor away from zero, positive and finite
 */
public record ChannelNormOp(ChannelNorm.Kind kind, float[] weight, double epsilon) implements Op {
    /**
     * Checks that there are weights where they are needed.
     *
     * @throws IllegalArgumentException when there are none, or some where none are taken
     */
    public ChannelNormOp {
        if ((kind == ChannelNorm.Kind.RMS) == (weight == null)) {
            throw new IllegalArgumentException("a norm " + kind + (weight == null ? " without" : " with") + " weights");
        }
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, weight == null ? inputs.getFirst() : weight.length);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new ChannelNorm(inputs.getFirst(), kind, epsilon);
    }

    @Override
    public float[] weights(Spec spec) {
        return weight;
    }

    @Override
    public long parameters() {
        return weight == null ? 0 : weight.length;
    }

    @Override
    public String describe() {
        return kind.name().toLowerCase(Locale.ROOT) + " norm of channels";
    }
}
