package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import io.github.jvig.model.graph.ConcatOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Assembly;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.TensorOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What puts maps together, or gives them another size. */
final class ChannelRules {
    private ChannelRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Concat", ChannelRules::concat);
        MapRules.add(rules, "Resize", ChannelRules::resize);
        MapRules.add(rules, "Upsample", ChannelRules::resize);
        MapRules.add(rules, "DepthToSpace", (lowering, node) -> blocks(lowering, node, true));
        MapRules.add(rules, "SpaceToDepth", (lowering, node) -> blocks(lowering, node, false));
    }

    private static boolean concat(Lowering lowering, OnnxNode node) {
        List<Value> values = node.inputs().stream().filter(name -> !name.isEmpty()).map(lowering::value).toList();
        Optional<View> first = values.stream().filter(MapRules::isFloat).map(View.class::cast)
                .filter(v -> v.layout().pixels() > 1).findFirst()
                .or(() -> values.stream().filter(MapRules::isFloat).map(View.class::cast).findFirst());
        if (first.isEmpty() || values.stream().anyMatch(v -> v.kind() != first.get().kind())) {
            return false;
        }
        int rank = first.get().axes().size();
        int axis = (int) node.integer("axis", 1);
        int along = axis < 0 ? axis + rank : axis;
        if (values.size() == 1) {
            lowering.put(node, values.getFirst());
            return true;
        }
        if (values.stream().allMatch(MapRules::isFloat)) {
            List<View> views = values.stream().map(View.class::cast).toList();
            Optional<Pixels> onAxis = Pixels.at(lowering, node.name(), first.get(), along);
            if (onAxis.isPresent()) {
                lowering.put(node, channels(lowering, node.name(), onAxis.get(), views).view());
                return true;
            }
            OptionalInt channel = Pixels.channelAxis(first.get());
            if (channel.isPresent() && views.stream().allMatch(v -> v.shape().equals(first.get().shape()))
                    && first.get().axes().get(along).isEmpty()) {
                Optional<Pixels> stacked = Pixels.at(lowering, node.name(), first.get(), channel.getAsInt());
                if (stacked.isPresent()) {
                    View both = channels(lowering, node.name(), stacked.get(), views).view();
                    List<List<Dim>> axes = new ArrayList<>(both.axes());
                    int size = stacked.get().layout().channels();
                    axes.set(along, List.of(new Dim(views.size(), size)));
                    axes.set(channel.getAsInt(), List.of(new Dim(size, 1)));
                    lowering.put(node, both.withAxes(axes));
                    return true;
                }
            }
        }
        return pixels(lowering, node, values, first.get(), along);
    }

    /** Channels one behind the other, each part with its pixels at the first one's places. */
    private static Pixels channels(Lowering lowering, String name, Pixels first, List<View> views) {
        List<Node> parts = new ArrayList<>();
        for (View view : views) {
            parts.add(first.aligned(lowering, name, view));
        }
        Node node = lowering.node(name, new ConcatOp(parts.size()), parts);
        return first.with(node, lowering.layout(node));
    }

    /** Rows, columns or tokens one behind the other, some of them constant. */
    private static boolean pixels(Lowering lowering, OnnxNode node, List<Value> values, View first, int along) {
        OptionalInt channel = Pixels.channelAxis(first);
        if (channel.isEmpty() || channel.getAsInt() == along) {
            return false;
        }
        List<Integer> shape = new ArrayList<>(first.shape());
        shape.set(along, values.stream().mapToInt(v -> v.shape().get(along)).sum());
        MapLayout layout = Pixels.sizes(shape, channel.getAsInt());
        if (layout.pixels() == 1) {
            return false;
        }
        int[] strides = new int[shape.size()];
        int stride = layout.length();
        for (int i = 0; i < strides.length; i++) {
            stride /= i == channel.getAsInt() ? 1 : shape.get(i);
            strides[i] = i == channel.getAsInt() ? 1 : stride;
        }
        List<Node> inputs = new ArrayList<>();
        List<Assembly.Part> parts = new ArrayList<>();
        float[] constant = null;
        int start = 0;
        for (Value value : values) {
            List<List<Dim>> to = new ArrayList<>();
            for (int i = 0; i < strides.length; i++) {
                to.add(List.of(new Dim(value.shape().get(i), strides[i])));
            }
            switch (value) {
                case View view -> {
                    int input = inputs.indexOf(view.node());
                    if (input < 0) {
                        input = inputs.size();
                        inputs.add(view.node());
                    }
                    List<Dim> from = new ArrayList<>();
                    List<Dim> into = new ArrayList<>();
                    for (int i = 0; i < to.size(); i++) {
                        Lowering.refine(view.axes().get(i), to.get(i), from, into);
                    }
                    parts.add(new Assembly.Part(input, view.offset(), from, start * strides[along], into));
                }
                case Value.Constant c -> {
                    constant = constant == null ? new float[layout.length()] : constant;
                    List<Integer> at = Pixels.indices(start * strides[along],
                            to.stream().flatMap(List::stream).toList());
                    for (int i = 0; i < at.size(); i++) {
                        constant[at.get(i)] = c.tensor().asFloats()[i];
                    }
                }
            }
            start += value.shape().get(along);
        }
        Assembly assembly = new Assembly("concatenation", inputs.stream().map(lowering::layout).toList(), layout,
                constant, parts);
        Node result = lowering.node(node.name(), new TensorOp(assembly), inputs);
        List<List<Dim>> axes = new ArrayList<>();
        for (int i = 0; i < strides.length; i++) {
            axes.add(List.of(new Dim(shape.get(i), strides[i])));
        }
        lowering.put(node, new View(first.kind(), result, layout, 0, axes));
        return true;
    }

    private static boolean resize(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<List<Integer>> shape = resized(lowering, node, x.shape());
        Optional<Resize.Mode> mode = mode(node);
        if (!MapRules.isFloat(x) || x.shape().size() != 4 || x.shape().getFirst() != 1 || shape.isEmpty()
                || mode.isEmpty() || shape.get().get(0) != 1 || !shape.get().get(1).equals(x.shape().get(1))) {
            return false;
        }
        int height = shape.get().get(2);
        int width = shape.get().get(3);
        Node map = lowering.asMap(node.name(), (View) x);
        MapLayout in = lowering.layout(map);
        if (mode.get() == Resize.Mode.NEAREST && !readsNearest(node, height % in.height() == 0
                && width % in.width() == 0)) {
            return false;
        }
        if (height == in.height() && width == in.width()) {
            lowering.put(node, x);
            return true;
        }
        double factor = (double) height / in.height();
        if (in.height() * factor == height && in.width() * factor == width) {
            lowering.put(node, lowering.map(node.name(), new ResizeOp(mode.get(), new ResizeOp.Factor(factor)),
                    List.of(map)));
            return true;
        }
        // The size of another map that there is already.
        Optional<Node> sized = lowering.layouts().entrySet().stream()
                .filter(e -> e.getValue().height() == height && e.getValue().width() == width
                        && e.getValue().channels() < 4096)
                .map(Map.Entry::getKey).min(java.util.Comparator.comparing(Node::name));
        sized.ifPresent(size -> lowering.put(node,
                lowering.map(node.name(), new ResizeOp(mode.get(), new ResizeOp.OfAnother()), List.of(map, size))));
        return sized.isPresent();
    }

    /** Whether its rule for the nearest pixel is that of the kernel, which takes the one below {@code out * in size / out size}. */
    private static boolean readsNearest(OnnxNode node, boolean whole) {
        String rounding = node.text("nearest_mode", "round_prefer_floor");
        return node.type().equals("Upsample") || node.version() < 11
                || (node.text("coordinate_transformation_mode", "half_pixel").equals("asymmetric")
                        ? rounding.equals("floor")
                        : whole && rounding.startsWith("round"));
    }

    private static Optional<Resize.Mode> mode(OnnxNode node) {
        String places = node.text("coordinate_transformation_mode",
                node.type().equals("Upsample") ? "asymmetric" : "half_pixel");
        if (node.integer("antialias", 0) != 0
                || !node.text("keep_aspect_ratio_policy", "stretch").equals("stretch")
                || node.attributes().containsKey("axes")) {
            return Optional.empty();
        }
        return switch (node.text("mode", "nearest")) {
            case "nearest" -> places.equals("asymmetric") || places.equals("half_pixel")
                    ? Optional.of(Resize.Mode.NEAREST)
                    : Optional.empty();
            case "linear", "bilinear" -> switch (places) {
                case "half_pixel", "pytorch_half_pixel" -> Optional.of(Resize.Mode.BILINEAR);
                case "align_corners" -> Optional.of(Resize.Mode.BILINEAR_ALIGNED);
                default -> Optional.empty();
            };
            default -> Optional.empty();
        };
    }

    /** The size of the result, if it is known and the scales are just those of the sizes. */
    private static Optional<List<Integer>> resized(Lowering lowering, OnnxNode node, List<Integer> shape) {
        if (node.has(3)) {
            return lowering.constant(node, 3).filter(t -> t.elements() == shape.size())
                    .map(t -> java.util.Arrays.stream(t.integers()).mapToObj(Math::toIntExact).toList());
        }
        int at = node.type().equals("Upsample") || node.version() < 11 ? 1 : 2;
        return lowering.constant(node, at).map(OnnxTensor::asFloats).filter(s -> s.length == shape.size())
                .flatMap(scales -> {
                    List<Integer> result = new ArrayList<>();
                    for (int i = 0; i < scales.length; i++) {
                        double size = (double) shape.get(i) * scales[i];
                        if (Math.abs(size - Math.rint(size)) > 1e-4) {
                            return Optional.empty();
                        }
                        result.add((int) Math.rint(size));
                    }
                    return Optional.of(result);
                });
    }

    private static boolean blocks(Lowering lowering, OnnxNode node, boolean grows) {
        Value x = lowering.input(node, 0);
        if (!MapRules.isFloat(x) || x.shape().size() != 4 || x.shape().getFirst() != 1) {
            return false;
        }
        int factor = (int) node.integer("blocksize", 1);
        Node map = lowering.asMap(node.name(), (View) x);
        BlockOrder order = node.text("mode", "DCR").equals("CRD") ? BlockOrder.CHANNELS_FIRST : BlockOrder.ROWS_FIRST;
        lowering.put(node, lowering.map(node.name(),
                grows ? new DepthToSpaceOp(factor, order) : new SpaceToDepthOp(factor, order), List.of(map)));
        return true;
    }
}
