package io.github.jvig.model.onnx;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.LayerNormOp;
import java.util.List;

/**
 * What is written on tokens, {@code [batch][pixels][channels]}: the form that frameworks give a map before they normalize the channels of a
 * pixel or let pixels attend to each other, and keep until they pool it.
 */
final class TokenWriter {
    private final ModelBuilder model;

    TokenWriter(ModelBuilder model) {
        this.model = model;
    }

    /** The tokens of a map, made once. */
    String ofMap(String map, MapLayout shape) {
        String tokens = map + ":tokens";
        if (!model.has(tokens)) {
            String rows = map + ":rows";
            model.node("Reshape", List.of(map, model.indices(0, shape.channels(), shape.pixels())), rows);
            model.node("Transpose", List.of(rows), tokens).with("perm", 0, 2, 1);
        }
        return tokens;
    }

    /** The map of tokens, made once. */
    String toMap(String tokens, MapLayout shape) {
        String map = tokens + ":map";
        if (!model.has(map)) {
            String rows = tokens + ":rows";
            model.node("Transpose", List.of(tokens), rows).with("perm", 0, 2, 1);
            model.node("Reshape", List.of(rows, model.indices(0, shape.channels(), shape.height(), shape.width())),
                    map);
        }
        return map;
    }

    /** The mean over all tokens. */
    void mean(String x, String out) {
        model.node("ReduceMean", List.of(x, model.indices(1)), out).with("keepdims", 0L);
    }

    /** A linear layer on each token. */
    void linear(String x, ConvOp conv, String name, String out) {
        float[] weight = conv.effectiveWeight();
        float[] transposed = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            transposed[i % conv.inChannels() * conv.outChannels() + i / conv.inChannels()] = weight[i];
        }
        String matrix = model.tensor(name + ".weight", transposed, conv.inChannels(), conv.outChannels());
        String bias = model.tensor(name + ".bias", conv.biases(), conv.outChannels());
        model.node("MatMul", List.of(x, matrix), out + ":product");
        model.node("Add", List.of(bias, out + ":product"), out);
    }

    /** Over the last axis, so that pooled maps will do, too. */
    void layerNorm(String x, LayerNormOp norm, String out) {
        String weight = model.tensor(out + ".weight", norm.weight(), norm.weight().length);
        String bias = model.tensor(out + ".bias", norm.bias(), norm.bias().length);
        model.node("LayerNormalization", List.of(x, weight, bias), out).with("axis", -1L).with("epsilon",
                (float) norm.epsilon());
    }
}
