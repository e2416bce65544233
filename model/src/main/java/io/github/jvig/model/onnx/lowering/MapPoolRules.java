package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.Pool2dOp;
import io.github.jvig.model.graph.SpatialSoftmaxOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What takes one number of several pixels or channels: pools, means, maxima. */
final class MapPoolRules {
    private MapPoolRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "MaxPool", (lowering, node) -> pool(lowering, node, Pool2d.Mode.MAXIMUM));
        MapRules.add(rules, "AveragePool", (lowering, node) -> pool(lowering, node,
                node.integer("count_include_pad", 0) != 0
                        ? Pool2d.Mode.AVERAGE_WITH_PADDING
                        : Pool2d.Mode.AVERAGE));
        MapRules.add(rules, "GlobalAveragePool", (lowering, node) -> global(lowering, node, "ReduceMean"));
        MapRules.add(rules, "GlobalMaxPool", (lowering, node) -> global(lowering, node, "ReduceMax"));
        for (String type : List.of("ReduceMean", "ReduceSum", "ReduceMax")) {
            MapRules.add(rules, type, MapPoolRules::reduce);
        }
        MapRules.add(rules, "Softmax", MapPoolRules::softmax);
    }

    private static boolean pool(Lowering lowering, OnnxNode node, Pool2d.Mode mode) {
        if (!MapConvRules.isImage(lowering, node)) {
            return false;
        }
        View x = (View) lowering.input(node, 0);
        boolean flat = x.axes().size() == 3;
        x = flat ? MapConvRules.withRow(x) : x;
        List<Integer> kernel = new ArrayList<>(node.integers("kernel_shape"));
        if (flat) {
            kernel.addFirst(1);
        }
        Window window = MapConvRules.window(node, flat, kernel, x.shape().subList(2, 4));
        List<Window.Axis> sides = List.of(window.rows(), window.columns());
        for (int i = 0; i < 2; i++) {
            Window.Axis side = sides.get(i);
            int padded = x.shape().get(2 + i) + side.padBefore() + side.padAfter();
            if (WindowRules.Span.overhangs(node, padded, side.extent(), side.stride(), side.dilation())) {
                kernel.set(i, padded);
            }
        }
        window = MapConvRules.window(node, flat, kernel, x.shape().subList(2, 4));
        Node map = lowering.asMap(node.name(), x);
        boolean covers = kernel.equals(x.shape().subList(2, 4)) && window.rows().outputSize(kernel.get(0)) == 1
                && window.columns().outputSize(kernel.get(1)) == 1 && window.rows().padBefore() == 0
                && window.columns().padBefore() == 0;
        Op op = covers && mode != Pool2d.Mode.MAXIMUM
                ? new GlobalAveragePoolOp()
                : new Pool2dOp(mode, window, node.integer("ceil_mode", 0) != 0
                        ? Pool2dOp.Sizing.CEILING
                        : Pool2dOp.Sizing.FLOOR, Activation.NONE);
        View result = lowering.map(node.name(), op, List.of(map));
        lowering.put(node, flat ? MapConvRules.withoutRow(result) : result);
        return true;
    }

    private static boolean global(Lowering lowering, OnnxNode node, String type) {
        Value x = lowering.input(node, 0);
        List<Integer> axes = IntStream.range(2, x.shape().size()).boxed().toList();
        return MapRules.isFloat(x) && reduce(lowering, node, type, (View) x, axes, true);
    }

    private static boolean reduce(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        if (!MapRules.isFloat(x) || node.has(1) && lowering.constant(node, 1).isEmpty()) {
            return false;
        }
        int rank = x.shape().size();
        Optional<List<Integer>> given = Optional.ofNullable(node.integers("axes")).or(() -> lowering.constant(node, 1)
                .map(t -> Arrays.stream(t.integers()).mapToObj(Math::toIntExact).toList()));
        if (given.isEmpty() || given.get().isEmpty()) {
            return false;
        }
        List<Integer> axes = given.get().stream().map(a -> a < 0 ? a + rank : a).sorted().toList();
        return reduce(lowering, node, node.type(), (View) x, axes, node.integer("keepdims", 1) != 0);
    }

    private static boolean reduce(Lowering lowering, OnnxNode node, String type, View x, List<Integer> axes,
            boolean keep) {
        // The axis of the channels is the one that is not reduced, if only one has elements.
        List<Integer> others = IntStream.range(0, x.axes().size())
                .filter(i -> !axes.contains(i) && !x.axes().get(i).isEmpty()).boxed().toList();
        View result = null;
        int kept = others.size() == 1 ? others.getFirst() : Pixels.channelAxis(x).orElse(-1);
        if (others.isEmpty() && kept >= 0 && axes.contains(kept)) {
            return false;
        }
        if (others.size() <= 1 && kept >= 0) {
            result = overPixels(lowering, node.name(), type, x, kept);
        } else if (axes.size() == 1 && !type.equals("ReduceMax")) {
            int axis = axes.getFirst();
            if (Pixels.at(lowering, node.name(), x, axis).isEmpty()) {
                return false;
            }
            int channels = x.shape().get(axis);
            float[] weight = new float[channels];
            Arrays.fill(weight, type.equals("ReduceSum") ? 1f : 1f / channels);
            result = LinearRules.linear(lowering, node.name(), x, axis, weight, null, 1);
        }
        if (result == null) {
            return false;
        }
        List<List<Dim>> left = new ArrayList<>();
        for (int i = 0; i < result.axes().size(); i++) {
            if (!axes.contains(i)) {
                left.add(result.axes().get(i));
            } else if (keep) {
                left.add(List.of());
            }
        }
        lowering.put(node, result.withAxes(left));
        return true;
    }

    private static View overPixels(Lowering lowering, String name, String type, View x, int channel) {
        Pixels pixels = Pixels.of(lowering, name, x, channel);
        MapLayout layout = pixels.layout();
        Node node;
        if (type.equals("ReduceMax")) {
            Window window = new Window(new Window.Axis(layout.height(), 1, 0, 0, 1),
                    new Window.Axis(layout.width(), 1, 0, 0, 1));
            node = lowering.node(name, new Pool2dOp(Pool2d.Mode.MAXIMUM, window, Pool2dOp.Sizing.FLOOR,
                    Activation.NONE), List.of(pixels.node()));
        } else {
            node = lowering.node(name, new GlobalAveragePoolOp(), List.of(pixels.node()));
            if (type.equals("ReduceSum") && layout.pixels() > 1) {
                node = lowering.node(name + ":sum", Elements.affine(layout.channels(), layout.pixels(), 0),
                        List.of(node));
            }
        }
        List<List<Dim>> axes = new ArrayList<>();
        for (int i = 0; i < x.axes().size(); i++) {
            axes.add(i == channel ? List.of(new Dim(layout.channels(), 1)) : List.of());
        }
        return new View(x.kind(), node, lowering.layout(node), 0, axes);
    }

    /** Over all pixels of a map. */
    private static boolean softmax(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        int axis = (int) node.integer("axis", node.version() >= 13 ? -1 : 1);
        int over = axis < 0 ? axis + rank : axis;
        List<Integer> others = IntStream.range(0, rank)
                .filter(i -> i != over && x.shape().get(i) > 1).boxed().toList();
        if (!MapRules.isFloat(x) || node.version() < 13 && over != rank - 1 || others.size() > 1) {
            return false;
        }
        View view = (View) x;
        int channel = others.isEmpty() ? over == 0 ? 1 : over - 1 : others.getFirst();
        if (channel >= rank || others.isEmpty() && view.layout().pixels() == 1) {
            return false;
        }
        Optional<Pixels> pixels = Pixels.at(lowering, node.name(), view, channel);
        if (pixels.isEmpty()) {
            return false;
        }
        Node result = lowering.node(node.name(), new SpatialSoftmaxOp(), List.of(pixels.get().node()));
        lowering.put(node, pixels.get().with(result, lowering.layout(result)).view());
        return true;
    }
}
