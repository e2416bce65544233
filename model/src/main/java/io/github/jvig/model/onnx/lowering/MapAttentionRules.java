package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Softmax attention: a product of queries and keys, factors of the scores anywhere, constant biases, a softmax and a product with values. It
 * is found at its last product, from which it looks back.
 */
final class MapAttentionRules {
    private static final int DEPTH = 6;

    private MapAttentionRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "MatMul", MapAttentionRules::attention);
    }

    private static boolean attention(Lowering lowering, OnnxNode node) {
        Terms terms = new Terms(lowering);
        // Softmax times values, or both transposed.
        for (int side = 0; side < 2; side++) {
            boolean turned = side == 1;
            String shares = node.inputs().get(side);
            Value values = lowering.input(node, 1 - side);
            if (!MapRules.isFloat(values) || values.shape().size() < 2) {
                continue;
            }
            View v = turned ? swapped((View) values) : (View) values;
            Optional<OnnxNode> softmax = turned
                    ? terms.by(shares, "Transpose").filter(t -> swapsLast(lowering, t))
                            .flatMap(t -> terms.by(t.inputs().getFirst(), "Softmax"))
                    : terms.by(shares, "Softmax");
            Optional<Scores> scores = softmax.filter(s -> isLast(lowering, s))
                    .flatMap(s -> scores(lowering, terms, s.inputs().getFirst()));
            if (scores.isEmpty()) {
                continue;
            }
            Optional<View> result = result(lowering, node.name(), scores.get(), v);
            if (result.isPresent()) {
                lowering.put(node, turned ? swapped(result.get()) : result.get());
                return true;
            }
        }
        return false;
    }

    private static Optional<View> result(Lowering lowering, String name, Scores scores, View v) {
        try {
            Optional<View> direct = AttentionMatch.of(lowering, name, scores, v);
            if (direct.isPresent()) {
                return direct;
            }
        } catch (IllegalArgumentException e) {
            // Digits that cut across each other.
        }
        Scores copied = new Scores(dense(lowering, name + ":q", scores.q), dense(lowering, name + ":k", scores.k),
                scores.scale, scores.biases);
        return AttentionMatch.of(lowering, name, copied, dense(lowering, name + ":v", v));
    }

    /** The same elements in a map whose rows are the heads and windows, and whose pixels are tokens. */
    private static View dense(Lowering lowering, String name, View view) {
        List<Integer> shape = view.shape();
        int rank = shape.size();
        int rows = shape.subList(0, rank - 2).stream().reduce(1, Math::multiplyExact);
        return lowering.copied(name, view, rank - 1,
                MapLayout.of(rows, shape.get(rank - 2), shape.get(rank - 1)));
    }

    /**
     * Scores before the softmax.
     *
     * @param q      {@code [..., queries, channels]}
     * @param k      {@code [..., keys, channels]}
     * @param scale  of the products
     * @param biases that are added
     */
    record Scores(View q, View k, double scale, List<Bias> biases) {}

    /** Constants times a factor. */
    record Bias(OnnxTensor constant, double factor) {}

    private static Optional<Scores> scores(Lowering lowering, Terms terms, String name) {
        double factor = 1;
        List<Bias> biases = new ArrayList<>();
        String at = name;
        for (int i = 0; i < DEPTH; i++) {
            OnnxNode node = lowering.producer(at);
            if (node == null || node.inputs().size() != 2) {
                return Optional.empty();
            }
            switch (node.type()) {
                case "MatMul" -> {
                    Optional<Unscaled> q = unscaled(lowering, terms, node.inputs().get(0), DEPTH);
                    Optional<Unscaled> k = unscaled(lowering, terms, node.inputs().get(1), DEPTH);
                    if (q.isEmpty() || k.isEmpty() || q.get().view.shape().size() < 2
                            || k.get().view.shape().size() < 2) {
                        return Optional.empty();
                    }
                    return Optional.of(new Scores(q.get().view, swapped(k.get().view),
                            factor * q.get().factor * k.get().factor, List.copyOf(biases)));
                }
                case "Add" -> {
                    int constant = lowering.constant(node, 0).isPresent() ? 0 : 1;
                    Optional<OnnxTensor> bias = lowering.constant(node, constant);
                    if (bias.isEmpty()) {
                        return Optional.empty();
                    }
                    biases.add(new Bias(bias.get(), factor));
                    at = node.inputs().get(1 - constant);
                }
                case "Reshape" -> {
                    // Windows as an axis of their own, for a mask that differs from window to window.
                    List<Integer> before = lowering.input(node, 0).shape();
                    List<Integer> after = lowering.value(at).shape();
                    Optional<List<Bias>> reshaped = reshaped(biases, after, before);
                    if (reshaped.isEmpty()) {
                        return Optional.empty();
                    }
                    biases = reshaped.get();
                    at = node.inputs().getFirst();
                }
                case "Mul", "Div" -> {
                    boolean first = node.type().equals("Mul") && terms.number(node.inputs().get(0)).isPresent();
                    Optional<Double> number = terms.number(node.inputs().get(first ? 0 : 1));
                    if (number.isEmpty()) {
                        return Optional.empty();
                    }
                    factor = node.type().equals("Mul") ? factor * number.get() : factor / number.get();
                    at = node.inputs().get(first ? 1 : 0);
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Biases of scores of one shape as biases of the same scores in another, in which queries and keys are the same axes. */
    private static Optional<List<Bias>> reshaped(List<Bias> biases, List<Integer> from, List<Integer> to) {
        int a = from.size();
        int b = to.size();
        if (a < 2 || b < 2 || !from.subList(a - 2, a).equals(to.subList(b - 2, b))) {
            return Optional.empty();
        }
        List<Bias> result = new ArrayList<>();
        for (Bias bias : biases) {
            List<Integer> shape = bias.constant.shape();
            if (!Calc.broadcast(List.of(shape, from)).equals(from)) {
                return Optional.empty();
            }
            List<Dim> digits = new ArrayList<>();
            List<Dim> own = Dim.rowMajor(shape);
            for (int i = 0; i < a; i++) {
                int at = i - (a - shape.size());
                boolean repeated = at < 0 || shape.get(at) == 1;
                digits.add(new Dim(from.get(i), repeated ? 0 : own.get(at).stride()));
            }
            int[] table = AxisGather.table(digits);
            float[] values = bias.constant.asFloats();
            float[] all = new float[table.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = values[table[i]];
            }
            result.add(new Bias(OnnxTensor.of(to, all), bias.factor));
        }
        return Optional.of(result);
    }

    private record Unscaled(View view, double factor) {}

    /** A value without the factors on the way to it. */
    private static Optional<Unscaled> unscaled(Lowering lowering, Terms terms, String name, int depth) {
        if (!MapRules.isFloat(lowering.value(name))) {
            return Optional.empty();
        }
        View view = (View) lowering.value(name);
        OnnxNode node = lowering.producer(name);
        Optional<Unscaled> before = Optional.empty();
        if (node != null && depth > 0) {
            switch (node.type()) {
                case "Mul", "Div" -> {
                    boolean first = node.type().equals("Mul") && terms.number(node.inputs().get(0)).isPresent();
                    Optional<Double> number = terms.number(node.inputs().get(first ? 0 : 1));
                    if (number.isPresent()) {
                        double factor = node.type().equals("Mul") ? number.get() : 1 / number.get();
                        before = unscaled(lowering, terms, node.inputs().get(first ? 1 : 0), depth - 1)
                                .filter(u -> u.view.shape().equals(view.shape()))
                                .map(u -> new Unscaled(u.view, u.factor * factor));
                    }
                }
                case "Transpose" -> before = unscaled(lowering, terms, node.inputs().get(0), depth - 1)
                        .filter(u -> u.factor != 1 && node.integers("perm") != null)
                        .map(u -> new Unscaled(u.view.transposed(node.integers("perm")), u.factor));
                case "Reshape", "Squeeze", "Unsqueeze" ->
                    before = unscaled(lowering, terms, node.inputs().get(0), depth - 1).filter(u -> u.factor != 1)
                            .flatMap(u -> u.view.reshaped(view.shape()).map(r -> new Unscaled(r, u.factor)));
                default -> {
                }
            }
        }
        return before.isPresent() ? before : Optional.of(new Unscaled(view, 1));
    }

    static boolean isLast(Lowering lowering, OnnxNode softmax) {
        int rank = lowering.input(softmax, 0).shape().size();
        int axis = (int) softmax.integer("axis", softmax.version() >= 13 ? -1 : 1);
        return axis == -1 || axis == rank - 1;
    }

    static boolean swapsLast(Lowering lowering, OnnxNode transpose) {
        int rank = lowering.input(transpose, 0).shape().size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        order.set(rank - 1, rank - 2);
        order.set(rank - 2, rank - 1);
        return order.equals(transpose.integers("perm"));
    }

    static View swapped(View view) {
        List<List<Dim>> axes = new ArrayList<>(view.axes());
        axes.addLast(axes.remove(axes.size() - 2));
        return view.withAxes(axes);
    }
}
