package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Operators on each element: activations, and two operands. */
final class MapElementRules {
    /** Of a map of one pixel that is taken for one. */
    private static final int MOST_CHANNELS = 1 << 14;

    private MapElementRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        activation(rules, "Relu", Activation.RELU);
        activation(rules, "Sigmoid", Activation.SIGMOID);
        activation(rules, "HardSwish", Activation.HARD_SWISH);
        MapRules.add(rules, "HardSigmoid", (lowering, node) -> close(node.real("alpha", .2f), 1 / 6.0)
                && close(node.real("beta", .5f), .5) && activate(lowering, node, Activation.HARD_SIGMOID));
        MapRules.add(rules, "Swish", (lowering, node) -> node.real("alpha", 1) == 1
                && activate(lowering, node, Activation.SILU));
        MapRules.add(rules, "Elu", (lowering, node) -> node.real("alpha", 1) == 1
                && activate(lowering, node, Activation.ELU));
        MapRules.add(rules, "Gelu", (lowering, node) -> activate(lowering, node,
                node.text("approximate", "none").equals("tanh") ? Activation.GELU_TANH : Activation.GELU));
        MapRules.add(rules, "LeakyRelu", MapElementRules::leaky);
        MapRules.add(rules, "PRelu", MapElementRules::prelu);
        MapRules.add(rules, "Clip", MapElementRules::clip);
        MapRules.add(rules, "Neg", (lowering, node) -> MapRules.isFloat(lowering.input(node, 0))
                && put(lowering, node, Elements.withConstant(lowering, node.name(), Elements.Operator.MULTIPLY,
                        (View) lowering.input(node, 0), OnnxTensor.of(List.of(), new float[]{-1}))));
        for (Binary.Operator operator : Binary.Operator.values()) {
            String type = switch (operator) {
                case ADD -> "Add";
                case SUBTRACT -> "Sub";
                case MULTIPLY -> "Mul";
                case MAXIMUM -> "Max";
            };
            MapRules.add(rules, type, (lowering, node) -> binary(lowering, node, operator));
        }
        MapRules.add(rules, "Sum", (lowering, node) -> binary(lowering, node, Binary.Operator.ADD));
        MapRules.add(rules, "Div", MapElementRules::quotient);
        MapRules.add(rules, "BatchNormalization", MapElementRules::batchNorm);
    }

    private static void activation(Map<String, Operators.Rule> rules, String type, Activation activation) {
        MapRules.add(rules, type, (lowering, node) -> activate(lowering, node, activation));
    }

    static boolean close(double a, double b) {
        return Math.abs(a - b) <= 1e-4 * Math.abs(b);
    }

    static boolean put(Lowering lowering, OnnxNode node, Optional<View> result) {
        result.ifPresent(view -> lowering.put(node, view));
        return result.isPresent();
    }

    private static boolean activate(Lowering lowering, OnnxNode node, Activation activation) {
        List<View> images = node.has(0) ? lowering.images(node.inputs().getFirst()) : List.of();
        if (!images.isEmpty()) {
            List<Optional<View>> each = images.stream()
                    .map(image -> Elements.activation(lowering, node.name(), activation, image)).toList();
            if (each.stream().allMatch(Optional::isPresent)) {
                List<View> results = each.stream().map(Optional::orElseThrow).toList();
                lowering.put(node, new Calc(lowering, node).concat(List.copyOf(results), 0));
                lowering.putImages(node.outputs().getFirst(), results);
                return true;
            }
        }
        return activate(lowering, node, lowering.input(node, 0), activation);
    }

    static boolean activate(Lowering lowering, OnnxNode node, Value x, Activation activation) {
        return MapRules.isFloat(x) && !(activation == Activation.RELU && isLong((View) x))
                && put(lowering, node, Elements.activation(lowering, node.name(), activation, (View) x));
    }

    /** Whether it lies in a long tensor, whose elements would be channels: the kernel holds two numbers for each channel. */
    private static boolean isLong(View x) {
        return x.layout().pixels() == 1 && x.layout().channels() > MOST_CHANNELS;
    }

    private static boolean leaky(Lowering lowering, OnnxNode node) {
        float alpha = node.real("alpha", .01f);
        if (alpha == .01f) {
            return activate(lowering, node, Activation.LEAKY_RELU);
        }
        return MapRules.isFloat(lowering.input(node, 0)) && slopes(lowering, node, OnnxTensor.of(List.of(),
                new float[]{alpha}));
    }

    private static boolean prelu(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> slope = lowering.constant(node, 1);
        return MapRules.isFloat(lowering.input(node, 0)) && slope.isPresent()
                && slopes(lowering, node, slope.get());
    }

    /** One slope, or one for each channel on the axis of the channels. */
    private static boolean slopes(Lowering lowering, OnnxNode node, OnnxTensor slope) {
        View x = (View) lowering.input(node, 0);
        OptionalInt axis = Pixels.channelAxis(x);
        if (axis.isEmpty()) {
            return false;
        }
        Optional<Pixels> pixels = Pixels.at(lowering, node.name(), x, axis.getAsInt());
        int place = slope.shape().size() - (x.axes().size() - axis.getAsInt());
        if (pixels.isEmpty() || slope.elements() > 1
                && (place < 0 || slope.shape().get(place) != slope.elements())) {
            return false;
        }
        float[] slopes = new float[pixels.get().layout().channels()];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = slope.asFloats()[slope.elements() == 1 ? 0 : i];
        }
        Node result = lowering.node(node.name(), PiecewiseLinearOp.prelu(slopes), List.of(pixels.get().node()));
        lowering.put(node, pixels.get().with(result, pixels.get().layout()).view());
        return true;
    }

    private static boolean clip(Lowering lowering, OnnxNode node) {
        if (node.has(1) && lowering.constant(node, 1).isEmpty()
                || node.has(2) && lowering.constant(node, 2).isEmpty()) {
            return false;
        }
        float low = lowering.constant(node, 1).map(t -> t.asFloats()[0])
                .orElseGet(() -> node.real("min", Float.NEGATIVE_INFINITY));
        float high = lowering.constant(node, 2).map(t -> t.asFloats()[0])
                .orElseGet(() -> node.real("max", Float.POSITIVE_INFINITY));
        if (low == 0 && high == 6) {
            return activate(lowering, node, Activation.RELU6);
        }
        return low == 0 && high >= Float.MAX_VALUE && activate(lowering, node, Activation.RELU);
    }

    /** Both operands; more of them one after the other. */
    private static boolean binary(Lowering lowering, OnnxNode node, Binary.Operator operator) {
        if (node.inputs().size() < 2 || node.inputs().size() > 2 && operator == Binary.Operator.SUBTRACT) {
            return false;
        }
        Value result = lowering.input(node, 0);
        for (int i = 1; i < node.inputs().size(); i++) {
            Optional<View> next = binary(lowering, node.name(), operator, result, lowering.input(node, i));
            if (next.isEmpty()) {
                return false;
            }
            result = next.get();
        }
        lowering.put(node, result);
        return true;
    }

    private static Optional<View> binary(Lowering lowering, String name, Binary.Operator operator, Value a, Value b) {
        if (MapRules.isFloat(a) && b instanceof Value.Constant c) {
            return Elements.withConstant(lowering, name, switch (operator) {
                case ADD -> Elements.Operator.ADD;
                case SUBTRACT -> Elements.Operator.SUBTRACT;
                case MULTIPLY -> Elements.Operator.MULTIPLY;
                case MAXIMUM -> Elements.Operator.MAXIMUM;
            }, (View) a, c.tensor());
        }
        if (MapRules.isFloat(b) && a instanceof Value.Constant c) {
            return Elements.withConstant(lowering, name, switch (operator) {
                case ADD -> Elements.Operator.ADD;
                case SUBTRACT -> Elements.Operator.SUBTRACT_FROM;
                case MULTIPLY -> Elements.Operator.MULTIPLY;
                case MAXIMUM -> Elements.Operator.MAXIMUM;
            }, (View) b, c.tensor());
        }
        return MapRules.isFloat(a) && MapRules.isFloat(b)
                ? views(lowering, name, operator, (View) a, (View) b)
                : Optional.empty();
    }

    private static boolean quotient(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> divisor = lowering.constant(node, 1);
        return MapRules.isFloat(lowering.input(node, 0)) && divisor.isPresent()
                && put(lowering, node, Elements.withConstant(lowering, node.name(), Elements.Operator.DIVIDE,
                        (View) lowering.input(node, 0), divisor.get()));
    }

    private static boolean batchNorm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        if (!MapRules.isFloat(x) || x.shape().size() < 2 || !NormRules.isInference(node, x)) {
            return false;
        }
        double[] scale = new double[x.shape().get(1)];
        double[] shift = new double[scale.length];
        float[][] p = new float[4][];
        for (int i = 0; i < 4; i++) {
            Optional<OnnxTensor> parameter = lowering.constant(node, 1 + i);
            if (parameter.isEmpty()) {
                return false;
            }
            p[i] = parameter.get().asFloats();
        }
        for (int i = 0; i < scale.length; i++) {
            scale[i] = p[0][i] / Math.sqrt((double) p[3][i] + node.real("epsilon", 1e-5f));
            shift[i] = p[1][i] - p[2][i] * scale[i];
        }
        Optional<Pixels> pixels = Pixels.at(lowering, node.name(), (View) x, 1);
        return put(lowering, node, pixels.map(map -> Elements.affine(lowering, node.name(), map.view(), scale, shift)));
    }

    /** With as many axes as there are, those in front of size one; repeated axes as if they were of size one. */
    private static View ranked(View view, int rank) {
        List<List<Dim>> axes = new ArrayList<>();
        for (List<Dim> axis : view.axes()) {
            axes.add(axis.stream().allMatch(d -> d.stride() == 0) ? List.of() : axis);
        }
        while (axes.size() < rank) {
            axes.addFirst(List.of());
        }
        return view.withAxes(axes);
    }

    private static Optional<View> views(Lowering lowering, String name, Binary.Operator operator, View first,
            View second) {
        int rank = Math.max(first.axes().size(), second.axes().size());
        View a = ranked(first, rank);
        View b = ranked(second, rank);
        List<Integer> shape = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int offset = rank - first.axes().size();
            int offset2 = rank - second.axes().size();
            int size = i < offset ? 1 : first.shape().get(i - offset);
            int size2 = i < offset2 ? 1 : second.shape().get(i - offset2);
            if (size != size2 && size != 1 && size2 != 1) {
                throw new IllegalArgumentException(
                        "tensors of shapes " + first.shape() + " and " + second.shape() + " do not go together");
            }
            wanted.add(Math.max(size, size2));
            shape.add(Math.max(a.shape().get(i), b.shape().get(i)));
        }
        if (!shape.equals(wanted)) {
            return Optional.empty();
        }
        Optional<View> result = a.shape().equals(shape)
                ? onLarger(lowering, name, operator, a, b)
                : Optional.empty();
        if (result.isPresent() || !b.shape().equals(shape)) {
            return result;
        }
        Optional<View> swapped = onLarger(lowering, name, operator, b, a);
        if (operator != Binary.Operator.SUBTRACT) {
            return swapped;
        }
        return swapped.flatMap(view -> Elements.apply(lowering, name + ":negative",
                Elements.affine(view.layout().channels(), -1, 0), view));
    }

    /** {@code a operator b}, a having the shape of the result. */
    private static Optional<View> onLarger(Lowering lowering, String name, Binary.Operator operator, View a, View b) {
        Optional<View> all = Elements.all(lowering, name, a);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        View x = all.get();
        Optional<View> sameBuffer = Elements.all(lowering, name, b).filter(y -> y.layout().equals(x.layout())
                && y.offset() == x.offset() && y.axes().equals(x.axes()));
        if (sameBuffer.isPresent()) {
            return Optional.of(result(lowering, name, operator, Binary.Broadcast.NONE, x, sameBuffer.get().node()));
        }
        OptionalInt axis = Pixels.channelAxis(x);
        Optional<Pixels> pixels = axis.isEmpty() ? Optional.empty() : Pixels.whole(x, axis.getAsInt());
        if (pixels.isEmpty()) {
            return Optional.empty();
        }
        int channel = axis.getAsInt();
        MapLayout layout = x.layout();
        boolean onePixel = true;
        for (int i = 0; i < b.axes().size(); i++) {
            onePixel &= i == channel || b.axes().get(i).isEmpty();
        }
        if (onePixel && layout.pixels() > 1 && b.shape().get(channel) == layout.channels()) {
            Node gate = Pixels.of(lowering, name + ":gate", b, channel).node();
            return Optional.of(result(lowering, name, operator, Binary.Broadcast.PIXEL, x, gate));
        }
        boolean oneChannel = b.axes().get(channel).isEmpty() && layout.channels() > 1;
        List<Integer> shape = new ArrayList<>(x.shape());
        if (oneChannel) {
            shape.set(channel, 1);
        }
        Node other = pixels.get().aligned(lowering, name, b.broadcast(shape));
        return Optional.of(result(lowering, name, operator,
                oneChannel ? Binary.Broadcast.CHANNEL : Binary.Broadcast.NONE, x, other));
    }

    private static View result(Lowering lowering, String name, Binary.Operator operator, Binary.Broadcast broadcast,
            View x, Node second) {
        Op op = new BinaryOp(operator, broadcast, Activation.NONE);
        Node node = lowering.node(name, op, List.of(x.node(), second));
        return new View(x.kind(), node, x.layout(), x.offset(), x.axes());
    }
}
