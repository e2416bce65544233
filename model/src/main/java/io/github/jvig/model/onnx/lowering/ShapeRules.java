package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Pointwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that place elements anew: pads, joins, cuts, repetitions. */
final class ShapeRules {
    private ShapeRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Pad", ShapeRules::pad);
        rules.put("Concat", ShapeRules::concat);
        rules.put("Split", ShapeRules::split);
        rules.put("Slice", ShapeRules::slice);
        rules.put("Tile", ShapeRules::tile);
        rules.put("Expand", ShapeRules::expand);
        rules.put("Trilu", ShapeRules::triangle);
        rules.put("DepthToSpace", ShapeRules::depthToSpace);
        rules.put("SpaceToDepth", ShapeRules::spaceToDepth);
    }

    /** Sizes are an attribute before operator set 11, a constant input from then on. */
    private static boolean pad(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        List<Integer> pads = node.has(1) ? RowRules.integers(lowering, node, 1, "pads") : node.integers("pads");
        List<Integer> axes = RowRules.axes(lowering, node, 3, rank);
        if (axes.isEmpty()) {
            axes = IntStream.range(0, rank).boxed().toList();
        }
        if (pads == null || pads.size() != 2 * axes.size()) {
            throw new IllegalArgumentException("has the pads " + pads + " for " + axes.size() + " axes");
        }
        if (pads.stream().allMatch(pad -> pad == 0)) {
            lowering.put(node, x);
            return true;
        }
        String mode = node.text("mode", "constant");
        List<int[]> picked = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int at = axes.indexOf(i);
            picked.add(at < 0 ? null : padded(mode, x.shape().get(i), pads.get(at), pads.get(at + axes.size())));
        }
        Value fill = node.has(2) ? lowering.input(node, 2) : Calc.scalar(node.real("value", 0));
        lowering.put(node, calc.gather("pad", x, picked, fill));
        return true;
    }

    private static int[] padded(String mode, int size, int before, int after) {
        int[] indices = new int[Math.max(0, size + before + after)];
        // What a negative pad cuts off is no part of what the others mirror or repeat.
        int low = Math.max(0, -before);
        int high = size - Math.max(0, -after);
        int left = high - low;
        for (int i = 0; i < indices.length; i++) {
            int at = i - before;
            indices[i] = at >= low && at < high ? at : switch (mode) {
                case "constant" -> AxisGather.NONE;
                case "edge" -> Math.clamp(at, low, high - 1);
                case "wrap" -> low + Math.floorMod(at - low, left);
                case "reflect" -> {
                    int period = Math.max(1, 2 * (left - 1));
                    int rest = Math.floorMod(at - low, period);
                    yield low + (rest < left ? rest : period - rest);
                }
                default -> throw new UnsupportedOperationException("pads in the mode " + mode);
            };
        }
        return indices;
    }

    private static boolean concat(Lowering lowering, OnnxNode node) {
        List<Value> parts = IntStream.range(0, node.inputs().size()).mapToObj(i -> lowering.input(node, i)).toList();
        lowering.put(node, new Calc(lowering, node).concat(parts,
                Calc.axis(node.integer("axis", 0), parts.getFirst().shape().size())));
        return true;
    }

    private static boolean split(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int axis = Calc.axis(node.integer("axis", 0), x.shape().size());
        int size = x.shape().get(axis);
        List<Integer> sizes = node.has(1) ? RowRules.integers(lowering, node, 1, "sizes") : node.integers("split");
        int parts = node.outputs().size();
        if (sizes == null) {
            int each = Math.ceilDiv(size, parts);
            sizes = IntStream.range(0, parts).mapToObj(i -> Math.min(each, size - i * each)).toList();
        }
        int from = 0;
        for (int i = 0; i < parts; i++) {
            if (RowRules.isWanted(node, i)) {
                lowering.put(node.outputs().get(i), calc.slice(x, axis, from, 1, sizes.get(i)));
            }
            from += sizes.get(i);
        }
        return true;
    }

    private static boolean slice(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        boolean old = node.version() < 10;
        List<Integer> starts = old ? node.integers("starts") : RowRules.integers(lowering, node, 1, "starts");
        List<Integer> ends = old ? clamped(node, "ends") : RowRules.integers(lowering, node, 2, "ends");
        List<Integer> axes = RowRules.axes(lowering, node, 3, rank);
        List<Integer> steps = node.has(4) ? RowRules.integers(lowering, node, 4, "steps") : null;
        for (int i = 0; i < starts.size(); i++) {
            int axis = axes.isEmpty() ? i : axes.get(i);
            int size = x.shape().get(axis);
            int step = steps == null ? 1 : steps.get(i);
            int start = bound(starts.get(i), size, step);
            int end = bound(ends.get(i), size, step);
            int count = Math.max(0, Math.ceilDiv(end - start, step));
            x = calc.slice(x, axis, start, step, count);
        }
        lowering.put(node, x);
        return true;
    }

    /** Ends that are not known are as large as a long is. */
    private static List<Integer> clamped(OnnxNode node, String attribute) {
        return ((List<?>) node.attributes().get(attribute)).stream()
                .map(v -> Math.clamp((Long) v, Integer.MIN_VALUE, Integer.MAX_VALUE)).toList();
    }

    private static int bound(int at, int size, int step) {
        long from = at < 0 ? (long) at + size : at;
        return step > 0 ? Math.clamp(from, 0, size) : Math.clamp(from, -1, size - 1);
    }

    private static boolean tile(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        List<Integer> repeats = RowRules.integers(lowering, node, 1, "repeats");
        List<int[]> picked = new ArrayList<>();
        for (int i = 0; i < repeats.size(); i++) {
            int size = x.shape().get(i);
            picked.add(IntStream.range(0, size * repeats.get(i)).map(k -> k % size).toArray());
        }
        lowering.put(node, new Calc(lowering, node).gather("tile", x, picked, Calc.scalar(0)));
        return true;
    }

    private static boolean expand(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> wanted = RowRules.integers(lowering, node, 1, "sizes");
        List<Integer> shape = Calc.broadcast(List.of(x.shape(), wanted));
        if (shape.equals(x.shape())) {
            lowering.put(node, x);
            return true;
        }
        List<Integer> full = new ArrayList<>(java.util.Collections.nCopies(shape.size() - x.shape().size(), 1));
        full.addAll(x.shape());
        Value same = calc.reshape(x, full);
        List<int[]> picked = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            picked.add(full.get(i).equals(shape.get(i)) ? null : new int[shape.get(i)]);
        }
        lowering.put(node, calc.gather("expand", same, picked, Calc.scalar(0)));
        return true;
    }

    private static boolean triangle(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        long k = 0;
        if (node.has(1)) {
            Optional<OnnxTensor> constant = lowering.constant(node, 1);
            if (constant.isEmpty()) {
                throw new NotKnown("its diagonal is not known before it runs");
            }
            k = constant.get().integers()[0];
        }
        boolean upper = node.integer("upper", 1) != 0;
        int rank = x.shape().size();
        int rows = x.shape().get(rank - 2);
        int columns = x.shape().get(rank - 1);
        float[] mask = new float[Calc.elements(List.of(rows, columns))];
        for (int i = 0; i < mask.length; i++) {
            long diagonal = i % columns - i / columns;
            mask[i] = (upper ? diagonal >= k : diagonal <= k) ? 1 : 0;
        }
        lowering.put(node, new Calc(lowering, node).pointwise(x.kind(), Pointwise.where(),
                Calc.constant(Kind.FLOAT, List.of(rows, columns), mask), x, Calc.scalar(0)));
        return true;
    }

    private static boolean depthToSpace(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int b = (int) node.integer("blocksize", 1);
        List<Integer> s = x.shape();
        boolean depthFirst = node.text("mode", "DCR").equals("DCR");
        int channels = s.get(1) / (b * b);
        Value split = depthFirst
                ? calc.transpose(calc.reshape(x, List.of(s.get(0), b, b, channels, s.get(2), s.get(3))),
                        List.of(0, 3, 4, 1, 5, 2))
                : calc.transpose(calc.reshape(x, List.of(s.get(0), channels, b, b, s.get(2), s.get(3))),
                        List.of(0, 1, 4, 2, 5, 3));
        lowering.put(node, calc.reshape(split, List.of(s.get(0), channels, s.get(2) * b, s.get(3) * b)));
        return true;
    }

    private static boolean spaceToDepth(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int b = (int) node.integer("blocksize", 1);
        List<Integer> s = x.shape();
        Value split = calc.transpose(
                calc.reshape(x, List.of(s.get(0), s.get(1), s.get(2) / b, b, s.get(3) / b, b)),
                node.text("mode", "DCR").equals("DCR") ? List.of(0, 3, 5, 1, 2, 4) : List.of(0, 1, 3, 5, 2, 4));
        lowering.put(node, calc.reshape(split, List.of(s.get(0), s.get(1) * b * b, s.get(2) / b, s.get(3) / b)));
        return true;
    }
}
