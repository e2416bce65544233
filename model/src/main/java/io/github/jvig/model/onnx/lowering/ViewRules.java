package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Operators that compute nothing: they look at a buffer in another way. Of known tensors they make other known tensors. Where a view can't be
 * cut, it is copied to a row-major tensor first. Long, for it has a rule for each such operator, in the forms of all operator sets.
 */
final class ViewRules {
    private ViewRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Identity", ViewRules::identity);
        rules.put("Dropout", ViewRules::dropout);
        rules.put("Cast", ViewRules::cast);
        rules.put("CastLike", ViewRules::cast);
        rules.put("Reshape", ViewRules::reshape);
        rules.put("Flatten", ViewRules::flatten);
        rules.put("Squeeze", ViewRules::squeeze);
        rules.put("Unsqueeze", ViewRules::unsqueeze);
        rules.put("Transpose", ViewRules::transpose);
        rules.put("Slice", ViewRules::slice);
        rules.put("Split", ViewRules::split);
        rules.put("Expand", ViewRules::expand);
        rules.put("Tile", ViewRules::tile);
        rules.put("Gather", ViewRules::gather);
        rules.put("Concat", ViewRules::concat);
        rules.put("Upsample", ViewRules::upsample);
        rules.put("Pad", ViewRules::padsNothing);
    }

    private static boolean identity(Lowering lowering, OnnxNode node) {
        lowering.hold(node.outputs().getFirst(), lowering.held(node.inputs().getFirst()));
        return true;
    }

    private static boolean dropout(Lowering lowering, OnnxNode node) {
        if (node.has(2)) {
            OnnxTensor training = lowering.constant(node, 2).orElseThrow(
                    () -> new UnsupportedOperationException("may be training (its input 3)"));
            if (training.elements() != 1 || training.kind() == Kind.FLOAT || training.integers()[0] != 0) {
                throw new UnsupportedOperationException("is training (its input 3)");
            }
        }
        if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
            List<Integer> shape = lowering.input(node, 0).shape();
            long[] kept = new long[lowering.charge(shape)];
            Arrays.fill(kept, 1);
            lowering.put(node.outputs().get(1),
                    new Value.Constant(new OnnxTensor(Kind.BOOLEAN, shape, null, kept)));
        }
        return identity(lowering, node);
    }

    /** A cast that changes no number; others are computed. */
    private static boolean cast(Lowering lowering, OnnxNode node) {
        if (!(lowering.input(node, 0) instanceof View view)) {
            return false;
        }
        Kind kind;
        if (node.type().equals("Cast")) {
            kind = FoldedMath.kind(node.integer("to", 0));
            if (!FoldedMath.keeps(view.kind(), node.integer("to", 0))) {
                return false;
            }
        } else {
            kind = lowering.input(node, 1).kind();
            if (view.kind().compareTo(kind) < 0) {
                return false;
            }
        }
        lowering.put(node, new View(kind, view.node(), view.layout(), view.offset(), view.axes()));
        return true;
    }

    private static boolean flatten(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        long axis = node.integer("axis", 1);
        int from = axis == rank ? rank : FoldedMoves.axis(axis, Math.max(1, rank));
        return reshape(lowering, node, x, List.of(FoldedMoves.product(x.shape().subList(0, from)),
                FoldedMoves.product(x.shape().subList(from, rank))));
    }

    private static boolean reshape(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] sizes = numbers(lowering, node, 1, "shape").clone();
        int free = -1;
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0 && node.integer("allowzero", 0) == 0) {
                if (i >= x.shape().size()) {
                    throw new IllegalArgumentException("keeps the size of axis " + i + " of a tensor of shape "
                            + x.shape());
                }
                sizes[i] = x.shape().get(i);
            }
            if (sizes[i] == -1 && free < 0) {
                free = i;
            } else if (sizes[i] < 0) {
                throw new IllegalArgumentException("has the shape " + Arrays.toString(sizes));
            } else {
                known = Math.multiplyExact(known, sizes[i]);
            }
        }
        long elements = FoldedMoves.product(x.shape());
        if (free >= 0) {
            if (known == 0 || elements % known != 0) {
                throw new IllegalArgumentException(
                        "a tensor of shape " + x.shape() + " can't become " + Arrays.toString(sizes));
            }
            sizes[free] = elements / known;
        }
        return reshape(lowering, node, x, FoldedMakers.shape(sizes));
    }

    static boolean reshape(Lowering lowering, OnnxNode node, Value x, List<Integer> shape) {
        if (FoldedMoves.product(shape) != FoldedMoves.product(x.shape())) {
            throw new IllegalArgumentException("a tensor of shape " + x.shape() + " can't become " + shape);
        }
        switch (x) {
            case Value.Constant c -> lowering.put(node, new Value.Constant(Folding.reshaped(c.tensor(), shape)));
            case View view -> lowering.put(node, view.reshaped(shape)
                    .orElseGet(() -> View.tensor(view.kind(), lowering.asTensor(node.name(), view), shape)));
        }
        return true;
    }

    /** Known whole numbers: an input, or the attribute of a name in old files. */
    private static long[] numbers(Lowering lowering, OnnxNode node, int input, String attribute) {
        if (node.attributes().get(attribute) instanceof List<?> old) {
            // Of any size: an end of 2^63-1 is how old exporters say that there is none.
            return old.stream().mapToLong(i -> (Long) i).toArray();
        }
        if (!node.has(input)) {
            return null;
        }
        OnnxTensor tensor = lowering.constant(node, input).orElseThrow(() -> new NotKnown(
                "its " + attribute + " (input " + (input + 1) + ") is not known before it runs"));
        if (tensor.kind() == Kind.FLOAT || tensor.shape().size() > 1) {
            throw new IllegalArgumentException("its " + attribute + " is no list of whole numbers");
        }
        return tensor.integers();
    }

    private static boolean squeeze(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] axes = numbers(lowering, node, 1, "axes");
        List<Integer> shape = new ArrayList<>();
        boolean[] gone = new boolean[x.shape().size()];
        if (axes == null) {
            IntStream.range(0, gone.length).forEach(i -> gone[i] = x.shape().get(i) == 1);
        } else {
            for (long axis : axes) {
                int at = FoldedMoves.axis(axis, gone.length);
                if (x.shape().get(at) != 1) {
                    throw new IllegalArgumentException("removes axis " + at + " of a tensor of shape " + x.shape());
                }
                gone[at] = true;
            }
        }
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                shape.add(x.shape().get(i));
            }
        }
        return reshape(lowering, node, x, shape);
    }

    private static boolean unsqueeze(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] axes = numbers(lowering, node, 1, "axes");
        if (axes == null) {
            throw new IllegalArgumentException("lacks its axes");
        }
        boolean[] added = new boolean[x.shape().size() + axes.length];
        for (long axis : axes) {
            int at = FoldedMoves.axis(axis, added.length);
            if (added[at]) {
                throw new IllegalArgumentException("adds axis " + at + " twice");
            }
            added[at] = true;
        }
        List<Integer> rest = new ArrayList<>(x.shape());
        List<Integer> shape = new ArrayList<>();
        for (boolean one : added) {
            shape.add(one ? 1 : rest.removeFirst());
        }
        return reshape(lowering, node, x, shape);
    }

    private static boolean transpose(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        List<Integer> given = node.integers("perm");
        List<Integer> order = given == null
                ? IntStream.range(0, rank).mapToObj(i -> rank - 1 - i).toList()
                : given.stream().map(axis -> FoldedMoves.axis(axis, rank)).toList();
        if (order.size() != rank || order.stream().distinct().count() != rank) {
            throw new IllegalArgumentException("puts the axes of a tensor of shape " + x.shape() + " in the order "
                    + order);
        }
        if (x instanceof View view) {
            lowering.put(node, view.transposed(order));
            return true;
        }
        List<Integer> shape = order.stream().map(x.shape()::get).toList();
        int[] strides = FoldedMoves.strides(x.shape());
        int[] inner = FoldedMoves.strides(shape);
        Folding folding = folding(lowering, node);
        int[] places = new int[folding.elements(shape)];
        for (int i = 0; i < places.length; i++) {
            int rest = i;
            for (int k = 0; k < rank; k++) {
                places[i] += rest / inner[k] * strides[order.get(k)];
                rest %= inner[k];
            }
        }
        lowering.put(node, new Value.Constant(folding.pick(folding.input(0), shape, places, null)));
        return true;
    }

    private static Folding folding(Lowering lowering, OnnxNode node) {
        return new Folding(lowering, node, List.of(lowering.constant(node, 0).orElseThrow()));
    }

    /** Some elements of one axis. */
    private record Range(int axis, int first, int step, int count) {}

    /** A part of a value, which may be empty. */
    private static Value part(Lowering lowering, OnnxNode node, Value x, Range range) {
        if (range.first() == 0 && range.step() == 1 && range.count() == x.shape().get(range.axis())) {
            return x;
        }
        if (x instanceof Value.Constant c) {
            int[][] indices = Folding.all(x.shape());
            indices[range.axis()] = IntStream.range(0, range.count()).map(i -> range.first() + i * range.step())
                    .toArray();
            return new Value.Constant(
                    new Folding(lowering, node, List.of(c.tensor())).pick(c.tensor(), indices, null));
        }
        View view = (View) x;
        if (range.count() == 0) {
            List<Integer> shape = new ArrayList<>(x.shape());
            shape.set(range.axis(), 0);
            return empty(x.kind(), shape);
        }
        Optional<View> cut = view.sliced(range.axis(), range.first(), range.step(), range.count());
        return cut.or(() -> View.tensor(view.kind(), lowering.asTensor(node.name(), view), view.shape())
                .sliced(range.axis(), range.first(), range.step(), range.count())).orElseThrow();
    }

    /** What has no elements is known. */
    private static Value empty(Kind kind, List<Integer> shape) {
        return new Value.Constant(kind == Kind.FLOAT
                ? OnnxTensor.of(shape, new float[0])
                : new OnnxTensor(kind, shape, null, new long[0]));
    }

    private static boolean slice(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] starts = numbers(lowering, node, 1, "starts");
        long[] ends = numbers(lowering, node, 2, "ends");
        long[] axes = numbers(lowering, node, 3, "axes");
        long[] steps = numbers(lowering, node, 4, "steps");
        if (starts == null || ends == null || starts.length != ends.length
                || axes != null && axes.length != starts.length || steps != null && steps.length != starts.length) {
            throw new IllegalArgumentException("has starts, ends, axes and steps of different numbers");
        }
        boolean[] cut = new boolean[x.shape().size()];
        for (int i = 0; i < starts.length; i++) {
            int axis = FoldedMoves.axis(axes == null ? i : axes[i], cut.length);
            if (cut[axis]) {
                throw new IllegalArgumentException("cuts axis " + axis + " twice");
            }
            cut[axis] = true;
            x = part(lowering, node, x,
                    range(axis, x.shape().get(axis), starts[i], ends[i], steps == null ? 1 : steps[i]));
        }
        lowering.put(node, x);
        return true;
    }

    /** A slice of an axis: bounds below zero count from the end, and are then put inside the axis. */
    private static Range range(int axis, int size, long start, long end, long step) {
        if (step == 0) {
            throw new IllegalArgumentException("cuts in steps of zero");
        }
        long from = start < 0 ? start + size : start;
        long to = end < 0 ? end + size : end;
        from = step > 0 ? Math.clamp(from, 0, size) : Math.clamp(from, -1, size - 1);
        to = step > 0 ? Math.clamp(to, 0, size) : Math.clamp(to, -1, size - 1);
        long count = Math.max(0, Math.ceilDiv(to - from, step));
        // The step of a single element may be any number.
        return new Range(axis, (int) Math.max(0, from), count < 2 ? 1 : (int) step, (int) count);
    }

    private static boolean split(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int axis = FoldedMoves.axis(node.integer("axis", 0), x.shape().size());
        int size = x.shape().get(axis);
        int parts = node.outputs().size();
        long[] sizes = numbers(lowering, node, 1, "split");
        if (sizes == null) {
            if (node.integer("num_outputs", parts) != parts
                    || size % parts != 0 && !node.attributes().containsKey("num_outputs")) {
                throw new IllegalArgumentException("cuts an axis of " + size + " into " + parts + " parts");
            }
            int each = Math.ceilDiv(size, parts);
            sizes = new long[parts];
            for (int i = 0; i < parts; i++) {
                sizes[i] = Math.clamp(size - (long) i * each, 0, each);
            }
        }
        if (sizes.length != parts || Arrays.stream(sizes).anyMatch(s -> s < 0 || s > size)
                || Arrays.stream(sizes).sum() != size) {
            throw new IllegalArgumentException(
                    "cuts an axis of " + size + " into " + parts + " parts of " + Arrays.toString(sizes));
        }
        int first = 0;
        for (int i = 0; i < parts; i++) {
            int count = (int) sizes[i];
            if (!node.outputs().get(i).isEmpty()) {
                lowering.put(node.outputs().get(i),
                        part(lowering, node, x, new Range(axis, count == 0 ? 0 : first, 1, count)));
            }
            first += count;
        }
        return true;
    }

    private static boolean expand(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] wanted = numbers(lowering, node, 1, "shape");
        if (wanted == null) {
            throw new IllegalArgumentException("lacks its shape");
        }
        List<Integer> shape = FoldedMath.broadcast(x.shape(), FoldedMakers.shape(wanted));
        lowering.put(node, switch (x) {
            case Value.Constant c -> folding(lowering, node).repeated(c.tensor(), shape);
            case View view -> shape.contains(0) ? empty(view.kind(), shape) : view.broadcast(shape);
        });
        return true;
    }

    private static boolean tile(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long[] repeats = numbers(lowering, node, 1, "repeats");
        if (repeats == null || repeats.length != x.shape().size()) {
            throw new IllegalArgumentException("does not say how often each axis is repeated");
        }
        List<Integer> times = FoldedMakers.shape(repeats);
        List<Integer> shape = IntStream.range(0, repeats.length)
                .mapToObj(i -> Math.multiplyExact(x.shape().get(i), times.get(i))).toList();
        if (x instanceof View view) {
            lowering.put(node, shape.contains(0) ? empty(view.kind(), shape) : view.tiled(times));
            return true;
        }
        int[][] indices = new int[repeats.length][];
        Folding folding = folding(lowering, node);
        folding.elements(shape);
        for (int i = 0; i < indices.length; i++) {
            int size = x.shape().get(i);
            indices[i] = IntStream.range(0, shape.get(i)).map(k -> k % size).toArray();
        }
        lowering.put(node, new Value.Constant(folding.pick(folding.input(0), indices, null)));
        return true;
    }

    /** Known indices at equal distances are a slice. */
    private static boolean gather(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> indices = lowering.constant(node, 1);
        if (!(x instanceof View) || indices.isEmpty()) {
            return false;
        }
        if (indices.get().kind() == Kind.FLOAT) {
            throw new IllegalArgumentException("has indices of real numbers");
        }
        int axis = FoldedMoves.axis(node.integer("axis", 0), x.shape().size());
        int size = x.shape().get(axis);
        int[] at = Arrays.stream(indices.get().integers()).mapToInt(i -> FoldedMoves.index(i, size)).toArray();
        int step = at.length < 2 ? 1 : at[1] - at[0];
        for (int i = 1; i < at.length; i++) {
            if (at[i] - at[i - 1] != step) {
                return false;
            }
        }
        Value part = part(lowering, node, x, new Range(axis, at.length == 0 ? 0 : at[0], step, at.length));
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        shape.addAll(axis, indices.get().shape());
        return reshape(lowering, node, part, shape);
    }

    /** Decoders pad by what two sizes differ in, which is nothing at most sizes. */
    private static boolean padsNothing(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> given = node.has(1) ? lowering.constant(node, 1) : Optional.empty();
        long[] pads = node.has(1) && given.isEmpty() ? null : numbers(lowering, node, 1, "pads");
        if (pads == null || Arrays.stream(pads).anyMatch(p -> p != 0)) {
            return false;
        }
        return identity(lowering, node);
    }

    /** What has no elements is left out; one tensor alone is itself. */
    private static boolean concat(Lowering lowering, OnnxNode node) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            if (!lowering.input(node, i).shape().contains(0)) {
                parts.add(node.inputs().get(i));
            }
        }
        if (parts.size() == 1) {
            lowering.put(node, lowering.value(parts.getFirst()));
            return true;
        }
        if (parts.size() == node.inputs().size() || parts.isEmpty()) {
            return false;
        }
        Operators.lower(lowering, new OnnxNode(node.name(), node.domain(), node.type(), node.version(), parts,
                node.outputs(), node.attributes()));
        return true;
    }

    /** The older name of a Resize that reads the pixel at {@code floor(x / scale)}, or between those at {@code x / scale}. */
    private static boolean upsample(Lowering lowering, OnnxNode node) {
        String mode = node.text("mode", "nearest");
        String scales;
        if (node.attributes().get("scales") instanceof List<?> list) {
            // Operator sets 7 and 8 have the scales as an attribute.
            float[] values = new float[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (Float) list.get(i);
            }
            scales = node.outputs().getFirst() + ":scales";
            lowering.put(scales, Calc.constant(Kind.FLOAT, List.of(values.length), values));
        } else {
            scales = node.inputs().get(1);
        }
        Operators.lower(lowering, new OnnxNode(node.name(), "", "Resize", 11,
                List.of(node.inputs().getFirst(), "", scales), node.outputs(),
                Map.of("mode", mode, "coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor")));
        return true;
    }
}
