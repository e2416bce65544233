package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AttentionScoresOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryConstantOp;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ChannelAtMaximumOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.DeformableDepthwiseOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.FourierPositionsOp;
import io.github.jvig.model.graph.GatedConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.GlobalDeviationOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.NeighborhoodAggregationOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.SelectiveScanOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.model.graph.TokenPoolOp;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.List;

/** Turns the nodes of a graph into ONNX nodes. A value is called like the node that makes it; what comes between has a suffix. */
final class GraphWriter {
    private final Graph graph;
    private final MapLayout input;
    private final ModelBuilder model = new ModelBuilder();
    private final TokenWriter tokens = new TokenWriter(model);
    private final NodeValues values;
    private final ConvWriter convolutions;
    private final AttentionWriter attention = new AttentionWriter(model);
    private final LinearAttentionWriter linearAttention = new LinearAttentionWriter(model, attention);
    private final NormWriter norms = new NormWriter(model);
    private final NeighborWriter neighbors = new NeighborWriter(model);
    private final ChannelWriter channels = new ChannelWriter(model);
    private final PoolWriter pools = new PoolWriter(model);
    private final NeighborhoodWriter neighborhoods = new NeighborhoodWriter(model);
    private final SpecialConvWriter special = new SpecialConvWriter(model);
    private final ScanWriter scans = new ScanWriter(model);

    GraphWriter(Graph graph, int height, int width) {
        this.graph = Passes.fold(Passes.splitGates(LoweredOp.withoutIdleResizes(graph, height, width)));
        this.input = MapLayout.of(height, width, graph.input().channels());
        this.values = new NodeValues(input, model, tokens);
        this.convolutions = new ConvWriter(model, values, tokens);
    }

    ModelProto model() {
        for (Node node : graph.nodes()) {
            try {
                write(node);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("an input of " + input.height() + "x" + input.width()
                        + " can't be run: " + node.name() + ": " + e.getMessage(), e);
            }
        }
        Node output = graph.outputs().getFirst();
        if (values.form(output) != Form.FLAT) {
            throw NodeValues.unsupported(output, "an output that is a map");
        }
        model.node("Identity", List.of(NodeValues.value(output)), OnnxExport.OUTPUT);
        return model.build(input, output.channels());
    }

    private void write(Node node) {
        Spec spec = values.add(node);
        switch (node.op()) {
            case InputOp _ -> {
                // Its value is there already.
            }
            case ConvOp conv -> convolutions.write(node, conv);
            case GatedConvOp _ -> throw new IllegalStateException("the gates have been split off");
            case AffineOp affine -> affine(node, affine);
            case ActivateOp activate ->
                convolutions.activation(activate.activation(), values.x(node), NodeValues.value(node));
            case BinaryOp binary -> binary(node, binary);
            case MaxRelativeOp _ -> neighbors.maxRelative(values.map(node), (MaxRelative) spec, NodeValues.value(node));
            case RolledL1DistanceOp _ ->
                neighbors.rolledL1Distance(values.map(node), (RolledL1Distance) spec, NodeValues.value(node));
            case MeanMinusStdOp _ -> neighbors.meanMinusStd(values.x(node), spec.in(), NodeValues.value(node));
            case ThresholdedMaxRelativeOp _ -> neighbors.thresholdedMaxRelative(values.map(node),
                    NodeValues.value(node.inputs().getLast()), (ThresholdedMaxRelative) spec, NodeValues.value(node));
            case LayerNormOp norm -> tokens.layerNorm(values.x(node), norm, NodeValues.value(node));
            case ChannelNormOp norm ->
                norms.channelNorm(values.x(node), norm, values.axes(node), NodeValues.value(node));
            case MapNormOp norm -> norms.mapNorm(values.x(node), norm, values.axes(node), NodeValues.value(node));
            case AvgPoolBlendOp blend -> avgPoolBlend(node, blend);
            case AttentionOp op when op.bias() != null && op.bias().windows() > 1 ->
                throw NodeValues.unsupported(node, "attention with biases by window");
            case AttentionOp op ->
                attention.attention(values.tokens(node), op, (Attention) spec, NodeValues.value(node));
            case LinearAttentionOp op ->
                linearAttention.linear(values.tokens(node), op, (LinearAttention) spec, NodeValues.value(node));
            case CrossCovarianceOp op ->
                linearAttention.crossCovariance(values.tokens(node), op, spec.out(), NodeValues.value(node));
            case SeparableAttentionOp op ->
                linearAttention.separable(values.tokens(node), op, spec.in(), NodeValues.value(node));
            case GlobalAveragePoolOp _ -> pool(node);
            case ConcatOp concat -> concat(node, concat.activation());
            case SelectOp select ->
                channels.select(values.x(node), select, values.channelAxis(node), NodeValues.value(node));
            case Pool2dOp pool -> pool(node, pool.activation(), (Pool2d) spec);
            case TokenPoolOp _ -> pools.tokens(values.x(node), (TokenPool) spec, NodeValues.value(node));
            case ResizeOp _ -> pools.resize(values.x(node), (Resize) spec, NodeValues.value(node));
            case DepthToSpaceOp _ -> pools.depthToSpace(values.x(node), (DepthToSpace) spec, NodeValues.value(node));
            case SpaceToDepthOp _ -> pools.spaceToDepth(values.x(node), (SpaceToDepth) spec, NodeValues.value(node));
            case BinaryConstantOp _,FourierPositionsOp _ -> constant(node, (BinaryConstant) spec);
            case GlobalDeviationOp _ -> deviation(node, (GlobalDeviation) spec);
            case AttentionScoresOp _ -> neighborhoods.scores(values.x(node), values.read(node, 1),
                    (AttentionScores) spec, NodeValues.value(node));
            case NeighborhoodAggregationOp op -> neighborhoods.aggregation(values.x(node), values.read(node, 1),
                    (NeighborhoodAggregation) spec, op.bias(), NodeValues.value(node));
            case AdaptiveAveragePoolOp _ ->
                neighborhoods.pool(values.x(node), (AdaptiveAveragePool) spec, NodeValues.value(node));
            case ChannelAtMaximumOp _ -> channels.atMaximum(values.x(node), values.read(node, 1),
                    values.channelAxis(node), NodeValues.value(node));
            case SpatialSoftmaxOp _ -> norms.spatialSoftmax(values.x(node), values.axes(node),
                    values.form(node) == Form.MAP, NodeValues.value(node));
            case SelectiveScanOp op -> scans.write(values.image(node, 0), values.image(node, 1), values.image(node, 2),
                    op, (SelectiveScan) spec, NodeValues.value(node));
            case PiecewiseLinearOp op -> special.pieces(values.x(node), op, values.perChannel(node, node.channels()),
                    NodeValues.value(node));
            case BinaryConvOp op ->
                special.binary(values.image(node, 0), op, (BinaryConv) spec, NodeValues.value(node));
            case LocalDepthwiseOp _ -> local(node, (LocalDepthwiseConv) spec);
            case DeformableDepthwiseOp op -> special.deformable(values.image(node, 0), values.image(node, 1),
                    (DeformableDepthwiseConv) spec, op.weight(), NodeValues.value(node));
            case CustomOp custom -> throw NodeValues.unsupported(node, custom.describe());
        }
    }

    private void concat(Node node, Activation activation) {
        String out = NodeValues.value(node);
        String result = activation == Activation.NONE ? out : out + ":result";
        model.node("Concat", values.inputs(node), result).with("axis", values.channelAxis(node));
        if (activation != Activation.NONE) {
            convolutions.activation(activation, result, out);
        }
    }

    private void binary(Node node, BinaryOp binary) {
        String out = NodeValues.value(node);
        boolean active = binary.activation() != Activation.NONE;
        String result = active ? out + ":result" : out;
        model.node(operator(binary.operator()), List.of(values.x(node), values.read(node, 1)), result);
        if (active) {
            convolutions.activation(binary.activation(), result, out);
        }
    }

    private static String operator(Binary.Operator operator) {
        return switch (operator) {
            case ADD -> "Add";
            case SUBTRACT -> "Sub";
            case MULTIPLY -> "Mul";
            case MAXIMUM -> "Max";
        };
    }

    private void affine(Node node, AffineOp affine) {
        int channels = affine.scale().length;
        long[] shape = values.perChannel(node, channels);
        String scale = model.tensor(NodeValues.value(node) + ".scale", floats(affine.scale()), shape);
        String shift = model.tensor(NodeValues.value(node) + ".shift", floats(affine.shift()), shape);
        model.node("Mul", List.of(values.x(node), scale), NodeValues.value(node) + ":scaled");
        model.node("Add", List.of(NodeValues.value(node) + ":scaled", shift), NodeValues.value(node));
    }

    private void avgPoolBlend(Node node, AvgPoolBlendOp blend) {
        if (values.form(node) == Form.FLAT) {
            throw NodeValues.unsupported(node, "an average pool behind a pool");
        }
        String name = NodeValues.value(node);
        int margin = blend.kernel() / 2;
        model.node("AveragePool", List.of(values.x(node)), name + ":average")
                .with("kernel_shape", blend.kernel(), blend.kernel())
                .with("strides", 1, 1).with("pads", margin, margin, margin, margin).with("count_include_pad", 0L);
        long[] shape = values.perChannel(node, node.channels());
        String mean = model.tensor(name + ".mean", floats(blend.poolScale()), shape);
        String self = model.tensor(name + ".own", floats(blend.selfScale()), shape);
        model.node("Mul", List.of(name + ":average", mean), name + ":mean");
        model.node("Mul", List.of(values.x(node), self), name + ":own");
        model.node("Add", List.of(name + ":mean", name + ":own"), name);
    }

    private void pool(Node node) {
        String out = NodeValues.value(node);
        switch (values.formOfInput(node)) {
            case MAP -> {
                model.node("GlobalAveragePool", List.of(values.x(node)), out + ":map");
                model.node("Flatten", List.of(out + ":map"), out);
            }
            case TOKENS -> tokens.mean(values.x(node), out);
            case FLAT -> model.node("Identity", List.of(values.x(node)), out);
        }
    }

    private void pool(Node node, Activation activation, Pool2d spec) {
        String out = NodeValues.value(node);
        String result = activation == Activation.NONE ? out : out + ":result";
        pools.pool(values.x(node), spec, result);
        if (activation != Activation.NONE) {
            convolutions.activation(activation, result, out);
        }
    }

    private void local(Node node, LocalDepthwiseConv spec) {
        String out = NodeValues.value(node);
        boolean active = spec.activation() != Activation.NONE;
        String sum = active ? out + ":sum" : out;
        special.local(values.image(node, 0), spec, node.op().weights(spec), node.op().biases(), sum);
        if (active) {
            convolutions.activation(spec.activation(), sum, out);
        }
    }

    private void constant(Node node, BinaryConstant spec) {
        MapLayout map = spec.in();
        float[] pixels = node.op().weights(spec);
        float[] constant = pixels;
        if (values.form(node) == Form.MAP) {
            constant = new float[pixels.length];
            for (int i = 0; i < constant.length; i++) {
                constant[i] = pixels[i % map.pixels() * map.channels() + i / map.pixels()];
            }
        }
        long[] shape = switch (values.form(node)) {
            case MAP -> new long[]{1, map.channels(), map.height(), map.width()};
            case TOKENS -> new long[]{1, map.pixels(), map.channels()};
            case FLAT -> new long[]{1, map.channels()};
        };
        model.node(operator(spec.operator()),
                List.of(values.x(node), model.tensor(NodeValues.value(node) + ".constant", constant, shape)),
                NodeValues.value(node));
    }

    private void deviation(Node node, GlobalDeviation spec) {
        switch (values.formOfInput(node)) {
            case MAP ->
                pools.deviation(values.x(node), spec, NodeValues.value(node), NodeValues.HEIGHT, NodeValues.WIDTH);
            case TOKENS -> pools.deviation(values.x(node), spec, NodeValues.value(node), 1);
            case FLAT -> throw NodeValues.unsupported(node, "a deviation behind a pool");
        }
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
