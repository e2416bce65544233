package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Normalizations that are written out: {@code (x - mean) / sqrt(variance + e)}, {@code x / sqrt(mean of squares + e)}, {@code x / length}.
 * Weights and biases behind them go into their op, see {@link Elements#affine}.
 */
final class NormPatterns {
    private NormPatterns() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Div", NormPatterns::quotient);
        MapRules.add(rules, "Mul", NormPatterns::product);
    }

    private static boolean quotient(Lowering lowering, OnnxNode node) {
        return norm(lowering, node, node.inputs().get(0), node.inputs().get(1))
                || length(lowering, node, node.inputs().get(0), node.inputs().get(1));
    }

    private static boolean product(Lowering lowering, OnnxNode node) {
        Terms terms = new Terms(lowering);
        for (int i = 0; i < 2; i++) {
            Optional<OnnxNode> inverse = terms.by(node.inputs().get(i), "Reciprocal");
            if (inverse.isPresent()
                    && norm(lowering, node, node.inputs().get(1 - i), inverse.get().inputs().getFirst())) {
                return true;
            }
        }
        return false;
    }

    /** A difference, or a value, over the root of its mean square. */
    private static boolean norm(Lowering lowering, OnnxNode node, String dividend, String divisor) {
        Terms terms = new Terms(lowering);
        Optional<OnnxNode> sum = terms.by(divisor, "Sqrt").flatMap(root -> terms.by(root.inputs().getFirst(), "Add"));
        if (sum.isEmpty()) {
            return false;
        }
        for (int i = 0; i < 2; i++) {
            Optional<Double> epsilon = terms.number(sum.get().inputs().get(i));
            Optional<OnnxNode> mean = terms.by(sum.get().inputs().get(1 - i), "ReduceMean");
            if (epsilon.isEmpty() || mean.isEmpty() || !(epsilon.get() > 0)) {
                continue;
            }
            List<Integer> axes = axes(lowering, mean.get());
            Optional<String> squared = squared(terms, mean.get().inputs().getFirst());
            if (axes.isEmpty() || squared.isEmpty()) {
                continue;
            }
            Optional<String> centered = terms.by(dividend, "Sub")
                    .filter(sub -> sameCentered(lowering, terms, sub, squared.get(), dividend, axes))
                    .map(sub -> sub.inputs().getFirst());
            if (centered.isPresent()) {
                return whole(lowering, node, centered.get(), axes, epsilon.get());
            }
            if (squared.get().equals(dividend)) {
                return axes.size() == 1 && pixels(lowering, node, dividend, axes.getFirst(), rms(lowering, dividend,
                        axes.getFirst(), epsilon.get()));
            }
        }
        return false;
    }

    /** Whether the operator subtracts the mean, and what is squared is its result or another such difference. */
    private static boolean sameCentered(Lowering lowering, Terms terms, OnnxNode sub, String squared, String dividend,
            List<Integer> axes) {
        String x = sub.inputs().getFirst();
        boolean same = squared.equals(dividend)
                || terms.by(squared, "Sub").filter(other -> other.inputs().equals(sub.inputs())).isPresent();
        return same && terms.by(sub.inputs().get(1), "ReduceMean")
                .filter(m -> m.inputs().getFirst().equals(x) && axes(lowering, m).equals(axes)).isPresent();
    }

    private static Optional<String> squared(Terms terms, String name) {
        Optional<String> power = terms.by(name, "Pow").filter(pow -> terms.isNumber(pow.inputs().get(1), 2))
                .map(pow -> pow.inputs().getFirst());
        return power.isPresent()
                ? power
                : terms.by(name, "Mul").filter(m -> m.inputs().get(0).equals(m.inputs().get(1)))
                        .map(m -> m.inputs().getFirst());
    }

    /** The axes of a reduction from the front, sorted; none if they are not known. */
    static List<Integer> axes(Lowering lowering, OnnxNode node) {
        int rank = lowering.input(node, 0).shape().size();
        List<Integer> axes = node.integers("axes");
        if (axes == null) {
            axes = lowering.constant(node, 1).map(OnnxTensor::integers)
                    .map(a -> Arrays.stream(a).mapToObj(Math::toIntExact).toList()).orElse(List.of());
        }
        return axes.stream().map(a -> a < 0 ? a + rank : a).sorted().toList();
    }

    private static Op rms(Lowering lowering, String x, int axis, double epsilon) {
        return new ChannelNormOp(ChannelNorm.Kind.RMS, MapNormRules.filled(lowering.value(x).shape().get(axis), 1),
                epsilon);
    }

    private static boolean whole(Lowering lowering, OnnxNode node, String x, List<Integer> axes, double epsilon) {
        if (!MapRules.isFloat(lowering.value(x))) {
            return false;
        }
        View view = (View) lowering.value(x);
        if (axes.size() == 1) {
            int channels = view.shape().get(axes.getFirst());
            return pixels(lowering, node, x, axes.getFirst(), new LayerNormOp(MapNormRules.filled(channels, 1),
                    MapNormRules.filled(channels, 0), epsilon));
        }
        return MapNormRules.group(lowering, node.name(), view, axes, epsilon)
                .map(result -> MapElementRules.put(lowering, node, Optional.of(result))).orElse(false);
    }

    private static boolean pixels(Lowering lowering, OnnxNode node, String x, int axis, Op op) {
        if (!MapRules.isFloat(lowering.value(x))) {
            return false;
        }
        Optional<Pixels> pixels = Pixels.at(lowering, node.name(), (View) lowering.value(x), axis);
        if (pixels.isEmpty()) {
            return false;
        }
        Node result = lowering.node(node.name(), op, List.of(pixels.get().node()));
        lowering.put(node, pixels.get().with(result, lowering.layout(result)).view());
        return true;
    }

    /** {@code x / max(length, e)}, PyTorch's normalize, over the channels or over the pixels. */
    private static boolean length(Lowering lowering, OnnxNode node, String x, String divisor) {
        Terms terms = new Terms(lowering);
        String at = terms.by(divisor, "Expand").map(e -> e.inputs().getFirst()).orElse(divisor);
        Optional<OnnxNode> clip = terms.by(at, "Clip").or(() -> terms.by(at, "Max"));
        if (clip.isEmpty() || clip.get().inputs().size() < 2 || clip.get().has(2)) {
            return false;
        }
        Optional<Double> epsilon = terms.number(clip.get().inputs().get(1));
        Optional<OnnxNode> reduced = terms.by(clip.get().inputs().getFirst(), "ReduceL2");
        if (epsilon.isEmpty() || !(epsilon.get() > 0) || reduced.isEmpty()
                || !reduced.get().inputs().getFirst().equals(x)
                || !MapRules.isFloat(lowering.value(x))) {
            return false;
        }
        List<Integer> axes = axes(lowering, reduced.get());
        View view = (View) lowering.value(x);
        if (axes.size() != 1) {
            return false;
        }
        if (Pixels.whole(view, axes.getFirst()).isPresent()) {
            return pixels(lowering, node, x, axes.getFirst(),
                    new ChannelNormOp(ChannelNorm.Kind.L2, null, epsilon.get()));
        }
        return MapNormRules.overPixels(lowering, node.name(), view, axes,
                new MapNormOp(MapNorm.Kind.L2, null, null, epsilon.get()))
                .map(result -> MapElementRules.put(lowering, node, Optional.of(result))).orElse(false);
    }
}
