package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Locale;

/**
 * Normalization by a statistic of the whole map ({@link MapNorm}).
 *
 * @param kind    which statistic
 * @param weight  one factor for each channel; null for {@link MapNorm.Kind#L2}
 * @param bias    one for each channel; null for {@link MapNorm.Kind#L2}
 * @param epsilon keeps divisors away from zero, positive and finite
 */
public record MapNormOp(MapNorm.Kind kind, float[] weight, float[] bias, double epsilon) implements Op {
    /**
     * Checks that there are weights and biases where they are needed.
     *
     * @throws IllegalArgumentException when there are none, some where none are taken, or as many of one as not of the other
     */
    public MapNormOp {
        if ((kind == MapNorm.Kind.L2) != (weight == null) || (weight == null) != (bias == null)
                || weight != null && weight.length != bias.length) {
            throw new IllegalArgumentException("a norm " + kind + " with " + (weight == null ? 0 : weight.length)
                    + " weights and " + (bias == null ? 0 : bias.length) + " biases");
        }
    }

    @Override
    public int arity() {
        return 1;
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, weight == null ? inputs.getFirst() : weight.length);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new MapNorm(inputs.getFirst(), kind, epsilon);
    }

    @Override
    public float[] weights(Spec spec) {
        return weight;
    }

    @Override
    public float[] biases() {
        return bias;
    }

    @Override
    public long parameters() {
        return weight == null ? 0 : 2L * weight.length;
    }

    @Override
    public String describe() {
        return kind.name().toLowerCase(Locale.ROOT) + " norm of the map";
    }
}
