package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** RNN, GRU and LSTM with their usual activations, a node for each step: short sequences. */
final class RecurrentRules {
    private static final int LONGEST = 256;

    private RecurrentRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("RNN", RecurrentRules::run);
        rules.put("GRU", RecurrentRules::run);
        rules.put("LSTM", RecurrentRules::run);
    }

    /** One direction's tensors, without the axis of directions. */
    private record Weights(Value w, Value r, Value wBias, Value rBias, Value peepholes, int size) {}

    private static boolean run(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        boolean lstm = node.type().equals("LSTM");
        Value x = lowering.input(node, 0);
        boolean batchFirst = node.integer("layout", 0) != 0;
        int longest = x.shape().get(batchFirst ? 1 : 0);
        if (node.has(4)
                && RowRules.integers(lowering, node, 4, "lengths").stream().anyMatch(length -> length != longest)) {
            throw new UnsupportedOperationException("has sequences of several lengths");
        }
        for (String attribute : List.of("activations", "clip", "input_forget")) {
            if (node.attributes().containsKey(attribute) && !isUsual(node, attribute)) {
                throw new UnsupportedOperationException("has the attribute " + attribute + " = "
                        + node.attributes().get(attribute));
            }
        }
        x = batchFirst ? calc.transpose(x, List.of(1, 0, 2)) : x;
        int steps = x.shape().get(0);
        int batch = x.shape().get(1);
        if (steps > LONGEST) {
            throw new UnsupportedOperationException("has " + steps + " steps; up to " + LONGEST + " are computed");
        }
        String direction = node.text("direction", "forward");
        int directions = direction.equals("bidirectional") ? 2 : 1;
        int size = lowering.input(node, 2).shape().get(2);
        List<Value> outputs = new ArrayList<>();
        List<Value> lastH = new ArrayList<>();
        List<Value> lastC = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            Weights weights = weights(lowering, node, calc, d, size);
            boolean reverse = direction.equals("reverse") || d == 1;
            Value h = state(lowering, node, calc, 5, d, batch, size, batchFirst);
            Value c = lstm ? state(lowering, node, calc, 6, d, batch, size, batchFirst) : null;
            Value[] all = new Value[steps];
            for (int t = 0; t < steps; t++) {
                int at = reverse ? steps - 1 - t : t;
                Value step = calc.reshape(calc.slice(x, 0, at, 1, 1), List.of(batch, x.shape().get(2)));
                switch (node.type()) {
                    case "RNN" -> h = calc.unary(Unary.TANH, gates(calc, step, h, weights));
                    case "GRU" -> h = gru(calc, step, h, weights, node.integer("linear_before_reset", 0) != 0);
                    default -> {
                        Value[] both = lstm(calc, step, h, c, weights);
                        h = both[0];
                        c = both[1];
                    }
                }
                all[at] = calc.reshape(h, List.of(1, 1, batch, size));
            }
            outputs.add(calc.concat(Arrays.asList(all), 0));
            lastH.add(calc.reshape(h, List.of(1, batch, size)));
            if (lstm) {
                lastC.add(calc.reshape(c, List.of(1, batch, size)));
            }
        }
        Value y = directions == 1 ? outputs.getFirst() : calc.concat(outputs, 1);
        RowRules.put(lowering, node, 0, batchFirst ? calc.transpose(y, List.of(2, 0, 1, 3)) : y);
        last(lowering, node, calc, 1, lastH, batchFirst);
        if (lstm) {
            last(lowering, node, calc, 2, lastC, batchFirst);
        }
        return true;
    }

    private static boolean isUsual(OnnxNode node, String attribute) {
        Object value = node.attributes().get(attribute);
        List<String> usual = switch (node.type()) {
            case "RNN" -> List.of("tanh");
            case "GRU" -> List.of("sigmoid", "tanh");
            default -> List.of("sigmoid", "tanh", "tanh");
        };
        if (value instanceof List<?> names && attribute.equals("activations")) {
            for (int i = 0; i < names.size(); i++) {
                if (!usual.get(i % usual.size()).equalsIgnoreCase(names.get(i).toString())) {
                    return false;
                }
            }
            return true;
        }
        return attribute.equals("input_forget") && Long.valueOf(0).equals(value);
    }

    private static void last(Lowering lowering, OnnxNode node, Calc calc, int output, List<Value> parts,
            boolean batchFirst) {
        if (RowRules.isWanted(node, output)) {
            Value all = parts.size() == 1 ? parts.getFirst() : calc.concat(parts, 0);
            RowRules.put(lowering, node, output, batchFirst ? calc.transpose(all, List.of(1, 0, 2)) : all);
        }
    }

    private static Weights weights(Lowering lowering, OnnxNode node, Calc calc, int d, int size) {
        Value w = calc.transpose(direction(calc, lowering.input(node, 1), d), List.of(1, 0));
        Value r = calc.transpose(direction(calc, lowering.input(node, 2), d), List.of(1, 0));
        int gates = r.shape().get(1);
        Value bias = node.has(3)
                ? direction(calc, lowering.input(node, 3), d)
                : Calc.constant(Kind.FLOAT, List.of(2 * gates), new float[2 * gates]);
        return new Weights(w, r, calc.slice(bias, 0, 0, 1, gates), calc.slice(bias, 0, gates, 1, gates),
                node.has(7) ? direction(calc, lowering.input(node, 7), d) : null, size);
    }

    private static Value direction(Calc calc, Value x, int d) {
        return calc.reshape(calc.slice(x, 0, d, 1, 1), x.shape().subList(1, x.shape().size()));
    }

    private static Value state(Lowering lowering, OnnxNode node, Calc calc, int input, int d, int batch, int size,
            boolean batchFirst) {
        if (!node.has(input)) {
            return Calc.constant(Kind.FLOAT, List.of(batch, size), new float[batch * size]);
        }
        Value given = lowering.input(node, input);
        return direction(calc, batchFirst ? calc.transpose(given, List.of(1, 0, 2)) : given, d);
    }

    private static Value gates(Calc calc, Value x, Value h, Weights w) {
        return calc.binary(Binary.ADD, calc.binary(Binary.ADD, ProductRules.matMul(calc, x, w.w), w.wBias),
                calc.binary(Binary.ADD, ProductRules.matMul(calc, h, w.r), w.rBias));
    }

    private static Value part(Calc calc, Value x, int i, int size) {
        return calc.slice(x, x.shape().size() - 1, i * size, 1, size);
    }

    /** Gates z, r and h. */
    private static Value gru(Calc calc, Value x, Value h, Weights w, boolean linearBeforeReset) {
        int n = w.size;
        Value xs = calc.binary(Binary.ADD, ProductRules.matMul(calc, x, w.w), w.wBias);
        Value hs = calc.binary(Binary.ADD, ProductRules.matMul(calc, h, w.r), w.rBias);
        Value z = calc.unary(Unary.SIGMOID, calc.binary(Binary.ADD, part(calc, xs, 0, n), part(calc, hs, 0, n)));
        Value r = calc.unary(Unary.SIGMOID, calc.binary(Binary.ADD, part(calc, xs, 1, n), part(calc, hs, 1, n)));
        Value reset = linearBeforeReset
                ? calc.binary(Binary.MUL, r, part(calc, hs, 2, n))
                : calc.binary(Binary.ADD, ProductRules.matMul(calc, calc.binary(Binary.MUL, r, h),
                        part(calc, w.r, 2, n)), part(calc, w.rBias, 2, n));
        Value next = calc.unary(Unary.TANH, calc.binary(Binary.ADD, part(calc, xs, 2, n), reset));
        return calc.binary(Binary.ADD, next, calc.binary(Binary.MUL, z, calc.binary(Binary.SUB, h, next)));
    }

    /** Gates i, o, f and c; peepholes p_i, p_o and p_f. */
    private static Value[] lstm(Calc calc, Value x, Value h, Value c, Weights w) {
        int n = w.size;
        Value all = gates(calc, x, h, w);
        Value i = calc.unary(Unary.SIGMOID, peeped(calc, part(calc, all, 0, n), w, 0, c));
        Value f = calc.unary(Unary.SIGMOID, peeped(calc, part(calc, all, 2, n), w, 2, c));
        Value g = calc.unary(Unary.TANH, part(calc, all, 3, n));
        Value next = calc.binary(Binary.ADD, calc.binary(Binary.MUL, f, c), calc.binary(Binary.MUL, i, g));
        Value o = calc.unary(Unary.SIGMOID, peeped(calc, part(calc, all, 1, n), w, 1, next));
        return new Value[]{calc.binary(Binary.MUL, o, calc.unary(Unary.TANH, next)), next};
    }

    private static Value peeped(Calc calc, Value gate, Weights w, int i, Value c) {
        return w.peepholes == null
                ? gate
                : calc.binary(Binary.ADD, gate, calc.binary(Binary.MUL, part(calc, w.peepholes, i, w.size), c));
    }
}
