package io.github.jvig.model.onnx;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.AttentionOp;
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

    /** Scores of queries and keys, their softmax, and the values weighed with it, for all heads at a time. */
    void attention(String x, AttentionOp op, String out) {
        int pixels = op.height() * op.width();
        model.node("Reshape", List.of(x, model.indices(0, pixels, op.heads(), 2L * op.keyDim() + op.valueDim())),
                out + ":heads");
        String query = out + ":query";
        String key = out + ":key";
        String value = out + ":value";
        model.node("Split", List.of(out + ":heads", model.indices(op.keyDim(), op.keyDim(), op.valueDim())),
                List.of(query, key, value)).with("axis", 3L);
        model.node("Transpose", List.of(query), query + ":by-head").with("perm", 0, 2, 1, 3);
        model.node("Transpose", List.of(key), key + ":by-head").with("perm", 0, 2, 3, 1);
        model.node("Transpose", List.of(value), value + ":by-head").with("perm", 0, 2, 1, 3);
        model.node("MatMul", List.of(query + ":by-head", key + ":by-head"), out + ":products");
        String factor = model.scalar(out + ".factor", (float) (1 / Math.sqrt(op.keyDim())));
        model.node("Mul", List.of(out + ":products", factor), out + ":scaled");
        String bias = model.tensor(out + ".bias", op.pairBiases(), op.heads(), pixels, pixels);
        model.node("Add", List.of(out + ":scaled", bias), out + ":scores");
        model.node("Softmax", List.of(out + ":scores"), out + ":shares").with("axis", -1L);
        model.node("MatMul", List.of(out + ":shares", value + ":by-head"), out + ":mixed");
        model.node("Transpose", List.of(out + ":mixed"), out + ":by-token").with("perm", 0, 2, 1, 3);
        model.node("Reshape", List.of(out + ":by-token", model.indices(0, pixels, (long) op.heads() * op.valueDim())),
                out);
    }
}
