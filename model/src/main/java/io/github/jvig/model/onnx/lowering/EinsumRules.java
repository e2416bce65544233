package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.Reduction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Einsum: two operands at a time, as sums, transposes and products of matrices. */
final class EinsumRules {
    private EinsumRules() {
    }

    /** A value whose axes have labels, each once. */
    private record Labeled(Value value, List<String> labels) {
        int size(String label) {
            return value.shape().get(labels.indexOf(label));
        }

        int elements(List<String> some) {
            return some.stream().mapToInt(this::size).reduce(1, Math::multiplyExact);
        }
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Einsum", EinsumRules::einsum);
    }

    private static boolean einsum(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        String equation = node.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        if (terms.length != node.inputs().size()) {
            throw new IllegalArgumentException("its equation " + equation + " has " + terms.length + " terms");
        }
        List<Labeled> operands = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            Value x = lowering.input(node, i);
            operands.add(diagonal(calc, x, labels(terms[i], x.shape().size())));
        }
        int dots = operands.stream().flatMap(o -> o.labels.stream()).filter(l -> l.startsWith("."))
                .mapToInt(l -> Integer.parseInt(l.substring(1))).max().orElse(0);
        List<String> out = arrow < 0
                ? implicit(terms, dots)
                : labels(equation.substring(arrow + 2),
                        dots + equation.substring(arrow + 2).replace("...", "").length());
        Labeled result = sum(calc, operands.getFirst(), needed(operands, 1, out));
        for (int i = 1; i < operands.size(); i++) {
            Set<String> needed = needed(operands, i + 1, out);
            Set<String> other = new LinkedHashSet<>(needed);
            other.addAll(result.labels);
            result = product(calc, result, sum(calc, operands.get(i), other), needed);
            result = sum(calc, result, needed);
        }
        List<String> labels = result.labels;
        lowering.put(node, calc.transpose(result.value, out.stream().map(labels::indexOf).toList()));
        return true;
    }

    /** Labels that the result or an operand from one on has. */
    private static Set<String> needed(List<Labeled> operands, int from, List<String> out) {
        Set<String> needed = new LinkedHashSet<>(out);
        operands.subList(from, operands.size()).forEach(o -> needed.addAll(o.labels));
        return needed;
    }

    /** The labels of a term's axes; those of an ellipsis are numbered from the last, which is .1. */
    private static List<String> labels(String term, int rank) {
        List<String> labels = new ArrayList<>();
        int dots = rank - term.replace("...", "").length();
        for (int i = 0; i < term.length(); i++) {
            if (term.startsWith("...", i)) {
                for (int k = dots; k > 0; k--) {
                    labels.add("." + k);
                }
                i += 2;
            } else {
                labels.add(term.substring(i, i + 1));
            }
        }
        if (labels.size() != rank) {
            throw new IllegalArgumentException("its term " + term + " is of a tensor with " + rank + " axes");
        }
        return labels;
    }

    /** Without an arrow: the ellipsis, then labels that are there once, in the order of the alphabet. */
    private static List<String> implicit(String[] terms, int dots) {
        Map<Integer, Long> counts = String.join("", terms).replace(".", "").chars().boxed()
                .collect(Collectors.groupingBy(c -> c, TreeMap::new, Collectors.counting()));
        List<String> out = new ArrayList<>();
        for (int k = dots; k > 0; k--) {
            out.add("." + k);
        }
        counts.forEach((c, n) -> {
            if (n == 1) {
                out.add(Character.toString(c));
            }
        });
        return out;
    }

    /** An axis for each label: of two axes with one label the diagonal. */
    private static Labeled diagonal(Calc calc, Value x, List<String> labels) {
        Value value = x;
        List<String> left = new ArrayList<>(labels);
        for (int i = 0; i < left.size(); i++) {
            int again = left.subList(i + 1, left.size()).indexOf(left.get(i));
            if (again < 0) {
                continue;
            }
            int j = i + 1 + again;
            if (!(value instanceof View view)) {
                throw new UnsupportedOperationException("takes the diagonal of a constant");
            }
            View row = View.tensor(view.kind(), calc.lowering().asTensor(calc.name(), view), view.shape());
            List<List<Dim>> axes = new ArrayList<>(row.axes());
            int size = view.shape().get(i);
            int stride = Dim.rowMajor(view.shape()).get(i).stride() + Dim.rowMajor(view.shape()).get(j).stride();
            axes.set(i, List.of(new Dim(size, stride)));
            axes.remove(j);
            left.remove(j);
            value = row.withAxes(axes);
            i--;
        }
        return new Labeled(value, left);
    }

    private static Labeled sum(Calc calc, Labeled x, Collection<String> keep) {
        List<Integer> along = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (int i = 0; i < x.labels.size(); i++) {
            if (keep.contains(x.labels.get(i))) {
                left.add(x.labels.get(i));
            } else {
                along.add(i);
            }
        }
        return along.isEmpty() ? x : new Labeled(calc.reduce(Reduction.SUM, x.value, along, false), left);
    }

    /** Labels that both have are a batch if they are needed, else summed over. */
    private static Labeled product(Calc calc, Labeled a, Labeled b, Set<String> needed) {
        List<String> batch = a.labels.stream().filter(l -> b.labels.contains(l)
                && (needed.contains(l) || a.size(l) != b.size(l))).toList();
        List<String> k = a.labels.stream().filter(l -> b.labels.contains(l) && !batch.contains(l)).toList();
        List<String> m = a.labels.stream().filter(l -> !b.labels.contains(l)).toList();
        List<String> n = b.labels.stream().filter(l -> !a.labels.contains(l)).toList();
        Value left = matrix(calc, a, batch, m, k);
        Value right = matrix(calc, b, batch, k, n);
        Value product = ProductRules.matMul(calc, left, right);
        List<String> labels = new ArrayList<>(batch);
        labels.addAll(m);
        labels.addAll(n);
        List<Integer> shape = new ArrayList<>(product.shape().subList(0, batch.size()));
        m.forEach(l -> shape.add(a.size(l)));
        n.forEach(l -> shape.add(b.size(l)));
        return new Labeled(calc.reshape(product, shape), labels);
    }

    private static Value matrix(Calc calc, Labeled x, List<String> batch, List<String> rows, List<String> columns) {
        List<String> order = new ArrayList<>(batch);
        order.addAll(rows);
        order.addAll(columns);
        List<Integer> shape = new ArrayList<>(batch.stream().map(x::size).toList());
        shape.add(x.elements(rows));
        shape.add(x.elements(columns));
        return calc.reshape(calc.transpose(x.value, order.stream().map(x.labels::indexOf).toList()), shape);
    }
}
