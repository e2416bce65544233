package io.github.jvig.model.onnx;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.MapNormOp;
import java.util.Arrays;
import java.util.List;

/** Normalizations other than that of a layer, in whatever form their input has. */
final class NormWriter {
    private final ModelBuilder model;

    NormWriter(ModelBuilder model) {
        this.model = model;
    }

    /**
     * Where channels and pixels lie in a value.
     *
     * @param perChannel  shape of a tensor with a value for each channel
     * @param channelAxis axis of the channels
     * @param pixelAxes   axes of the pixels
     * @param shape       dimensions, the first, for the batch, 0
     */
    record Axes(long[] perChannel, int channelAxis, long[] pixelAxes, long[] shape) {}

    void channelNorm(String x, ChannelNormOp op, Axes axes, String out) {
        String axis = model.indices(axes.channelAxis);
        if (op.kind() == ChannelNorm.Kind.L2) {
            byLength(x, axis, op.epsilon(), out);
            return;
        }
        model.node("Mul", List.of(x, x), out + ":squares");
        model.node("ReduceMean", List.of(out + ":squares", axis), out + ":mean");
        model.node("Add", List.of(out + ":mean", model.scalar(out + ".epsilon", (float) op.epsilon())),
                out + ":variance");
        model.node("Sqrt", List.of(out + ":variance"), out + ":root");
        model.node("Div", List.of(x, out + ":root"), out + ":normalized");
        model.node("Mul", List.of(out + ":normalized", model.tensor(out + ".weight", op.weight(), axes.perChannel)),
                out);
    }

    void mapNorm(String x, MapNormOp op, Axes axes, String out) {
        switch (op.kind()) {
            case GROUP -> group(x, op, axes, out);
            case RESPONSE -> response(x, op, axes, out);
            case L2 -> byLength(x, model.indices(axes.pixelAxes), op.epsilon(), out);
        }
    }

    private void byLength(String x, String axes, double epsilon, String out) {
        model.node("ReduceL2", List.of(x, axes), out + ":length");
        model.node("Max", List.of(out + ":length", model.scalar(out + ".epsilon", (float) epsilon)), out + ":divisor");
        model.node("Div", List.of(x, out + ":divisor"), out);
    }

    /**
     * The softmax over the pixels of each channel.
     *
     * @param map whether x is a map, whose pixels have two axes; otherwise it holds tokens
     */
    void spatialSoftmax(String x, Axes axes, boolean map, String out) {
        if (map) {
            model.node("Reshape", List.of(x, model.indices(0, axes.shape[1], -1)), out + ":rows");
            model.node("Softmax", List.of(out + ":rows"), out + ":rows:shares").with("axis", -1L);
            model.node("Reshape", List.of(out + ":rows:shares", model.indices(axes.shape)), out);
        } else {
            model.node("Softmax", List.of(x), out).with("axis", axes.pixelAxes[0]);
        }
    }

    /** As an instance normalization whose channels are the groups: the operator for groups differs between sets of operators. */
    private void group(String x, MapNormOp op, Axes axes, String out) {
        float[] ones = new float[op.groups()];
        Arrays.fill(ones, 1);
        model.node("Reshape", List.of(x, model.indices(0, op.groups(), -1)), out + ":flat");
        model.node("InstanceNormalization",
                List.of(out + ":flat", model.tensor(out + ".one", ones, op.groups()),
                        model.tensor(out + ".zero", new float[op.groups()], op.groups())),
                out + ":flat:normalized").with("epsilon", (float) op.epsilon());
        model.node("Reshape", List.of(out + ":flat:normalized", model.indices(axes.shape)), out + ":normalized");
        model.node("Mul", List.of(out + ":normalized", model.tensor(out + ".weight", op.weight(), axes.perChannel)),
                out + ":scaled");
        model.node("Add", List.of(out + ":scaled", model.tensor(out + ".bias", op.bias(), axes.perChannel)), out);
    }

    private void response(String x, MapNormOp op, Axes axes, String out) {
        model.node("ReduceL2", List.of(x, model.indices(axes.pixelAxes)), out + ":length");
        model.node("ReduceMean", List.of(out + ":length", model.indices(axes.channelAxis)), out + ":mean");
        model.node("Add", List.of(out + ":mean", model.scalar(out + ".epsilon", (float) op.epsilon())),
                out + ":divisor");
        model.node("Div", List.of(out + ":length", out + ":divisor"), out + ":response");
        model.node("Mul", List.of(x, out + ":response"), out + ":normalized");
        model.node("Mul", List.of(out + ":normalized", model.tensor(out + ".weight", op.weight(), axes.perChannel)),
                out + ":scaled");
        model.node("Add", List.of(out + ":scaled", model.tensor(out + ".bias", op.bias(), axes.perChannel)),
                out + ":shifted");
        model.node("Add", List.of(x, out + ":shifted"), out);
    }
}
