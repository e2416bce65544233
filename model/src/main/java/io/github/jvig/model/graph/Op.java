package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * What a node of the graph computes, with its parameters but without a size: sizes come in when the graph is lowered, which asks each op
 * for its {@link #spec}. Everything that is generic asks the op. Only the passes and the ONNX writer look at what kind of op it is.
 *
 * <p>Arrays in an op belong to it and are never changed. An application's own operation is a {@link CustomOp}.
 */
public sealed interface Op permits InputOp, ConvOp, GatedConvOp, AffineOp, ActivateOp, BinaryOp, MaxRelativeOp,
        RolledL1DistanceOp, MeanMinusStdOp, ThresholdedMaxRelativeOp, LayerNormOp, ChannelNormOp, MapNormOp,
        AvgPoolBlendOp, AttentionOp, LinearAttentionOp, CrossCovarianceOp, SeparableAttentionOp,
        GlobalAveragePoolOp, Pool2dOp, TokenPoolOp, ResizeOp, DepthToSpaceOp, SpaceToDepthOp, BinaryConstantOp,
        FourierPositionsOp, GlobalDeviationOp, SelectiveScanOp, PiecewiseLinearOp, BinaryConvOp, LocalDepthwiseOp,
        DeformableDepthwiseOp, SpatialSoftmaxOp, AttentionScoresOp, NeighborhoodAggregationOp, AdaptiveAveragePoolOp,
        ChannelAtMaximumOp,
        ConcatOp, SelectOp, CustomOp {
    /** {@return the number of maps that it reads; 1 unless an op says otherwise} */
    default int arity() {
        return 1;
    }

    /**
     * Channels of the result; those of the first map unless an op says otherwise.
     *
     * @param inputs channels of each map that it reads, {@link #arity()} of them
     * @return channels of the result
     * @throws IllegalArgumentException when it does not take so many channels
     */
    default int channels(List<Integer> inputs) {
        return inputs.getFirst();
    }

    /**
     * What a kernel has to compute on maps of these shapes.
     *
     * @param inputs layouts of the maps that it reads; the caller compares all of them with the spec's own {@link Spec#inputs()}
     * @return the spec, whose result has the channels that {@link #channels} gives
     * @throws IllegalArgumentException      when it can't take these shapes
     * @throws UnsupportedOperationException when there is no such kernel
     */
    Spec spec(List<MapLayout> inputs);

    /**
     * Weights for a kernel. The array may be this op's own, so it must not be changed.
     *
     * @param spec what {@link #spec} has given
     * @return {@link Spec#weightCount()} weights in the spec's order; null for none
     */
    default float[] weights(Spec spec) {
        return null;
    }

    /**
     * Biases for a kernel. The array may be this op's own, so it must not be changed.
     *
     * @return {@link Spec#biasCount()} biases; null for none, or for zeros
     */
    default float[] biases() {
        return null;
    }

    /** {@return the floats of the checkpoint's tensors that it holds} */
    default long parameters() {
        return 0;
    }

    /** {@return the pixels of the first input along one side for a pixel of the result} */
    default int stride() {
        return 1;
    }

    /** {@return whether its first input may be a map without padding between pixels, {@link MapLayout#unpadded}} */
    default boolean takesUnpadded() {
        return false;
    }

    /** {@return what it is, in a few words: {@code "conv 1x1s1p0 42->168+gelu"}} */
    String describe();
}
