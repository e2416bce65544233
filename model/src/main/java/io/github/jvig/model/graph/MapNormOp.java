package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Locale;

/**
 * Normalization by a statistic of the whole map, or of groups of its channels ({@link MapNorm}).
 *
 * @param kind    which statistic
 * @param groups  groups of adjacent channels that {@link MapNorm.Kind#GROUP} normalizes by themselves; 1 for the others
 * @param weight  one factor for each channel; null for {@link MapNorm.Kind#L2}
 * @param bias    one for each channel; null for {@link MapNorm.Kind#L2}
 * @param epsilon keeps divisors away from zero, positive and finite
 */
public record MapNormOp(MapNorm.Kind kind, int groups, float[] weight, float[] bias, double epsilon) implements Op {
    /**
     * Checks that there are weights and biases where they are needed, and the groups.
     *
     * @throws IllegalArgumentException when there are none, some where none are taken, or as many of one as not of the other; when the groups
     *                                  do not divide the channels, or there are several of another kind than {@link MapNorm.Kind#GROUP}
     */
    public MapNormOp {
        if ((kind == MapNorm.Kind.L2) != (weight == null) || (weight == null) != (bias == null)
                || weight != null && weight.length != bias.length) {
            throw new IllegalArgumentException("a norm " + kind + " with " + (weight == null ? 0 : weight.length)
                    + " weights and " + (bias == null ? 0 : bias.length) + " biases");
        }
        if (groups < 1 || groups > 1 && (kind != MapNorm.Kind.GROUP || weight.length % groups > 0)) {
            throw new IllegalArgumentException("a norm " + kind + " can't have " + groups + " groups"
                    + (weight == null ? "" : " of " + weight.length + " channels"));
        }
    }

    /**
     * A normalization of the whole map, in one group.
     *
     * @param kind    which statistic
     * @param weight  one factor for each channel; null for {@link MapNorm.Kind#L2}
     * @param bias    one for each channel; null for {@link MapNorm.Kind#L2}
     * @param epsilon keeps divisors away from zero, positive and finite
     * @throws IllegalArgumentException when weights and biases are not those that the kind takes
     */
    public MapNormOp(MapNorm.Kind kind, float[] weight, float[] bias, double epsilon) {
        this(kind, 1, weight, bias, epsilon);
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, weight == null ? inputs.getFirst() : weight.length);
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new MapNorm(inputs.getFirst(), kind, groups, epsilon);
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
        return kind.name().toLowerCase(Locale.ROOT) + " norm of the map"
                + (groups > 1 ? " in " + groups + " groups" : "");
    }
}
