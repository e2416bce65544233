package io.github.jvig.model.onnx;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Node;
import java.util.List;

/** Convolutions with what follows them, and the activations that follow anything. */
final class ConvWriter {
    private final ModelBuilder model;
    private final NodeValues values;
    private final TokenWriter tokens;

    ConvWriter(ModelBuilder model, NodeValues values, TokenWriter tokens) {
        this.model = model;
        this.values = values;
        this.tokens = tokens;
    }

    void write(Node node, ConvOp conv) {
        String name = NodeValues.value(node);
        Epilogue epilogue = conv.epilogue();
        boolean active = epilogue.activation() != Activation.NONE;
        boolean last = epilogue.residual() && !epilogue.residualFirst();
        String sum = active || epilogue.residual() ? name + ":sum" : name;
        String activated = last ? name + ":activated" : name;
        if (values.form(node) == Form.FLAT) {
            product(node, conv, sum);
        } else if (values.form(node) == Form.TOKENS) {
            tokens.linear(values.x(node), conv, name, sum);
        } else {
            window(node, conv, sum);
        }
        if (epilogue.residualFirst()) {
            model.node("Add", List.of(sum, values.read(node, 1)), name + ":with-residual");
            sum = name + ":with-residual";
        }
        if (active) {
            activation(epilogue.activation(), sum, activated);
        }
        if (last) {
            model.node("Add", List.of(active ? activated : sum, values.read(node, 1)), name);
        }
    }

    private void window(Node node, ConvOp conv, String out) {
        MapLayout map = values.shape(node.inputs().getFirst());
        Window window = conv.windowFor(map);
        Window.Axis rows = window.rows();
        Window.Axis columns = window.columns();
        String weight = model.tensor(NodeValues.value(node) + ".weight", conv.effectiveWeight(), conv.outChannels(),
                conv.inChannels() / conv.groups(), rows.kernel(), columns.kernel());
        String bias = model.tensor(NodeValues.value(node) + ".bias", conv.biases(), conv.outChannels());
        model.node("Conv", List.of(cropped(values.x(node), map, window, out), weight, bias), out)
                .with("kernel_shape", rows.kernel(), columns.kernel())
                .with("strides", rows.stride(), columns.stride())
                .with("pads", padding(rows.padBefore()), padding(columns.padBefore()), padding(rows.padAfter()),
                        padding(columns.padAfter()))
                .with("dilations", rows.dilation(), columns.dilation())
                .with("group", (long) conv.groups());
    }

    private static int padding(int pad) {
        return Math.max(0, pad);
    }

    /** The map without the pixels that the window skips: ONNX has no padding below zero. */
    private String cropped(String x, MapLayout map, Window window, String out) {
        Window.Axis rows = window.rows();
        Window.Axis columns = window.columns();
        long top = padding(-rows.padBefore());
        long left = padding(-columns.padBefore());
        long bottom = map.height() - padding(-rows.padAfter());
        long right = map.width() - padding(-columns.padAfter());
        if (top == 0 && left == 0 && bottom == map.height() && right == map.width()) {
            return x;
        }
        String cropped = out + ":cropped";
        model.node("Slice", List.of(x, model.indices(top, left), model.indices(bottom, right),
                model.indices(NodeValues.HEIGHT, NodeValues.WIDTH)), cropped);
        return cropped;
    }

    /** A pointwise convolution of a pooled map: a matrix product. */
    private void product(Node node, ConvOp conv, String out) {
        if (!conv.isPointwise()) {
            throw NodeValues.unsupported(node, "a convolution " + conv.window() + " in " + conv.groups()
                    + " groups behind a pool");
        }
        String weight = model.tensor(NodeValues.value(node) + ".weight", conv.effectiveWeight(), conv.outChannels(),
                conv.inChannels());
        String bias = model.tensor(NodeValues.value(node) + ".bias", conv.biases(), conv.outChannels());
        model.node("Gemm", List.of(values.x(node), weight, bias), out).with("transB", 1L);
    }

    void activation(Activation activation, String in, String out) {
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
}
