package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attention among the channels of a head (XCiT, EdgeNeXt): queries and keys {@code [..., channels, pixels]} divided by their lengths over the
 * pixels, products of all channels, a temperature for each head, a softmax and a product with the values.
 */
final class CrossCovarianceRules {
    private CrossCovarianceRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "MatMul", CrossCovarianceRules::attention);
    }

    /** A value over its length along the last axis. */
    private record Normalized(View x, double epsilon) {}

    private static boolean attention(Lowering lowering, OnnxNode node) {
        Terms terms = new Terms(lowering);
        Value values = lowering.input(node, 1);
        Optional<OnnxNode> softmax = terms.by(node.inputs().getFirst(), "Softmax")
                .filter(s -> MapAttentionRules.isLast(lowering, s));
        if (softmax.isEmpty() || !MapRules.isFloat(values)) {
            return false;
        }
        String scores = softmax.get().inputs().getFirst();
        Optional<OnnxTensor> temperature = Optional.empty();
        Optional<OnnxNode> factor = terms.by(scores, "Mul");
        if (factor.isPresent()) {
            int at = lowering.constant(factor.get(), 0).isPresent() ? 0 : 1;
            temperature = lowering.constant(factor.get(), at);
            if (temperature.isEmpty()) {
                return false;
            }
            scores = factor.get().inputs().get(1 - at);
        }
        Optional<OnnxNode> product = terms.by(scores, "MatMul");
        Optional<OnnxNode> turned = product.flatMap(p -> terms.by(p.inputs().get(1), "Transpose"))
                .filter(t -> MapAttentionRules.swapsLast(lowering, t));
        if (turned.isEmpty()) {
            return false;
        }
        Optional<Normalized> q = normalized(lowering, terms, product.get().inputs().get(0));
        Optional<Normalized> k = normalized(lowering, terms, turned.get().inputs().getFirst());
        if (q.isEmpty() || k.isEmpty() || q.get().epsilon != k.get().epsilon) {
            return false;
        }
        Optional<View> result = result(lowering, node.name(), q.get(), k.get().x, (View) values, temperature);
        result.ifPresent(view -> lowering.put(node, view));
        return result.isPresent();
    }

    private static Optional<Normalized> normalized(Lowering lowering, Terms terms, String name) {
        Optional<OnnxNode> quotient = terms.by(name, "Div");
        if (quotient.isEmpty()) {
            return Optional.empty();
        }
        String x = quotient.get().inputs().getFirst();
        String divisor = quotient.get().inputs().get(1);
        String least = terms.by(divisor, "Expand").map(e -> e.inputs().getFirst()).orElse(divisor);
        Optional<OnnxNode> clip = terms.by(least, "Clip").or(() -> terms.by(least, "Max"));
        if (clip.isEmpty() || !clip.get().has(1) || clip.get().has(2) || !MapRules.isFloat(lowering.value(x))) {
            return Optional.empty();
        }
        Optional<Double> epsilon = terms.number(clip.get().inputs().get(1)).filter(e -> e > 0);
        int last = lowering.value(x).shape().size() - 1;
        return epsilon.flatMap(e -> terms.by(clip.get().inputs().getFirst(), "ReduceL2")
                .filter(r -> r.inputs().getFirst().equals(x)
                        && NormPatterns.axes(lowering, r).equals(List.of(last)))
                .map(_ -> new Normalized((View) lowering.value(x), e)));
    }

    private static Optional<View> result(Lowering lowering, String name, Normalized query, View k, View v,
            Optional<OnnxTensor> temperature) {
        View q = query.x;
        int rank = q.axes().size();
        if (rank < 3 || !q.shape().equals(k.shape()) || !q.shape().equals(v.shape())) {
            return Optional.empty();
        }
        int heads = q.shape().subList(0, rank - 2).stream().reduce(1, Math::multiplyExact);
        int width = q.shape().get(rank - 2);
        List<Node> inputs = new ArrayList<>();
        List<AttentionHeads.Place> places = new ArrayList<>();
        for (View view : List.of(q, k, v)) {
            List<Dim> steps = view.axes().subList(0, rank - 2).stream().flatMap(List::stream).toList();
            List<Dim> pixels = new ArrayList<>(view.axes().get(rank - 1));
            pixels.sort(Comparator.comparingInt(Dim::stride).reversed());
            MapLayout map = view.layout();
            if (Dim.merged(steps).size() > 1 || view.offset() >= map.channels()
                    || !view.axes().get(rank - 2).equals(Dim.merged(List.of(new Dim(width, 1))))
                    || !Dim.merged(pixels).equals(Dim.merged(List.of(new Dim(map.pixels(), map.stride()))))
                    || !relative(view).equals(relative(q))) {
                return Optional.empty();
            }
            int input = inputs.indexOf(view.node());
            if (input < 0) {
                input = inputs.size();
                inputs.add(view.node());
            }
            places.add(new AttentionHeads.Place(input, view.offset(),
                    steps.isEmpty() ? 0 : Dim.merged(steps).getFirst().stride()));
        }
        float[] factors = new float[heads];
        Arrays.fill(factors, 1);
        if (temperature.isPresent()) {
            int elements = temperature.get().elements();
            List<Integer> shape = temperature.get().shape();
            if (elements != 1 && (elements != heads || shape.size() < 3 || shape.get(shape.size() - 3) != heads)) {
                return Optional.empty();
            }
            for (int i = 0; i < heads; i++) {
                factors[i] = temperature.get().asFloats()[elements == 1 ? 0 : i];
            }
        }
        AttentionHeads layout = new AttentionHeads(heads, width, width, places.get(0), places.get(1), places.get(2));
        Node node = lowering.node(name, new CrossCovarianceOp(layout, factors, query.epsilon), inputs);
        MapLayout out = lowering.layout(node);
        List<List<Dim>> axes = new ArrayList<>();
        int step = heads * width;
        for (int i = 0; i < rank - 2; i++) {
            step /= q.shape().get(i);
            axes.add(List.of(new Dim(q.shape().get(i), step)));
        }
        axes.add(List.of(new Dim(width, 1)));
        axes.add(v.axes().get(rank - 1).stream()
                .map(d -> new Dim(d.extent(), d.stride() / v.layout().stride() * out.stride())).toList());
        return Optional.of(new View(q.kind(), node, out, 0, axes));
    }

    /** Digits of the pixels in pixels. */
    private static List<Dim> relative(View view) {
        return view.axes().getLast().stream().map(d -> new Dim(d.extent(), d.stride() / view.layout().stride()))
                .toList();
    }
}
