package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.Spec;
import java.util.Arrays;
import java.util.List;

/**
 * An activation of two straight pieces, of its own for each channel ({@link PiecewiseLinear}): PReLU, DPReLU.
 *
 * @param knee  for each channel where the pieces meet
 * @param below slope below the knee
 * @param above slope from the knee on
 * @param value result at the knee
 */
public record PiecewiseLinearOp(float[] knee, float[] below, float[] above, float[] value) implements Op {
    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException when they differ or are zero
     */
    public PiecewiseLinearOp {
        if (knee.length == 0 || below.length != knee.length || above.length != knee.length
                || value.length != knee.length) {
            throw new IllegalArgumentException("an activation of " + knee.length + " knees, " + below.length
                    + " slopes below, " + above.length + " above and " + value.length + " values");
        }
    }

    /**
     * A PReLU.
     *
     * @param slope for each channel the slope below zero
     * @return the operation
     */
    public static PiecewiseLinearOp prelu(float[] slope) {
        float[] ones = new float[slope.length];
        Arrays.fill(ones, 1f);
        return new PiecewiseLinearOp(new float[slope.length], slope, ones, new float[slope.length]);
    }

    /** {@return whether it is a PReLU: both pieces meet in zero, and the upper one changes nothing} */
    public boolean isPrelu() {
        PiecewiseLinearOp same = prelu(below);
        return Arrays.equals(knee, same.knee) && Arrays.equals(above, same.above) && Arrays.equals(value, same.value);
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, knee.length);
    }

    @Override
    public PiecewiseLinear spec(List<MapLayout> inputs) {
        return new PiecewiseLinear(inputs.getFirst());
    }

    @Override
    public float[] weights(Spec spec) {
        float[] weight = Arrays.copyOf(knee, PiecewiseLinear.PARAMETERS * knee.length);
        System.arraycopy(below, 0, weight, knee.length, knee.length);
        System.arraycopy(above, 0, weight, 2 * knee.length, knee.length);
        System.arraycopy(value, 0, weight, 3 * knee.length, knee.length);
        return weight;
    }

    @Override
    public long parameters() {
        return isPrelu() ? knee.length : (long) PiecewiseLinear.PARAMETERS * knee.length;
    }

    @Override
    public String describe() {
        return isPrelu() ? "prelu" : "piecewise linear";
    }
}
