package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.Dim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * MobileViTv2's attention on {@code [1, channels, windows, pixels]}: values through a ReLU times the sum of keys weighted with a softmax of
 * scores, which are the first channel of a map, before the keys and the values.
 */
final class SeparableAttentionRules {
    private static final int CHANNELS = 1;
    private static final int WINDOWS = 2;
    private static final int PIXELS = 3;

    private SeparableAttentionRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Mul", SeparableAttentionRules::attention);
    }

    private static boolean attention(Lowering lowering, OnnxNode node) {
        Terms terms = new Terms(lowering);
        for (int side = 0; side < 2; side++) {
            Optional<OnnxNode> relu = terms.by(node.inputs().get(side), "Relu");
            String context = node.inputs().get(1 - side);
            String sum = terms.by(context, "Expand").map(e -> e.inputs().getFirst()).orElse(context);
            Optional<OnnxNode> product = terms.by(sum, "ReduceSum")
                    .filter(r -> r.integer("keepdims", 1) == 1 && NormPatterns.axes(lowering, r).equals(List.of(PIXELS)))
                    .flatMap(r -> terms.by(r.inputs().getFirst(), "Mul"));
            if (relu.isEmpty() || product.isEmpty()) {
                continue;
            }
            for (int i = 0; i < 2; i++) {
                Optional<OnnxNode> softmax = terms.by(product.get().inputs().get(i), "Softmax")
                        .filter(s -> MapAttentionRules.isLast(lowering, s));
                if (softmax.isEmpty()) {
                    continue;
                }
                Optional<View> result = result(lowering, node.name(), lowering.input(softmax.get(), 0),
                        lowering.value(product.get().inputs().get(1 - i)), lowering.input(relu.get(), 0));
                if (result.isPresent()) {
                    lowering.put(node, result.get());
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<View> result(Lowering lowering, String name, Value score, Value key, Value value) {
        if (!(score instanceof View s) || !(key instanceof View k) || !(value instanceof View v)
                || v.shape().size() != 4 || v.node() != s.node() || v.node() != k.node()
                || !k.shape().equals(v.shape())) {
            return Optional.empty();
        }
        MapLayout map = v.layout();
        int channels = v.shape().get(CHANNELS);
        List<Dim> side = Dim.merged(List.of(new Dim(channels, 1)));
        List<List<Dim>> places = v.axes().subList(WINDOWS, PIXELS + 1);
        if (map.channels() != 2 * channels + 1 || s.offset() != 0 || k.offset() != 1 || v.offset() != channels + 1
                || !s.axes().get(CHANNELS).isEmpty() || !v.axes().get(CHANNELS).equals(side)
                || !k.axes().get(CHANNELS).equals(side) || !v.axes().getFirst().isEmpty()
                || !s.axes().subList(WINDOWS, PIXELS + 1).equals(places)
                || !k.axes().subList(WINDOWS, PIXELS + 1).equals(places)
                || !places.stream().flatMap(List::stream).allMatch(d -> d.stride() > 0
                        && d.stride() % map.stride() == 0)) {
            return Optional.empty();
        }
        int[] tokens = Pixels.indices(0, places.get(1)).stream().mapToInt(i -> i / map.stride()).toArray();
        Optional<Partition> partition = places.getFirst().isEmpty()
                ? Optional.of(Partition.WHOLE)
                        .filter(_ -> IntStream.of(tokens).distinct().count() == map.pixels())
                : AttentionMatch.partition(map, tokens, places.getFirst().stream()
                        .map(d -> new Dim(d.extent(), d.stride() / map.stride())).toList());
        return partition.map(p -> {
            Node node = lowering.node(name, new SeparableAttentionOp(p), List.of(v.node()));
            return new Pixels(v, CHANNELS).with(node, lowering.layout(node)).view();
        });
    }
}
