package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.Locale;

/**
 * Two maps element by element ({@link Binary}). {@link Passes#fuseResidual} puts a sum into a convolution before it where it can.
 *
 * @param operator   what is done with two elements
 * @param broadcast  how the second map is repeated
 * @param activation applied to the result
 */
public record BinaryOp(Binary.Operator operator, Binary.Broadcast broadcast, Activation activation) implements Op {
    /** {@return the sum of two maps of one shape} */
    public static BinaryOp sum() {
        return new BinaryOp(Binary.Operator.ADD, Binary.Broadcast.NONE, Activation.NONE);
    }

    /** {@return whether this is {@link #sum} and nothing else} */
    public boolean isSum() {
        return equals(sum());
    }

    /**
     * The same with another activation.
     *
     * @param last applied to the result, in place of the one that there is
     * @return a new operation
     */
    public BinaryOp withActivation(Activation last) {
        return new BinaryOp(operator, broadcast, last);
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public int channels(List<Integer> inputs) {
        if (broadcast != Binary.Broadcast.CHANNEL) {
            return Channels.require(inputs, inputs.getLast());
        }
        if (inputs.getLast() != 1) {
            throw new IllegalArgumentException("repeats one channel and gets " + inputs.getLast());
        }
        return inputs.getFirst();
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        MapLayout in2 = switch (broadcast) {
            case NONE -> in;
            case PIXEL -> MapLayout.of(1, 1, in.channels());
            case CHANNEL -> in.withChannels(1);
        };
        return new Binary(in, in2, operator, activation);
    }

    @Override
    public String describe() {
        return operator.name().toLowerCase(Locale.ROOT)
                + (broadcast == Binary.Broadcast.NONE ? "" : " by " + broadcast.name().toLowerCase(Locale.ROOT))
                + Epilogue.of(activation);
    }
}
