package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An activation by itself, element by element. {@link Passes#fuseActivation} puts it into the convolution before it where it can.
 *
 * @param activation the function
 */
public record ActivateOp(Activation activation) implements Op {
    /** A depthwise convolution with a window of 1x1, weights of one and the activation behind it. */
    @Override
    public Spec spec(List<MapLayout> inputs) {
        return new DepthwiseConv(inputs.getFirst(), Window.same(1), Epilogue.of(activation));
    }

    @Override
    public float[] weights(Spec spec) {
        float[] ones = new float[spec.weightCount()];
        Arrays.fill(ones, 1f);
        return ones;
    }

    @Override
    public String describe() {
        return activation.name().toLowerCase(Locale.ROOT);
    }
}
