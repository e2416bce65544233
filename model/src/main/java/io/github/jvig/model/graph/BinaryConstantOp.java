package io.github.jvig.model.graph;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Locale;

/**
 * A map and a constant map, element by element ({@link BinaryConstant}), such as a position embedding. It is tied to maps of the constant's
 * size.
 *
 * @param operator what is done with an element of the map and one of the constant
 * @param height   rows of the constant
 * @param width    columns of the constant
 * @param constant {@code [height][width][channels]}, C order
 */
public record BinaryConstantOp(Binary.Operator operator, int height, int width, float[] constant) implements Op {
    /**
     * Checks the length of the constant.
     *
     * @throws IllegalArgumentException when a side is below 1, or {@code constant} is not a number of channels for each pixel
     */
    public BinaryConstantOp {
        if (height < 1 || width < 1 || constant.length == 0 || constant.length % ((long) height * width) != 0) {
            throw new IllegalArgumentException(
                    "a constant map of " + height + "x" + width + " pixels with " + constant.length + " numbers");
        }
    }

    @Override
    public int channels(List<Integer> inputs) {
        return Channels.require(inputs, constant.length / (height * width));
    }

    /** @throws IllegalArgumentException when the map is not of the constant's size */
    @Override
    public BinaryConstant spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        if (in.height() != height || in.width() != width) {
            throw new IllegalArgumentException("its constant is for a map of " + height + "x" + width + ", not "
                    + in.height() + "x" + in.width());
        }
        return new BinaryConstant(in, operator);
    }

    @Override
    public float[] weights(Spec spec) {
        return constant;
    }

    @Override
    public long parameters() {
        return constant.length;
    }

    @Override
    public String describe() {
        return operator.name().toLowerCase(Locale.ROOT) + " a constant map of " + height + "x" + width;
    }
}
