package io.github.jvig.model.device;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AveragePoolMix;
import io.github.jvig.kernels.Candidate;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MeanLessDeviation;
import io.github.jvig.kernels.NearMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.ShiftDistance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import java.util.Arrays;
import java.util.List;

/**
 * A node of the graph at one size: what kernels have to compute, and on which weights.
 *
 * @param weight in the spec's order; null where the operation has none
 * @param bias   null for zero
 */
record Layer(Node node, Spec spec, float[] weight, float[] bias) {

    /**
     * @param in shape of the node's first input
     * @throws IllegalArgumentException      when the node can't take this shape
     * @throws UnsupportedOperationException when there is no kernel for the node
     */
    static Layer of(Node node, FeatureMap in) {
        return switch (node.op()) {
            case Op.Conv conv -> convolution(node, conv, in);
            // By itself an affine, or an activation, is a depthwise convolution of one tap.
            case Op.Affine affine ->
                new Layer(node, new DepthwiseConv(in, Window.same(1), Epilogue.NONE), floats(affine.scale()),
                        floats(affine.shift()));
            case Op.Activate activate -> new Layer(node,
                    new DepthwiseConv(in, Window.same(1), Epilogue.of(activate.activation())), ones(in.channels()),
                    null);
            case Op.Add _ -> new Layer(node, new ResidualAdd(in, Activation.NONE), null, null);
            case Op.MaxRelative gather -> new Layer(node, gather.on(in), null, null);
            case Op.HalfwayDistance _ -> new Layer(node, ShiftDistance.halfway(in), null, null);
            case Op.MeanLessDeviation _ -> new Layer(node, new MeanLessDeviation(in), null, null);
            case Op.NearMaxRelative(int k) -> new Layer(node, NearMaxRelative.axial(in, k), null, null);
            case Op.LayerNorm norm -> new Layer(node, new LayerNorm(in, norm.epsilon()), norm.weight(), norm.bias());
            case Op.AveragePoolMix mix -> new Layer(node, new AveragePoolMix(in, mix.kernel()),
                    floats(mix.mean(), mix.own()), null);
            case Op.Attention attention -> new Layer(node, attention.on(in), attention.pairBiases(), null);
            case Op.GlobalAveragePool _ -> new Layer(node, new GlobalAveragePool(in), null, null);
            case Op.Input _ -> throw new IllegalArgumentException("the input is no layer");
        };
    }

    private static Layer convolution(Node node, Op.Conv conv, FeatureMap in) {
        float[] weight = conv.effectiveWeight();
        float[] bias = conv.effectiveBias();
        if (conv.groups() == 1 && conv.window().equals(Window.same(1))) {
            return new Layer(node, new PointwiseConv(in, conv.outChannels(), conv.epilogue()), weight, bias);
        }
        if (conv.groups() == 1) {
            return new Layer(node, new DenseConv(in, conv.outChannels(), conv.window(), conv.epilogue()), weight, bias);
        }
        if (conv.groups() == conv.inChannels() && conv.groups() == conv.outChannels()) {
            return new Layer(node, new DepthwiseConv(in, conv.window(), conv.epilogue()), weight, bias);
        }
        throw new UnsupportedOperationException("no kernel for a convolution of " + conv.inChannels() + " -> "
                + conv.outChannels() + " channels in " + conv.groups() + " groups");
    }

    /** The ways in which a provider can compute this layer, its own pick first. */
    List<Candidate> candidates(Kernels kernels) {
        return kernels.candidates(spec, weight, bias);
    }

    private static float[] ones(int length) {
        float[] result = new float[length];
        Arrays.fill(result, 1f);
        return result;
    }

    private static float[] floats(double[]... parts) {
        double[] values = Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
