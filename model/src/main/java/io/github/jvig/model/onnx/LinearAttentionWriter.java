package io.github.jvig.model.onnx;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.LinearAttentionOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import java.util.List;

/** Linear, cross-covariance and separable attention on tokens, {@code [batch][pixels][channels]}. */
final class LinearAttentionWriter {
    private final ModelBuilder model;
    private final AttentionWriter heads;

    LinearAttentionWriter(ModelBuilder model, AttentionWriter heads) {
        this.model = model;
        this.heads = heads;
    }

    /** {@code [batch][heads][pixels][width]} of the channels at a place, or with pixels last; gives the name. */
    private String take(List<String> x, AttentionHeads layout, AttentionHeads.Place place, int width, MapLayout map,
            boolean pixelsLast, String out) {
        heads.take(x, layout, place, width, map, out);
        heads.byWindow(out, layout, place, width, Partition.WHOLE, map, pixelsLast);
        return out + ":by-head";
    }

    /** Keys by values, then queries by the result, divided by queries by the sum of keys. */
    void linear(List<String> x, LinearAttentionOp op, LinearAttention spec, String out) {
        AttentionHeads at = op.layout();
        String query = feature(op.feature(),
                take(x, at, at.query(), at.keyDim(), spec.queryMap(), false, out + ":query"));
        String key = feature(op.feature(), take(x, at, at.key(), at.keyDim(), spec.keyMap(), true, out + ":key"));
        String value = take(x, at, at.value(), at.valueDim(), spec.keyMap(), false, out + ":value");
        model.node("MatMul", List.of(key, value), out + ":products");
        model.node("MatMul", List.of(query, out + ":products"), out + ":sums");
        model.node("ReduceSum", List.of(key, model.indices(-1)), out + ":key-sums");
        model.node("MatMul", List.of(query, out + ":key-sums"), out + ":shares");
        String epsilon = model.scalar(out + ".epsilon", (float) spec.sumEpsilon());
        model.node("Add", List.of(out + ":shares", epsilon), out + ":divisor");
        model.node("Div", List.of(out + ":sums", out + ":divisor"), out + ":mixed");
        heads.back(out, Partition.WHOLE, spec.queryMap(), at.heads(), at.valueDim());
    }

    private String feature(LinearAttention.Feature feature, String x) {
        String out = x + ":feature";
        switch (feature) {
            case IDENTITY -> {
                return x;
            }
            case RELU -> model.node("Relu", List.of(x), out);
            case ELU_PLUS_ONE -> {
                model.node("Elu", List.of(x), x + ":elu");
                model.node("Add", List.of(x + ":elu", model.scalar("one", 1)), out);
            }
        }
        return out;
    }

    /** Scores of the channels of queries and keys, their softmax, and the values weighed with it. */
    void crossCovariance(List<String> x, CrossCovarianceOp op, MapLayout map, String out) {
        AttentionHeads at = op.layout();
        int dim = at.keyDim();
        String query = normalized(take(x, at, at.query(), dim, map, true, out + ":query"), op.epsilon(), out);
        String key = normalized(take(x, at, at.key(), dim, map, true, out + ":key"), op.epsilon(), out);
        String value = take(x, at, at.value(), dim, map, true, out + ":value");
        model.node("Transpose", List.of(key), key + ":transposed").with("perm", 0, 1, 3, 2);
        model.node("MatMul", List.of(query, key + ":transposed"), out + ":products");
        String temperature = model.tensor(out + ".temperature", op.temperature(), at.heads(), 1, 1);
        model.node("Mul", List.of(out + ":products", temperature), out + ":scores");
        model.node("Softmax", List.of(out + ":scores"), out + ":shares").with("axis", -1L);
        model.node("MatMul", List.of(out + ":shares", value), out + ":mixed");
        model.node("Transpose", List.of(out + ":mixed"), out + ":by-token").with("perm", 0, 3, 1, 2);
        model.node("Reshape", List.of(out + ":by-token", model.indices(0, map.pixels(), (long) at.heads() * dim)), out);
    }

    /** Each channel divided by its length over all pixels, which are the last axis. */
    private String normalized(String x, double epsilon, String out) {
        model.node("ReduceL2", List.of(x, model.indices(-1)), x + ":length");
        model.node("Max", List.of(x + ":length", model.scalar(out + ".epsilon", (float) epsilon)), x + ":divisor");
        model.node("Div", List.of(x, x + ":divisor"), x + ":normalized");
        return x + ":normalized";
    }

    /** A softmax of scores over the pixels of a window, the sum of keys weighed with it, and its product with the values. */
    void separable(List<String> x, SeparableAttentionOp op, MapLayout map, String out) {
        int dim = map.channels() / 2;
        AttentionHeads at = new AttentionHeads(1, dim, dim, new AttentionHeads.Place(0, 0, 0),
                new AttentionHeads.Place(0, 1, 0), new AttentionHeads.Place(0, 1 + dim, 0));
        String score = out + ":score";
        String key = out + ":key";
        String value = out + ":value";
        heads.take(x, at, at.query(), 1, map, score);
        heads.take(x, at, at.key(), dim, map, key);
        heads.take(x, at, at.value(), dim, map, value);
        heads.byWindow(score, at, at.query(), 1, op.partition(), map, false);
        heads.byWindow(key, at, at.key(), dim, op.partition(), map, false);
        heads.byWindow(value, at, at.value(), dim, op.partition(), map, false);
        model.node("Softmax", List.of(score + ":by-head"), out + ":shares").with("axis", -2L);
        model.node("Mul", List.of(key + ":by-head", out + ":shares"), out + ":weighed");
        model.node("ReduceSum", List.of(out + ":weighed", model.indices(-2)), out + ":context");
        model.node("Relu", List.of(value + ":by-head"), out + ":positive");
        model.node("Mul", List.of(out + ":positive", out + ":context"), out + ":mixed");
        heads.back(out, op.partition(), map, 1, dim);
    }
}
