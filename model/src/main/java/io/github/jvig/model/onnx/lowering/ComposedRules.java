package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisGather;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that are others in disguise, once what they are told by is known. */
final class ComposedRules {
    private ComposedRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Col2Im", ComposedRules::columnsToImage);
        rules.put("MaxUnpool", ComposedRules::unpool);
        rules.put("ReverseSequence", ComposedRules::reverse);
        rules.put("Compress", ComposedRules::compress);
        rules.put("CenterCropPad", ComposedRules::center);
        rules.put("AffineGrid", ComposedRules::grid);
    }

    /** The places of an image's (or volume's) elements from -1 to 1, each as (x, y, 1), times matrices {@code [N, 2, 3]} of the batch. */
    private static boolean grid(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value theta = lowering.input(node, 0);
        List<Integer> size = RowRules.integers(lowering, node, 1, "sizes");
        int sides = size.size() - 2;
        if (sides < 2 || sides > 3 || !theta.shape().equals(List.of(size.getFirst(), sides, sides + 1))) {
            throw new IllegalArgumentException("has matrices of shape " + theta.shape() + " for a size of " + size);
        }
        boolean aligned = node.integer("align_corners", 0) != 0;
        List<Integer> image = size.subList(2, size.size());
        if (image.stream().anyMatch(length -> length < 1)) {
            throw new IllegalArgumentException("makes a grid of " + image);
        }
        int places = image.stream().reduce(1, Math::multiplyExact);
        float[] base = new float[lowering.charge(List.of(places, sides + 1))];
        for (int i = 0; i < places; i++) {
            int rest = i;
            // The last axis is x, the first number of a place.
            for (int axis = 0; axis < sides; axis++) {
                int length = image.get(sides - 1 - axis);
                double at = length == 1 ? 1 : 2.0 * (rest % length) / (length - 1) - 1;
                base[i * (sides + 1) + axis] = (float) (aligned ? at : at * (length - 1) / length);
                rest /= length;
            }
            base[i * (sides + 1) + sides] = 1;
        }
        Value grid = ProductRules.matMul(calc, Calc.constant(Kind.FLOAT, List.of(1, places, sides + 1), base),
                calc.transpose(theta, List.of(0, 2, 1)));
        List<Integer> shape = new ArrayList<>(List.of(size.getFirst()));
        shape.addAll(image);
        shape.add(sides);
        lowering.put(node, calc.reshape(grid, shape));
        return true;
    }

    /** A transposed convolution of each channel's taps, each with a filter that has a one at its own place. */
    private static boolean columnsToImage(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        List<Integer> image = RowRules.integers(lowering, node, 1, "sizes");
        List<Integer> block = RowRules.integers(lowering, node, 2, "blocks");
        if (x.shape().size() != 3 || image.size() != 2 || block.size() != 2) {
            throw new UnsupportedOperationException("is computed of images alone");
        }
        List<Integer> strides = or(node.integers("strides"), 1, 2);
        List<Integer> dilations = or(node.integers("dilations"), 1, 2);
        List<Integer> pads = or(node.integers("pads"), 0, 4);
        int taps = Math.multiplyExact(block.get(0), block.get(1));
        int channels = taps < 1 ? 0 : x.shape().get(1) / taps;
        List<Integer> columns = new ArrayList<>(List.of(x.shape().getFirst(), x.shape().get(1)));
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int room = image.get(i) + pads.get(i) + pads.get(i + 2) - dilations.get(i) * (block.get(i) - 1) - 1;
            columns.add(Math.floorDiv(room, strides.get(i)) + 1);
            more.add((long) Math.floorMod(room, strides.get(i)));
        }
        if (channels < 1 || channels * taps != x.shape().get(1)
                || columns.get(2) * columns.get(3) != x.shape().get(2)) {
            throw new IllegalArgumentException("puts a tensor of shape " + x.shape() + " into an image of " + image);
        }
        List<Integer> shape = List.of(channels * taps, 1, block.get(0), block.get(1));
        float[] weights = new float[lowering.charge(shape)];
        for (int i = 0; i < channels * taps; i++) {
            weights[i * taps + i % taps] = 1;
        }
        String name = node.outputs().getFirst();
        lowering.put(name + ":columns", new Calc(lowering, node).reshape(x, columns));
        lowering.put(name + ":filters", new Value.Constant(OnnxTensor.of(shape, weights)));
        Operators.lower(lowering, new OnnxNode(node.name(), "", "ConvTranspose", 11,
                List.of(name + ":columns", name + ":filters"), node.outputs(),
                Map.of("strides", longs(strides), "dilations", longs(dilations), "pads", longs(pads),
                        "output_padding", more, "group", (long) channels)));
        return true;
    }

    private static List<Integer> or(List<Integer> given, int otherwise, int count) {
        return given != null ? given : IntStream.range(0, count).mapToObj(i -> otherwise).toList();
    }

    private static List<Long> longs(List<Integer> values) {
        return values.stream().map(Integer::longValue).toList();
    }

    /** Zeros, and at some places the elements. */
    private static boolean unpool(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> kernel = node.integers("kernel_shape");
        int rank = x.shape().size() - 2;
        List<Integer> strides = or(node.integers("strides"), 1, rank);
        List<Integer> pads = or(node.integers("pads"), 0, 2 * rank);
        List<Integer> shape = new ArrayList<>(x.shape().subList(0, 2));
        for (int i = 0; i < rank; i++) {
            shape.add((x.shape().get(2 + i) - 1) * strides.get(i) + kernel.get(i) - pads.get(i) - pads.get(i + rank));
        }
        if (node.has(2) && !RowRules.integers(lowering, node, 2, "sizes").equals(shape)) {
            throw new UnsupportedOperationException("has a result of another size than before the pool: "
                    + RowRules.integers(lowering, node, 2, "sizes") + ", not " + shape);
        }
        int elements = Calc.elements(x.shape());
        List<Integer> all = List.of(Calc.elements(shape));
        String name = node.outputs().getFirst();
        lowering.put(name + ":zeros", new Value.Constant(OnnxTensor.of(all, new float[lowering.charge(all)])));
        lowering.put(name + ":places", calc.reshape(lowering.input(node, 1), List.of(elements)));
        lowering.put(name + ":elements", calc.reshape(x, List.of(elements)));
        String flat = name + ":flat";
        Operators.lower(lowering, new OnnxNode(node.name(), "", "ScatterElements", 18,
                List.of(name + ":zeros", name + ":places", name + ":elements"), List.of(flat), Map.of("axis", 0L)));
        lowering.put(node, calc.reshape(lowering.value(flat), shape));
        return true;
    }

    /** The first elements of each sequence backwards, the rest as they are. */
    private static boolean reverse(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> lengths = RowRules.integers(lowering, node, 1, "lengths");
        int time = Calc.axis(node.integer("time_axis", 0), x.shape().size());
        int batch = Calc.axis(node.integer("batch_axis", 1), x.shape().size());
        if (time > 1 || batch > 1 || time == batch || lengths.size() != x.shape().get(batch)) {
            throw new IllegalArgumentException("has the axes " + time + " and " + batch + " and " + lengths.size()
                    + " lengths");
        }
        int steps = x.shape().get(time);
        int[] places = new int[lengths.size() * steps];
        for (int i = 0; i < places.length; i++) {
            int sequence = time == 1 ? i / steps : i % lengths.size();
            int step = time == 1 ? i % steps : i / lengths.size();
            int from = step < lengths.get(sequence) ? lengths.get(sequence) - 1 - step : step;
            places[i] = time == 1 ? sequence * steps + from : from * lengths.size() + sequence;
        }
        List<Integer> flat = new ArrayList<>(List.of(places.length));
        flat.addAll(x.shape().subList(2, x.shape().size()));
        lowering.put(node, calc.reshape(calc.gather("reverse", calc.reshape(x, flat), 0, places, Calc.scalar(0)),
                x.shape()));
        return true;
    }

    private static boolean compress(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        OnnxTensor which = lowering.constant(node, 1).filter(c -> c.kind() != Kind.FLOAT).orElseThrow(
                () -> new NotKnown("has a condition that is not known before it runs"));
        boolean flat = !node.attributes().containsKey("axis");
        Value from = flat ? calc.reshape(x, List.of(Calc.elements(x.shape()))) : x;
        int axis = flat ? 0 : Calc.axis(node.integer("axis", 0), x.shape().size());
        int[] places = IntStream.range(0, Math.min(which.elements(), from.shape().get(axis)))
                .filter(i -> which.integers()[i] != 0).toArray();
        lowering.put(node, calc.gather("compress", from, axis, places, Calc.scalar(0)));
        return true;
    }

    /** The middle of an axis that is too long; zeros around one that is too short, the smaller half in front. */
    private static boolean center(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        List<Integer> wanted = RowRules.integers(lowering, node, 1, "sizes");
        List<Integer> given = node.integers("axes");
        List<int[]> picked = new ArrayList<>(Collections.nCopies(rank, null));
        for (int i = 0; i < wanted.size(); i++) {
            int axis = given == null ? i : Calc.axis(given.get(i), rank);
            int size = x.shape().get(axis);
            int first = (size - wanted.get(i)) / 2;
            int[] places = IntStream.range(first, first + wanted.get(i)).toArray();
            picked.set(axis, Arrays.stream(places).map(at -> at >= 0 && at < size ? at : AxisGather.NONE).toArray());
        }
        lowering.put(node, new Calc(lowering, node).gather("center", x, picked, Calc.scalar(0)));
        return true;
    }
}
