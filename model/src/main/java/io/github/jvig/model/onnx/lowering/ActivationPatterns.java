package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Activations that are written out: GELU by erf or tanh, SiLU, hard-swish and hard-sigmoid, in any order of their factors. */
final class ActivationPatterns {
    private static final int DEPTH = 4;

    private ActivationPatterns() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Mul", ActivationPatterns::product);
        MapRules.add(rules, "Div", ActivationPatterns::product);
    }

    private static boolean product(Lowering lowering, OnnxNode node) {
        Terms terms = new Terms(lowering);
        String name = node.outputs().getFirst();
        List<String> values = new ArrayList<>();
        double factor;
        if (node.type().equals("Div")) {
            Optional<Double> divisor = terms.number(node.inputs().get(1));
            if (divisor.isEmpty()) {
                return false;
            }
            Terms.Product p = terms.product(node.inputs().get(0), "", DEPTH);
            values.addAll(p.values());
            factor = p.factor() / divisor.get();
        } else {
            Terms.Product a = terms.product(node.inputs().get(0), "", DEPTH);
            Terms.Product b = terms.product(node.inputs().get(1), "", DEPTH);
            values.addAll(a.values());
            values.addAll(b.values());
            factor = a.factor() * b.factor();
        }
        if (Double.isNaN(factor)) {
            return false;
        }
        for (String value : List.copyOf(values)) {
            Optional<Found> gate = gate(lowering, terms, value);
            if (gate.isEmpty()) {
                continue;
            }
            String x = gate.get().x;
            Terms.Product whole = whole(terms, node, x);
            boolean byItself = whole.values().equals(List.of(value));
            List<String> expected = new ArrayList<>(List.of(value, x));
            List<String> found = new ArrayList<>(whole.values());
            Collections.sort(expected);
            Collections.sort(found);
            double scale = whole.factor() * gate.get().scale;
            Activation activation = byItself ? gate.get().alone : gate.get().times;
            if (activation != null && (byItself || found.equals(expected)) && MapElementRules.close(scale, 1)
                    && !name.equals(x)) {
                return MapElementRules.activate(lowering, node, lowering.value(x), activation);
            }
        }
        return false;
    }

    private static Terms.Product whole(Terms terms, OnnxNode node, String x) {
        Terms.Product a = terms.product(node.inputs().get(0), x, DEPTH);
        if (node.type().equals("Div")) {
            return new Terms.Product(a.factor() / terms.number(node.inputs().get(1)).orElseThrow(), a.values());
        }
        Terms.Product b = terms.product(node.inputs().get(1), x, DEPTH);
        List<String> values = new ArrayList<>(a.values());
        values.addAll(b.values());
        return new Terms.Product(a.factor() * b.factor(), values);
    }

    /**
     * A factor of an activation.
     *
     * @param x     what it is computed of
     * @param scale by which the product of x and it, or it alone, is greater than the activation
     * @param times the activation that the product with x is; null for none
     * @param alone the activation that it is by itself; null for none
     */
    private record Found(String x, double scale, Activation times, Activation alone) {}

    private static Optional<Found> gate(Lowering lowering, Terms terms, String value) {
        OnnxNode node = lowering.producer(value);
        if (node == null || !node.domain().isEmpty()) {
            return Optional.empty();
        }
        return switch (node.type()) {
            case "Sigmoid" -> Optional.of(new Found(node.inputs().getFirst(), 1, Activation.SILU, null));
            case "HardSigmoid" -> MapElementRules.close(node.real("alpha", .2f), 1 / 6.0)
                    ? Optional.of(new Found(node.inputs().getFirst(), 1, Activation.HARD_SWISH, null))
                    : Optional.empty();
            case "Clip" -> isSix(lowering, node)
                    ? terms.plus(node.inputs().getFirst(), 3)
                            .map(x -> new Found(x, 6, Activation.HARD_SWISH, Activation.HARD_SIGMOID))
                    : Optional.empty();
            case "Add" -> terms.plus(value, 1).flatMap(f -> gelu(terms, f));
            default -> Optional.empty();
        };
    }

    private static boolean isSix(Lowering lowering, OnnxNode node) {
        double low = lowering.constant(node, 1).map(t -> t.asFloats()[0]).orElseGet(() -> node.real("min", -1));
        double high = lowering.constant(node, 2).map(t -> t.asFloats()[0]).orElseGet(() -> node.real("max", -1));
        return low == 0 && high == 6;
    }

    /** {@code erf(x / sqrt(2))}, or {@code tanh(sqrt(2 / pi) * (x + 0.044715 x^3))}. */
    private static Optional<Found> gelu(Terms terms, String function) {
        Optional<OnnxNode> erf = terms.by(function, "Erf");
        if (erf.isPresent()) {
            Terms.Product p = terms.product(erf.get().inputs().getFirst(), "", 1);
            return p.values().size() == 1 && MapElementRules.close(p.factor(), Math.sqrt(.5))
                    ? Optional.of(new Found(p.values().getFirst(), 2, Activation.GELU, null))
                    : Optional.empty();
        }
        Optional<OnnxNode> tanh = terms.by(function, "Tanh");
        if (tanh.isEmpty()) {
            return Optional.empty();
        }
        Terms.Product p = terms.product(tanh.get().inputs().getFirst(), "", 1);
        if (p.values().size() != 1 || !MapElementRules.close(p.factor(), Math.sqrt(2 / Math.PI))) {
            return Optional.empty();
        }
        return terms.by(p.values().getFirst(), "Add").flatMap(sum -> {
            for (int i = 0; i < 2; i++) {
                String x = sum.inputs().get(i);
                Terms.Product cube = terms.product(sum.inputs().get(1 - i), x, DEPTH);
                if (MapElementRules.close(cube.factor(), .044715) && cube.values().equals(List.of(x, x, x))) {
                    return Optional.of(new Found(x, 2, Activation.GELU_TANH, null));
                }
            }
            return Optional.empty();
        });
    }
}
