package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks back from an operator at those that have computed its inputs, so that several together are found to be one thing. What they have been
 * lowered to is then read by nobody and is not part of the graph.
 */
final class Terms {
    private final Lowering lowering;

    Terms(Lowering lowering) {
        this.lowering = lowering;
    }

    /** A product: a number times values. */
    record Product(double factor, List<String> values) {}

    /** The operator of a type that computes a value. */
    Optional<OnnxNode> by(String name, String type) {
        return Optional.ofNullable(lowering.producer(name)).filter(n -> n.type().equals(type) && n.domain().isEmpty());
    }

    /** A constant of one element. */
    Optional<Double> number(String name) {
        return !name.isEmpty() && lowering.value(name) instanceof Value.Constant c && c.tensor().elements() == 1
                ? Optional.of((double) c.tensor().asFloats()[0])
                : Optional.empty();
    }

    /** Whether a value is about this number. */
    boolean isNumber(String name, double number) {
        return number(name).filter(n -> MapElementRules.close(n, number)).isPresent();
    }

    /** The other input of a sum of a value and a number, if it is about this number. */
    Optional<String> plus(String name, double number) {
        return by(name, "Add").flatMap(add -> other(add, number));
    }

    /** The other of two inputs, if one is about this number. */
    Optional<String> other(OnnxNode node, double number) {
        String a = node.inputs().get(0);
        String b = node.inputs().get(1);
        return isNumber(b, number) ? Optional.of(a) : isNumber(a, number) ? Optional.of(b) : Optional.empty();
    }

    /** A value as a product of others, as far as a value to stop at and a depth allow. */
    Product product(String name, String stop, int depth) {
        List<String> values = new ArrayList<>();
        double factor = collect(name, stop, depth, values);
        return new Product(factor, values);
    }

    private double collect(String name, String stop, int depth, List<String> values) {
        Optional<Double> number = number(name);
        if (number.isPresent()) {
            return number.get();
        }
        OnnxNode node = lowering.producer(name);
        if (node != null && !name.equals(stop) && depth > 0 && node.domain().isEmpty()) {
            switch (node.type()) {
                case "Mul" -> {
                    return collect(node.inputs().get(0), stop, depth - 1, values)
                            * collect(node.inputs().get(1), stop, depth - 1, values);
                }
                case "Div" -> {
                    Optional<Double> divisor = number(node.inputs().get(1));
                    if (divisor.isPresent()) {
                        return collect(node.inputs().get(0), stop, depth - 1, values) / divisor.get();
                    }
                }
                case "Pow" -> {
                    if (node.inputs().get(0).equals(stop)
                            && number(node.inputs().get(1)).filter(p -> p == 2 || p == 3).isPresent()) {
                        for (int i = 0; i < number(node.inputs().get(1)).get(); i++) {
                            values.add(stop);
                        }
                        return 1;
                    }
                }
                default -> {
                }
            }
        }
        values.add(name);
        return 1;
    }
}
