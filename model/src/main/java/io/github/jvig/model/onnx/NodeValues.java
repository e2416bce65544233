package io.github.jvig.model.onnx;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
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
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.LocalDepthwiseOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.NeighborhoodAggregationOp;
import io.github.jvig.model.graph.Node;
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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The values of a graph's nodes: how they are called, how they lie, and the same value in another form. */
final class NodeValues {
    /** Axes of {@code [batch][channels][height][width]}. */
    static final int HEIGHT = 2;
    static final int WIDTH = 3;

    private final MapLayout input;
    private final ModelBuilder model;
    private final TokenWriter tokens;
    private final Map<Node, MapLayout> shapes = new IdentityHashMap<>();
    private final Map<Node, Form> forms = new IdentityHashMap<>();

    /** @param input layout of the graph's input */
    NodeValues(MapLayout input, ModelBuilder model, TokenWriter tokens) {
        this.input = input;
        this.model = model;
        this.tokens = tokens;
    }

    /** Adds a node whose inputs are there already: what it computes, null for the input. */
    Spec add(Node node) {
        forms.put(node, formOf(node));
        return spec(node);
    }

    /** How a node's value lies. */
    Form form(Node node) {
        return forms.get(node);
    }

    /** How the value of a node's first input lies. */
    Form formOfInput(Node node) {
        return forms.get(node.inputs().getFirst());
    }

    /** The layout of a node's value. */
    MapLayout shape(Node node) {
        return shapes.get(node);
    }

    /** What the node computes, null for the input; its shape is kept. */
    private Spec spec(Node node) {
        if (node.op() instanceof InputOp) {
            shapes.put(node, input);
            return null;
        }
        Spec spec = LoweredOp.of(node, node.inputs().stream().map(shapes::get).toList()).spec();
        shapes.put(node, spec.out());
        return spec;
    }

    private Form formOf(Node node) {
        List<Form> inputs = node.inputs().stream().map(forms::get).toList();
        if (node.op() instanceof Pool2dOp || node.op() instanceof TokenPoolOp
                || node.op() instanceof AdaptiveAveragePoolOp || node.op() instanceof ResizeOp
                || node.op() instanceof DepthToSpaceOp || node.op() instanceof SpaceToDepthOp) {
            return Form.MAP;
        }
        if (node.op() instanceof GlobalAveragePoolOp || node.op() instanceof GlobalDeviationOp
                || !inputs.isEmpty() && inputs.getFirst() == Form.FLAT) {
            return Form.FLAT;
        }
        return switch (node.op()) {
            case LayerNormOp _,AttentionOp _,LinearAttentionOp _,CrossCovarianceOp _,SeparableAttentionOp _,AttentionScoresOp _,NeighborhoodAggregationOp _,SelectiveScanOp _ ->
                Form.TOKENS;
            case ConvOp conv when !conv.isPointwise() -> Form.MAP;
            // Of tokens, the channels of a group do not lie side by side.
            case MapNormOp norm when norm.groups() > 1 -> Form.MAP;
            case ConvOp _,GatedConvOp _,AffineOp _,ActivateOp _,BinaryOp _,ChannelNormOp _,MapNormOp _,BinaryConstantOp _,FourierPositionsOp _,ConcatOp _,SelectOp _,SpatialSoftmaxOp _,PiecewiseLinearOp _,ChannelAtMaximumOp _ ->
                inputs.contains(Form.TOKENS) ? Form.TOKENS : Form.MAP;
            case InputOp _,MaxRelativeOp _,RolledL1DistanceOp _,MeanMinusStdOp _,ThresholdedMaxRelativeOp _,AvgPoolBlendOp _,GlobalAveragePoolOp _,Pool2dOp _,TokenPoolOp _,AdaptiveAveragePoolOp _,ResizeOp _,DepthToSpaceOp _,SpaceToDepthOp _,GlobalDeviationOp _,BinaryConvOp _,LocalDepthwiseOp _,DeformableDepthwiseOp _,CustomOp _ ->
                Form.MAP;
        };
    }

    static String value(Node node) {
        if (node.op() instanceof InputOp) {
            return OnnxExport.INPUT;
        }
        boolean taken = node.name().equals(OnnxExport.INPUT) || node.name().equals(OnnxExport.OUTPUT);
        return taken ? node.name() + ":value" : node.name();
    }

    /** The value of the first input, in the form that the node has. */
    String x(Node node) {
        return read(node, 0);
    }

    /** The value of an input, in the form that the node has; a pool over all pixels takes any. */
    String read(Node node, int i) {
        Node input = node.inputs().get(i);
        Form has = forms.get(input);
        Form wanted = forms.get(node);
        if (has == Form.MAP && wanted == Form.TOKENS) {
            return tokens.ofMap(value(input), shapes.get(input));
        }
        if (has == Form.TOKENS && wanted == Form.MAP) {
            return tokens.toMap(value(input), shapes.get(input));
        }
        return has == Form.FLAT && wanted != Form.FLAT ? unflattened(input, wanted) : value(input);
    }

    /** The values of all inputs of an operation on tokens. */
    List<String> tokens(Node node) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, "attention behind a pool");
        }
        return inputs(node);
    }

    /** The values of all inputs, in the form that the node has. */
    List<String> inputs(Node node) {
        return IntStream.range(0, node.inputs().size()).mapToObj(i -> read(node, i)).toList();
    }

    long channelAxis(Node node) {
        return forms.get(node) == Form.TOKENS ? 2 : 1;
    }

    /** One pixel with the axes of the other forms, made once. */
    private String unflattened(Node node, Form wanted) {
        String unflattened = value(node) + ":one-pixel-" + wanted;
        if (!model.has(unflattened)) {
            long[] axes = wanted == Form.MAP ? new long[]{HEIGHT, WIDTH} : new long[]{1};
            model.node("Unsqueeze", List.of(value(node), model.indices(axes)), unflattened);
        }
        return unflattened;
    }

    /** Shape of a tensor with a value for each channel of a node's result. */
    long[] perChannel(Node node, int channels) {
        return switch (forms.get(node)) {
            case MAP -> new long[]{1, channels, 1, 1};
            case TOKENS -> new long[]{1, 1, channels};
            case FLAT -> new long[]{1, channels};
        };
    }

    /** Where channels and pixels of a node's result lie. */
    NormWriter.Axes axes(Node node) {
        MapLayout shape = shapes.get(node);
        long[] perChannel = perChannel(node, shape.channels());
        return switch (forms.get(node)) {
            case MAP -> new NormWriter.Axes(perChannel, 1, new long[]{HEIGHT, WIDTH},
                    new long[]{0, shape.channels(), shape.height(), shape.width()});
            case TOKENS -> new NormWriter.Axes(perChannel, 2, new long[]{1},
                    new long[]{0, shape.pixels(), shape.channels()});
            case FLAT -> {
                if (node.op() instanceof MapNormOp || node.op() instanceof SpatialSoftmaxOp) {
                    throw unsupported(node,
                            (node.op() instanceof MapNormOp ? "a normalization of a map" : "a softmax over pixels")
                                    + " behind a pool");
                }
                yield new NormWriter.Axes(perChannel, 1, new long[0], new long[]{0, shape.channels()});
            }
        };
    }

    /** The value of the first input of an operation that needs a map. */
    String map(Node node) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, "graph attention behind a pool");
        }
        return x(node);
    }

    /** The value of an input of an operation that needs pixels, as a map or as tokens. */
    String image(Node node, int i) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, node.op().describe() + " behind a pool");
        }
        return read(node, i);
    }

    static UnsupportedOperationException unsupported(Node node, String what) {
        return new UnsupportedOperationException(node.name() + ": " + what + " can't be written as ONNX");
    }
}
