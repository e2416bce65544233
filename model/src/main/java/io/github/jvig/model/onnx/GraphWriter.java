package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.BinaryConstantOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.FourierPositionsOp;
import io.github.jvig.model.graph.GatedConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.GlobalDeviationOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.MeanMinusStdOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.RolledL1DistanceOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import io.github.jvig.model.graph.TokenPoolOp;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Turns the nodes of a graph into ONNX nodes. A value is called like the node that makes it; what comes between has a suffix. */
final class GraphWriter {
    /** Axes of {@code [batch][channels][height][width]}. */
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    private final Graph graph;
    private final MapLayout input;
    private final ModelBuilder model = new ModelBuilder();
    private final Map<Node, MapLayout> shapes = new IdentityHashMap<>();
    private final Map<Node, Form> forms = new IdentityHashMap<>();
    private final TokenWriter tokens = new TokenWriter(model);
    private final AttentionWriter attention = new AttentionWriter(model);
    private final LinearAttentionWriter linearAttention = new LinearAttentionWriter(model, attention);
    private final NormWriter norms = new NormWriter(model);
    private final NeighborWriter neighbors = new NeighborWriter(model);
    private final ChannelWriter channels = new ChannelWriter(model);
    private final PoolWriter pools = new PoolWriter(model);

    /** How a value lies. */
    private enum Form {
        /** {@code [batch][channels][height][width]}. */
        MAP,
        /** {@code [batch][pixels][channels]}. */
        TOKENS,
        /** {@code [batch][channels]}: what comes behind a pool. */
        FLAT
    }

    GraphWriter(Graph graph, int height, int width) {
        this.graph = Passes.fold(Passes.splitGates(graph));
        this.input = MapLayout.of(height, width, graph.input().channels());
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
        if (forms.get(output) != Form.FLAT) {
            throw unsupported(output, "an output that is a map");
        }
        model.node("Identity", List.of(value(output)), OnnxExport.OUTPUT);
        return model.build(input, output.channels());
    }

    private void write(Node node) {
        forms.put(node, form(node));
        Spec spec = spec(node);
        switch (node.op()) {
            case InputOp _ -> {
                // Its value is there already.
            }
            case ConvOp conv -> convolution(node, conv);
            case GatedConvOp _ -> throw new IllegalStateException("the gates have been split off");
            case AffineOp affine -> affine(node, affine);
            case ActivateOp activate -> activation(node, activate.activation(), x(node), value(node));
            case BinaryOp binary -> binary(node, binary);
            case MaxRelativeOp _ -> neighbors.maxRelative(map(node), (MaxRelative) spec, value(node));
            case RolledL1DistanceOp _ -> neighbors.rolledL1Distance(map(node), (RolledL1Distance) spec, value(node));
            case MeanMinusStdOp _ -> neighbors.meanMinusStd(x(node), spec.in(), value(node));
            case ThresholdedMaxRelativeOp _ -> neighbors.thresholdedMaxRelative(map(node),
                    value(node.inputs().getLast()), (ThresholdedMaxRelative) spec, value(node));
            case LayerNormOp norm -> tokens.layerNorm(x(node), norm, value(node));
            case ChannelNormOp norm -> norms.channelNorm(x(node), norm, axes(node), value(node));
            case MapNormOp norm -> norms.mapNorm(x(node), norm, axes(node), value(node));
            case AvgPoolBlendOp blend -> avgPoolBlend(node, blend);
            case AttentionOp op -> attention.attention(tokens(node), op, (Attention) spec, value(node));
            case LinearAttentionOp op -> linearAttention.linear(tokens(node), op, (LinearAttention) spec, value(node));
            case CrossCovarianceOp op -> linearAttention.crossCovariance(tokens(node), op, spec.out(), value(node));
            case SeparableAttentionOp op -> linearAttention.separable(tokens(node), op, spec.in(), value(node));
            case GlobalAveragePoolOp _ -> pool(node);
            case ConcatOp _ -> model.node("Concat", inputs(node), value(node)).with("axis", channelAxis(node));
            case SelectOp select -> channels.select(x(node), select, channelAxis(node), value(node));
            case Pool2dOp pool -> pool(node, pool.activation(), (Pool2d) spec);
            case TokenPoolOp _ -> pools.tokens(x(node), (TokenPool) spec, value(node));
            case ResizeOp _ -> pools.resize(x(node), (Resize) spec, value(node));
            case DepthToSpaceOp _ -> pools.depthToSpace(x(node), (DepthToSpace) spec, value(node));
            case SpaceToDepthOp _ -> pools.spaceToDepth(x(node), (SpaceToDepth) spec, value(node));
            case BinaryConstantOp _,FourierPositionsOp _ -> constant(node, (BinaryConstant) spec);
            case GlobalDeviationOp _ -> deviation(node, (GlobalDeviation) spec);
            case CustomOp custom -> throw unsupported(node, custom.describe());
        }
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

    private Form form(Node node) {
        List<Form> inputs = node.inputs().stream().map(forms::get).toList();
        if (node.op() instanceof Pool2dOp || node.op() instanceof TokenPoolOp || node.op() instanceof ResizeOp
                || node.op() instanceof DepthToSpaceOp || node.op() instanceof SpaceToDepthOp) {
            return Form.MAP;
        }
        if (node.op() instanceof GlobalAveragePoolOp || node.op() instanceof GlobalDeviationOp
                || !inputs.isEmpty() && inputs.getFirst() == Form.FLAT) {
            return Form.FLAT;
        }
        return switch (node.op()) {
            case LayerNormOp _,AttentionOp _,LinearAttentionOp _,CrossCovarianceOp _,SeparableAttentionOp _ ->
                Form.TOKENS;
            case ConvOp conv when !conv.isPointwise() -> Form.MAP;
            case ConvOp _,GatedConvOp _,AffineOp _,ActivateOp _,BinaryOp _,ChannelNormOp _,MapNormOp _,BinaryConstantOp _,FourierPositionsOp _,ConcatOp _,SelectOp _ ->
                inputs.contains(Form.TOKENS) ? Form.TOKENS : Form.MAP;
            case InputOp _,MaxRelativeOp _,RolledL1DistanceOp _,MeanMinusStdOp _,ThresholdedMaxRelativeOp _,AvgPoolBlendOp _,GlobalAveragePoolOp _,Pool2dOp _,TokenPoolOp _,ResizeOp _,DepthToSpaceOp _,SpaceToDepthOp _,GlobalDeviationOp _,CustomOp _ ->
                Form.MAP;
        };
    }

    private static String value(Node node) {
        if (node.op() instanceof InputOp) {
            return OnnxExport.INPUT;
        }
        boolean taken = node.name().equals(OnnxExport.INPUT) || node.name().equals(OnnxExport.OUTPUT);
        return taken ? node.name() + ":value" : node.name();
    }

    /** The value of the first input, in the form that the node has. */
    private String x(Node node) {
        return read(node, 0);
    }

    /** The value of an input, in the form that the node has; a pool over all pixels takes any. */
    private String read(Node node, int i) {
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
    private List<String> tokens(Node node) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, "attention behind a pool");
        }
        return inputs(node);
    }

    /** The values of all inputs, in the form that the node has. */
    private List<String> inputs(Node node) {
        return IntStream.range(0, node.inputs().size()).mapToObj(i -> read(node, i)).toList();
    }

    private long channelAxis(Node node) {
        return forms.get(node) == Form.TOKENS ? 2 : 1;
    }

    private void convolution(Node node, ConvOp conv) {
        String name = value(node);
        Epilogue epilogue = conv.epilogue();
        boolean active = epilogue.activation() != Activation.NONE;
        boolean last = epilogue.residual() && !epilogue.residualFirst();
        String sum = active || epilogue.residual() ? name + ":sum" : name;
        String activated = last ? name + ":activated" : name;
        if (forms.get(node) == Form.FLAT) {
            product(node, conv, sum);
        } else if (forms.get(node) == Form.TOKENS) {
            tokens.linear(x(node), conv, name, sum);
        } else {
            window(node, conv, sum);
        }
        if (epilogue.residualFirst()) {
            model.node("Add", List.of(sum, read(node, 1)), name + ":with-residual");
            sum = name + ":with-residual";
        }
        if (active) {
            activation(node, epilogue.activation(), sum, activated);
        }
        if (last) {
            model.node("Add", List.of(active ? activated : sum, read(node, 1)), name);
        }
    }

    private void binary(Node node, BinaryOp binary) {
        String out = value(node);
        boolean active = binary.activation() != Activation.NONE;
        String result = active ? out + ":result" : out;
        model.node(operator(binary.operator()), List.of(x(node), read(node, 1)), result);
        if (active) {
            activation(node, binary.activation(), result, out);
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

    /** One pixel with the axes of the other forms, made once. */
    private String unflattened(Node node, Form wanted) {
        String unflattened = value(node) + ":one-pixel-" + wanted;
        if (!model.has(unflattened)) {
            long[] axes = wanted == Form.MAP ? new long[]{HEIGHT, WIDTH} : new long[]{1};
            model.node("Unsqueeze", List.of(value(node), model.indices(axes)), unflattened);
        }
        return unflattened;
    }

    private void window(Node node, ConvOp conv, String out) {
        Window window = conv.windowFor(shapes.get(node.inputs().getFirst()));
        Window.Axis rows = window.rows();
        Window.Axis columns = window.columns();
        String weight = model.tensor(value(node) + ".weight", conv.effectiveWeight(), conv.outChannels(),
                conv.inChannels() / conv.groups(), rows.kernel(), columns.kernel());
        String bias = model.tensor(value(node) + ".bias", conv.biases(), conv.outChannels());
        model.node("Conv", List.of(x(node), weight, bias), out)
                .with("kernel_shape", rows.kernel(), columns.kernel())
                .with("strides", rows.stride(), columns.stride())
                .with("pads", rows.padBefore(), columns.padBefore(), rows.padAfter(), columns.padAfter())
                .with("dilations", rows.dilation(), columns.dilation())
                .with("group", (long) conv.groups());
    }

    /** A pointwise convolution of a pooled map: a matrix product. */
    private void product(Node node, ConvOp conv, String out) {
        if (!conv.isPointwise()) {
            throw unsupported(node, "a convolution " + conv.window() + " in " + conv.groups()
                    + " groups behind a pool");
        }
        String weight = model.tensor(value(node) + ".weight", conv.effectiveWeight(), conv.outChannels(),
                conv.inChannels());
        String bias = model.tensor(value(node) + ".bias", conv.biases(), conv.outChannels());
        model.node("Gemm", List.of(x(node), weight, bias), out).with("transB", 1L);
    }

    private void affine(Node node, AffineOp affine) {
        int channels = affine.scale().length;
        long[] shape = perChannel(node, channels);
        String scale = model.tensor(value(node) + ".scale", floats(affine.scale()), shape);
        String shift = model.tensor(value(node) + ".shift", floats(affine.shift()), shape);
        model.node("Mul", List.of(x(node), scale), value(node) + ":scaled");
        model.node("Add", List.of(value(node) + ":scaled", shift), value(node));
    }

    /** Shape of a tensor with a value for each channel of a node's result. */
    private long[] perChannel(Node node, int channels) {
        return switch (forms.get(node)) {
            case MAP -> new long[]{1, channels, 1, 1};
            case TOKENS -> new long[]{1, 1, channels};
            case FLAT -> new long[]{1, channels};
        };
    }

    /** Where channels and pixels of a node's result lie. */
    private NormWriter.Axes axes(Node node) {
        MapLayout shape = shapes.get(node);
        long[] perChannel = perChannel(node, shape.channels());
        return switch (forms.get(node)) {
            case MAP -> new NormWriter.Axes(perChannel, 1, new long[]{HEIGHT, WIDTH},
                    new long[]{0, shape.channels(), shape.height(), shape.width()});
            case TOKENS -> new NormWriter.Axes(perChannel, 2, new long[]{1},
                    new long[]{0, shape.pixels(), shape.channels()});
            case FLAT -> {
                if (node.op() instanceof MapNormOp) {
                    throw unsupported(node, "a normalization of a map behind a pool");
                }
                yield new NormWriter.Axes(perChannel, 1, new long[0], new long[]{0, shape.channels()});
            }
        };
    }

    private void avgPoolBlend(Node node, AvgPoolBlendOp blend) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, "an average pool behind a pool");
        }
        String name = value(node);
        int margin = blend.kernel() / 2;
        model.node("AveragePool", List.of(x(node)), name + ":average")
                .with("kernel_shape", blend.kernel(), blend.kernel())
                .with("strides", 1, 1).with("pads", margin, margin, margin, margin).with("count_include_pad", 0L);
        long[] shape = perChannel(node, node.channels());
        String mean = model.tensor(name + ".mean", floats(blend.poolScale()), shape);
        String self = model.tensor(name + ".own", floats(blend.selfScale()), shape);
        model.node("Mul", List.of(name + ":average", mean), name + ":mean");
        model.node("Mul", List.of(x(node), self), name + ":own");
        model.node("Add", List.of(name + ":mean", name + ":own"), name);
    }

    private void pool(Node node) {
        String out = value(node);
        switch (forms.get(node.inputs().getFirst())) {
            case MAP -> {
                model.node("GlobalAveragePool", List.of(x(node)), out + ":map");
                model.node("Flatten", List.of(out + ":map"), out);
            }
            case TOKENS -> tokens.mean(x(node), out);
            case FLAT -> model.node("Identity", List.of(x(node)), out);
        }
    }

    private void pool(Node node, Activation activation, Pool2d spec) {
        String out = value(node);
        String result = activation == Activation.NONE ? out : out + ":result";
        pools.pool(x(node), spec, result);
        if (activation != Activation.NONE) {
            activation(node, activation, result, out);
        }
    }

    private void constant(Node node, BinaryConstant spec) {
        MapLayout map = spec.in();
        float[] pixels = node.op().weights(spec);
        float[] constant = pixels;
        if (forms.get(node) == Form.MAP) {
            constant = new float[pixels.length];
            for (int i = 0; i < constant.length; i++) {
                constant[i] = pixels[i % map.pixels() * map.channels() + i / map.pixels()];
            }
        }
        long[] shape = switch (forms.get(node)) {
            case MAP -> new long[]{1, map.channels(), map.height(), map.width()};
            case TOKENS -> new long[]{1, map.pixels(), map.channels()};
            case FLAT -> new long[]{1, map.channels()};
        };
        model.node(operator(spec.operator()),
                List.of(x(node), model.tensor(value(node) + ".constant", constant, shape)),
                value(node));
    }

    private void deviation(Node node, GlobalDeviation spec) {
        switch (forms.get(node.inputs().getFirst())) {
            case MAP -> pools.deviation(x(node), spec, value(node), HEIGHT, WIDTH);
            case TOKENS -> pools.deviation(x(node), spec, value(node), 1);
            case FLAT -> throw unsupported(node, "a deviation behind a pool");
        }
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    private void activation(Node node, Activation activation, String in, String out) {
        switch (activation) {
            case NONE -> model.node("Identity", List.of(in), out);
            case RELU -> model.node("Relu", List.of(in), out);
            case RELU6 -> model.node("Clip", List.of(in, model.scalar("zero", 0), model.scalar("six", 6)), out);
            case LEAKY_RELU -> model.node("LeakyRelu", List.of(in), out).with("alpha", 0.01f);
            // Its default is the exact form by erf.
            case GELU -> model.node("Gelu", List.of(in), out);
            case GELU_TANH -> model.node("Gelu", List.of(in), out).with("approximate", "tanh");
            case SIGMOID -> model.node("Sigmoid", List.of(in), out);
            case HARD_SIGMOID -> model.node("HardSigmoid", List.of(in), out).with("alpha", 1 / 6f);
            case SILU -> {
                model.node("Sigmoid", List.of(in), out + ":gate");
                model.node("Mul", List.of(in, out + ":gate"), out);
            }
            case HARD_SWISH -> model.node("HardSwish", List.of(in), out);
            case ELU -> model.node("Elu", List.of(in), out);
        }
    }

    /** The value of the first input of an operation that needs a map. */
    private String map(Node node) {
        if (forms.get(node) == Form.FLAT) {
            throw unsupported(node, "graph attention behind a pool");
        }
        return x(node);
    }

    private static UnsupportedOperationException unsupported(Node node, String what) {
        return new UnsupportedOperationException(node.name() + ": " + what + " can't be written as ONNX");
    }
}
