package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Normalizations over channels, over the map, and over groups of channels. */
final class MapNormRules {
    private MapNormRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "LayerNormalization", MapNormRules::layerNorm);
        MapRules.add(rules, "RMSNormalization", MapNormRules::rmsNorm);
        MapRules.add(rules, "SimplifiedLayerNormalization", MapNormRules::rmsNorm);
        MapRules.add(rules, "InstanceNormalization", MapNormRules::instanceNorm);
        MapRules.add(rules, "GroupNormalization", MapNormRules::groupNorm);
    }

    static float[] filled(int length, float value) {
        float[] result = new float[length];
        Arrays.fill(result, value);
        return result;
    }

    private static boolean layerNorm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        if (!MapRules.isFloat(x) || weight.isEmpty() || node.has(2) && lowering.constant(node, 2).isEmpty()) {
            return false;
        }
        int axis = last(node, x);
        int channels = x.shape().getLast();
        if (axis != x.shape().size() - 1) {
            return wholeNorm(lowering, node, (View) x, axis, weight.get(), lowering.constant(node, 2));
        }
        if (weight.get().elements() != channels) {
            return false;
        }
        float[] bias = lowering.constant(node, 2).map(OnnxTensor::asFloats).orElse(new float[channels]);
        return pixels(lowering, node, (View) x, axis,
                new LayerNormOp(weight.get().asFloats(), bias, node.real("epsilon", 1e-5f)));
    }

    private static int last(OnnxNode node, Value x) {
        int axis = (int) node.integer("axis", -1);
        return axis < 0 ? axis + x.shape().size() : axis;
    }

    private static boolean pixels(Lowering lowering, OnnxNode node, View x, int axis, Op op) {
        Pixels pixels = Pixels.of(lowering, node.name(), x, axis);
        Node result = lowering.node(node.name(), op, List.of(pixels.node()));
        lowering.put(node, pixels.with(result, lowering.layout(result)).view());
        return true;
    }

    /** Over all of a map: weights and biases by element behind a group norm of one group. */
    private static boolean wholeNorm(Lowering lowering, OnnxNode node, View x, int axis, OnnxTensor weight,
            Optional<OnnxTensor> bias) {
        List<Integer> axes = IntStream.range(axis, x.axes().size()).boxed().toList();
        return group(lowering, node.name(), x, axes, node.real("epsilon", 1e-5f))
                .flatMap(view -> Elements.withConstant(lowering, node.name() + ":weight", Elements.Operator.MULTIPLY,
                        view, weight))
                .flatMap(view -> bias.isEmpty()
                        ? Optional.of(view)
                        : Elements.withConstant(lowering, node.name() + ":bias", Elements.Operator.ADD, view,
                                bias.get()))
                .map(view -> MapElementRules.put(lowering, node, Optional.of(view))).orElse(false);
    }

    private static boolean rmsNorm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        return MapRules.isFloat(x) && weight.isPresent() && last(node, x) == x.shape().size() - 1
                && weight.get().elements() == x.shape().getLast()
                && pixels(lowering, node, (View) x, x.shape().size() - 1, new ChannelNormOp(ChannelNorm.Kind.RMS,
                        weight.get().asFloats(), node.real("epsilon", 1e-5f)));
    }

    /** By the second axis: channels, or groups of them. */
    private static boolean instanceNorm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        Optional<OnnxTensor> bias = lowering.constant(node, 2);
        if (!MapRules.isFloat(x) || x.shape().size() < 3 || x.shape().getFirst() != 1 || weight.isEmpty()
                || bias.isEmpty()) {
            return false;
        }
        List<Integer> axes = IntStream.range(2, x.shape().size()).boxed().toList();
        List<Integer> shape = new ArrayList<>(java.util.Collections.nCopies(x.shape().size() - 1, 1));
        shape.set(0, x.shape().get(1));
        return group(lowering, node.name(), (View) x, axes, node.real("epsilon", 1e-5f))
                .flatMap(view -> Elements.withConstant(lowering, node.name() + ":weight", Elements.Operator.MULTIPLY,
                        view, OnnxTensor.of(shape, weight.get().asFloats())))
                .flatMap(view -> Elements.withConstant(lowering, node.name() + ":bias", Elements.Operator.ADD, view,
                        OnnxTensor.of(shape, bias.get().asFloats())))
                .map(view -> MapElementRules.put(lowering, node, Optional.of(view))).orElse(false);
    }

    private static boolean groupNorm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        Optional<OnnxTensor> bias = lowering.constant(node, 2);
        int groups = (int) node.integer("num_groups", 1);
        if (!MapRules.isFloat(x) || x.shape().size() < 3 || x.shape().getFirst() != 1 || weight.isEmpty()
                || bias.isEmpty()) {
            return false;
        }
        int channels = x.shape().get(1);
        Optional<Pixels> pixels = Pixels.at(lowering, node.name(), (View) x, 1);
        if (pixels.isEmpty()) {
            return false;
        }
        float[] factors = new float[channels];
        float[] summands = new float[channels];
        for (int i = 0; i < channels; i++) {
            // Up to version 20 there is one of each for a group.
            int at = weight.get().elements() == channels ? i : i / (channels / groups);
            factors[i] = weight.get().asFloats()[at];
            summands[i] = bias.get().asFloats()[at];
        }
        Node result = lowering.node(node.name(), new MapNormOp(MapNorm.Kind.GROUP, groups, factors, summands,
                node.real("epsilon", 1e-5f)), List.of(pixels.get().node()));
        lowering.put(node, pixels.get().with(result, lowering.layout(result)).view());
        return true;
    }

    /** A normalization over some axes that are all pixels, and all or a group of the channels. */
    static Optional<View> group(Lowering lowering, String name, View x, List<Integer> axes, double epsilon) {
        Optional<View> whole = Elements.all(lowering, name, x);
        if (whole.isEmpty() || whole.get().offset() != 0) {
            return Optional.empty();
        }
        MapLayout layout = whole.get().layout();
        List<Dim> over = new ArrayList<>();
        List<Dim> others = new ArrayList<>();
        for (int i = 0; i < whole.get().axes().size(); i++) {
            (axes.contains(i) ? over : others).addAll(whole.get().axes().get(i));
        }
        // Within a pixel, over all channels of a group, and over all pixels.
        others.sort(Comparator.comparingInt(Dim::stride).reversed());
        over.sort(Comparator.comparingInt(Dim::stride).reversed());
        int groups = Dim.elements(others);
        if (layout.channels() % groups != 0) {
            return Optional.empty();
        }
        int size = layout.channels() / groups;
        List<Dim> expected = List.of(new Dim(layout.pixels(), layout.stride()), new Dim(size, 1));
        if (!Dim.merged(others).equals(Dim.merged(List.of(new Dim(groups, size))))
                || !Dim.merged(over).equals(Dim.merged(expected))) {
            return Optional.empty();
        }
        Op op = new MapNormOp(MapNorm.Kind.GROUP, groups, filled(layout.channels(), 1),
                new float[layout.channels()], epsilon);
        return Elements.apply(lowering, name, op, whole.get());
    }

    /** An operation on a map whose statistics are by channel, if the axes are all its pixels. */
    static Optional<View> overPixels(Lowering lowering, String name, View x, List<Integer> axes, Op op) {
        Optional<View> whole = Elements.all(lowering, name, x);
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        MapLayout layout = whole.get().layout();
        List<Dim> over = new ArrayList<>();
        axes.forEach(i -> over.addAll(whole.get().axes().get(i)));
        over.sort(Comparator.comparingInt(Dim::stride).reversed());
        return Dim.merged(over).equals(Dim.merged(List.of(new Dim(layout.pixels(), layout.stride()))))
                ? Elements.apply(lowering, name, op, whole.get())
                : Optional.empty();
    }
}
