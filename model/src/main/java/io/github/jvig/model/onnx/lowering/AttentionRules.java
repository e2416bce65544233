package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Pointwise;
import io.github.jvig.model.tensor.RowOperator;
import io.github.jvig.model.tensor.Unary;
import java.util.List;
import java.util.Map;

/** ONNX's Attention, from operator set 23 on, in all its forms, as products of matrices and a softmax. */
final class AttentionRules {
    private static final Value HIDDEN = Calc.scalar(Float.NEGATIVE_INFINITY);

    private AttentionRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Attention", AttentionRules::attention);
    }

    private static boolean attention(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value q = lowering.input(node, 0);
        boolean flat = q.shape().size() == 3;
        q = heads(calc, q, node, "q_num_heads");
        Value k = heads(calc, lowering.input(node, 1), node, "kv_num_heads");
        Value v = heads(calc, lowering.input(node, 2), node, "kv_num_heads");
        int past = node.has(4) ? lowering.input(node, 4).shape().get(2) : 0;
        if (past > 0) {
            k = calc.concat(List.of(lowering.input(node, 4), k), 2);
            v = calc.concat(List.of(lowering.input(node, 5), v), 2);
        }
        RowRules.put(lowering, node, 1, k);
        RowRules.put(lowering, node, 2, v);
        int batch = q.shape().get(0);
        int heads = q.shape().get(1);
        int queries = q.shape().get(2);
        int keys = k.shape().get(2);
        int groups = k.shape().get(1);
        float scale = node.real("scale", (float) (1 / Math.sqrt(q.shape().get(3))));
        // Heads that share keys and values are an axis of their own.
        Value grouped = calc.reshape(q, List.of(batch, groups, heads / groups, queries, q.shape().get(3)));
        Value transposed = calc.transpose(calc.reshape(k, List.of(batch, groups, 1, keys, k.shape().get(3))),
                List.of(0, 1, 2, 4, 3));
        Value scores = calc.reshape(calc.pointwise(Kind.FLOAT, Unary.SCALE.with(scale, 0),
                ProductRules.matMul(calc, grouped, transposed)), List.of(batch, heads, queries, keys));
        long wanted = node.integer("qk_matmul_output_mode", 0);
        output(lowering, node, wanted == 0, scores);
        float cap = node.real("softcap", 0);
        if (cap > 0) {
            scores = calc.pointwise(Kind.FLOAT, Unary.SOFT_CAP.with(cap, 0), scores);
        }
        output(lowering, node, wanted == 1, scores);
        scores = masked(lowering, node, calc, scores, past);
        output(lowering, node, wanted == 2, scores);
        Value weights = calc.rows(RowOperator.softmax(true), scores, List.of(3));
        output(lowering, node, wanted == 3, weights);
        int size = v.shape().get(3);
        Value result = calc.reshape(ProductRules.matMul(calc,
                calc.reshape(weights, List.of(batch, groups, heads / groups, queries, keys)),
                calc.reshape(v, List.of(batch, groups, 1, keys, size))), List.of(batch, heads, queries, size));
        lowering.put(node, flat
                ? calc.reshape(calc.transpose(result, List.of(0, 2, 1, 3)), List.of(batch, queries, heads * size))
                : result);
        return true;
    }

    private static void output(Lowering lowering, OnnxNode node, boolean wanted, Value value) {
        if (wanted) {
            RowRules.put(lowering, node, 3, value);
        }
    }

    /** As {@code [batch, heads, tokens, size]}, whether the heads are an axis or part of the last. */
    private static Value heads(Calc calc, Value x, OnnxNode node, String attribute) {
        if (x.shape().size() == 4) {
            return x;
        }
        int heads = (int) node.integer(attribute, 0);
        List<Integer> shape = x.shape();
        if (shape.size() != 3 || heads < 1 || shape.get(2) % heads != 0) {
            throw new IllegalArgumentException("has " + heads + " heads of a tensor of shape " + shape);
        }
        return calc.transpose(calc.reshape(x, List.of(shape.get(0), shape.get(1), heads, shape.get(2) / heads)),
                List.of(0, 2, 1, 3));
    }

    private static Value masked(Lowering lowering, OnnxNode node, Calc calc, Value input, int past) {
        Value scores = input;
        int queries = scores.shape().get(2);
        int keys = scores.shape().get(3);
        if (node.has(3)) {
            Value mask = lowering.input(node, 3);
            boolean truth = mask.kind() == Kind.BOOLEAN;
            int last = mask.shape().size() - 1;
            int have = mask.shape().get(last);
            if (have < keys) {
                int[] indices = new int[keys];
                for (int i = 0; i < keys; i++) {
                    indices[i] = i < have ? i : AxisGather.NONE;
                }
                mask = calc.gather("pad", mask, last, indices, truth ? Calc.scalar(0) : HIDDEN);
            }
            scores = truth
                    ? calc.pointwise(Kind.FLOAT, Pointwise.where(), mask, scores, HIDDEN)
                    : calc.binary(Binary.ADD, scores, mask);
        }
        boolean causal = node.integer("is_causal", 0) != 0;
        int left = (int) node.integer("left_window_size", -1);
        int right = (int) node.integer("right_window_size", -1);
        right = causal ? right < 0 ? 0 : Math.min(right, 0) : right;
        Value lengths = node.has(6)
                ? calc.reshape(lowering.input(node, 6), List.of(scores.shape().getFirst(), 1, 1, 1))
                : null;
        if (left >= 0 || right >= 0) {
            float[] distance = new float[queries * keys];
            for (int i = 0; i < distance.length; i++) {
                distance[i] = i % keys - i / keys - (lengths == null ? past : -queries);
            }
            // Of a key from a query; both end where the keys that are there end.
            Value from = Calc.constant(Kind.FLOAT, List.of(queries, keys), distance);
            from = lengths == null ? from : calc.binary(Binary.SUB, from, Calc.as(Kind.FLOAT, lengths));
            if (right >= 0) {
                scores = shown(calc, scores, Binary.LESS_OR_EQUAL, from, right);
            }
            if (left >= 0) {
                scores = shown(calc, scores, Binary.GREATER_OR_EQUAL, from, -left);
            }
        }
        if (lengths != null) {
            float[] index = new float[keys];
            for (int i = 0; i < keys; i++) {
                index[i] = i;
            }
            Value there = calc.pointwise(Kind.BOOLEAN, Binary.LESS,
                    Calc.constant(Kind.FLOAT, List.of(keys), index), lengths);
            scores = calc.pointwise(Kind.FLOAT, Pointwise.where(), there, scores, HIDDEN);
        }
        return scores;
    }

    private static Value shown(Calc calc, Value scores, Binary test, Value distance, int bound) {
        Value shown = calc.pointwise(Kind.BOOLEAN, test, distance, Calc.scalar(bound));
        return calc.pointwise(Kind.FLOAT, Pointwise.where(), shown, scores, HIDDEN);
    }
}
