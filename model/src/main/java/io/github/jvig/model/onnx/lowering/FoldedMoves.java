package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/** Operators that bring elements of known tensors to other places. Those that are also views of tensors at run time are in {@link ViewRules}. */
final class FoldedMoves {
    private FoldedMoves() {
    }

    static void addTo(Map<String, Constants.Fold> folds) {
        folds.put("Concat", FoldedMoves::concat);
        folds.put("Gather", FoldedMoves::gather);
        folds.put("GatherElements", FoldedMoves::gatherElements);
        folds.put("GatherND", FoldedMoves::gatherNd);
        folds.put("ScatterElements", FoldedMoves::scatterElements);
        folds.put("ScatterND", FoldedMoves::scatterNd);
        folds.put("Pad", FoldedMoves::pad);
        folds.put("Trilu", FoldedMoves::trilu);
    }

    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("has the axis " + axis + " of a tensor of " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** An index from the front; one below zero counts from the end. */
    static int index(long index, int size) {
        if (index < -size || index >= size) {
            throw new IllegalArgumentException("has the index " + index + " into an axis of " + size);
        }
        return (int) (index < 0 ? index + size : index);
    }

    static int product(List<Integer> sizes) {
        return sizes.stream().reduce(1, Math::multiplyExact);
    }

    static int[] strides(List<Integer> shape) {
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.get(i);
        }
        return strides;
    }

    private static Object array(OnnxTensor tensor) {
        return tensor.kind() == Kind.FLOAT ? tensor.floats() : tensor.integers();
    }

    private static List<OnnxTensor> concat(Folding f) {
        OnnxTensor first = f.input(0);
        int axis = axis(f.node().integer("axis", Long.MAX_VALUE), first.shape().size());
        List<Integer> shape = new ArrayList<>(first.shape());
        shape.set(axis, 0);
        for (int i = 0; i < f.count(); i++) {
            List<Integer> part = f.input(i).shape();
            for (int k = 0; k < shape.size(); k++) {
                if (part.size() != shape.size() || k != axis && !part.get(k).equals(shape.get(k))) {
                    throw new IllegalArgumentException("joins tensors of shapes " + first.shape() + " and " + part);
                }
            }
            if (f.input(i).kind() != first.kind()) {
                throw new IllegalArgumentException("joins tensors of different kinds");
            }
            shape.set(axis, Math.addExact(shape.get(axis), part.get(axis)));
        }
        Object result = first.kind() == Kind.FLOAT ? f.floats(shape) : f.longs(shape);
        int rows = product(shape.subList(0, axis));
        int inner = product(shape.subList(axis + 1, shape.size()));
        int start = 0;
        for (int i = 0; i < f.count(); i++) {
            int length = f.input(i).shape().get(axis) * inner;
            for (int row = 0; row < rows; row++) {
                System.arraycopy(array(f.input(i)), row * length, result, row * shape.get(axis) * inner + start,
                        length);
            }
            start += length;
        }
        return List.of(made(first.kind(), shape, result));
    }

    private static OnnxTensor made(Kind kind, List<Integer> shape, Object array) {
        return kind == Kind.FLOAT
                ? OnnxTensor.of(shape, (float[]) array)
                : new OnnxTensor(kind, shape, null, (long[]) array);
    }

    private static List<OnnxTensor> gather(Folding f) {
        OnnxTensor x = f.input(0);
        int axis = axis(f.node().integer("axis", 0), x.shape().size());
        long[] wanted = f.integers(1);
        int[][] indices = Folding.all(x.shape());
        indices[axis] = Arrays.stream(wanted).mapToInt(i -> index(i, x.shape().get(axis))).toArray();
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        shape.addAll(axis, f.input(1).shape());
        return List.of(Folding.reshaped(f.pick(x, indices, null), shape));
    }

    private static List<OnnxTensor> gatherElements(Folding f) {
        int[] places = elementPlaces(f, f.input(0).shape(), f.input(1).shape());
        return List.of(f.pick(f.input(0), f.input(1).shape(), places, null));
    }

    /** Where in a tensor each of the indices of GatherElements and ScatterElements is. */
    private static int[] elementPlaces(Folding f, List<Integer> shape, List<Integer> indices) {
        int axis = axis(f.node().integer("axis", 0), shape.size());
        if (indices.size() != shape.size()
                || IntStream.range(0, shape.size()).anyMatch(k -> k != axis && indices.get(k) > shape.get(k))) {
            throw new IllegalArgumentException("has indices of shape " + indices + " for a tensor of " + shape);
        }
        int[] strides = strides(shape);
        int[] inner = strides(indices);
        int[] places = new int[f.elements(indices)];
        for (int i = 0; i < places.length; i++) {
            int rest = i;
            for (int k = 0; k < strides.length; k++) {
                int at = rest / inner[k];
                rest %= inner[k];
                places[i] += strides[k] * (k == axis ? index(f.integers(1)[i], shape.get(axis)) : at);
            }
        }
        return places;
    }

    private static List<OnnxTensor> gatherNd(Folding f) {
        OnnxTensor x = f.input(0);
        List<Integer> indices = f.input(1).shape();
        int batch = (int) f.node().integer("batch_dims", 0);
        int depth = indices.getLast();
        if (batch < 0 || batch >= Math.min(indices.size(), x.shape().size()) || batch + depth > x.shape().size()
                || !indices.subList(0, batch).equals(x.shape().subList(0, batch))) {
            throw new IllegalArgumentException("has indices of shape " + indices + " for a tensor of " + x.shape());
        }
        List<Integer> slice = x.shape().subList(batch + depth, x.shape().size());
        List<Integer> shape = new ArrayList<>(indices.subList(0, indices.size() - 1));
        shape.addAll(slice);
        int inner = product(slice);
        int perBatch = product(indices.subList(batch, indices.size() - 1));
        int[] places = new int[f.elements(shape)];
        List<Integer> sizes = x.shape().subList(batch, batch + depth);
        int slices = product(sizes);
        for (int i = 0; i < places.length; i++) {
            int tuple = i / inner;
            places[i] = (tuple / perBatch * slices + tupleIndex(f.integers(1), tuple, sizes)) * inner + i % inner;
        }
        return List.of(f.pick(x, shape, places, null));
    }

    /** Row-major index of a tuple of indices into the first axes of a tensor. */
    private static int tupleIndex(long[] indices, int tuple, List<Integer> sizes) {
        int at = 0;
        for (int k = 0; k < sizes.size(); k++) {
            at = at * sizes.get(k) + index(indices[tuple * sizes.size() + k], sizes.get(k));
        }
        return at;
    }

    private static List<OnnxTensor> scatterElements(Folding f) {
        if (!f.input(2).shape().equals(f.input(1).shape())) {
            throw new IllegalArgumentException("has indices and updates of different shapes");
        }
        return scatter(f, elementPlaces(f, f.input(0).shape(), f.input(1).shape()));
    }

    private static List<OnnxTensor> scatterNd(Folding f) {
        List<Integer> shape = f.input(0).shape();
        List<Integer> indices = f.input(1).shape();
        int depth = indices.getLast();
        if (depth > shape.size()) {
            throw new IllegalArgumentException("has indices of shape " + indices + " for a tensor of " + shape);
        }
        List<Integer> slice = shape.subList(depth, shape.size());
        List<Integer> updates = new ArrayList<>(indices.subList(0, indices.size() - 1));
        updates.addAll(slice);
        if (!f.input(2).shape().equals(updates)) {
            throw new IllegalArgumentException("has updates of shape " + f.input(2).shape() + ", not " + updates);
        }
        int inner = product(slice);
        int[] places = new int[f.elements(updates)];
        List<Integer> sizes = shape.subList(0, depth);
        for (int i = 0; i < places.length; i++) {
            places[i] = tupleIndex(f.integers(1), i / inner, sizes) * inner + i % inner;
        }
        return scatter(f, places);
    }

    private static List<OnnxTensor> scatter(Folding f, int[] places) {
        OnnxTensor x = f.input(0);
        OnnxTensor updates = f.input(2);
        if (updates.kind() != x.kind()) {
            throw new IllegalArgumentException("has updates of another kind than the tensor");
        }
        String reduction = f.node().text("reduction", "none");
        f.elements(x.shape());
        if (x.kind() == Kind.FLOAT) {
            DoubleBinaryOperator combine = switch (reduction) {
                case "none" -> (_, b) -> b;
                case "add" -> Double::sum;
                case "mul" -> (a, b) -> a * b;
                case "min" -> Math::min;
                case "max" -> Math::max;
                default -> throw new IllegalArgumentException("has the reduction " + reduction);
            };
            float[] values = x.floats().clone();
            for (int i = 0; i < places.length; i++) {
                values[places[i]] = (float) combine.applyAsDouble(values[places[i]], updates.floats()[i]);
            }
            return List.of(OnnxTensor.of(x.shape(), values));
        }
        LongBinaryOperator combine = switch (reduction) {
            case "none" -> (_, b) -> b;
            case "add" -> Long::sum;
            case "mul" -> (a, b) -> a * b;
            case "min" -> Math::min;
            case "max" -> Math::max;
            default -> throw new IllegalArgumentException("has the reduction " + reduction);
        };
        long[] values = x.integers().clone();
        for (int i = 0; i < places.length; i++) {
            values[places[i]] = combine.applyAsLong(values[places[i]], updates.integers()[i]);
        }
        return List.of(new OnnxTensor(x.kind(), x.shape(), null, values));
    }

    private static List<OnnxTensor> pad(Folding f) {
        OnnxTensor x = f.input(0);
        int rank = x.shape().size();
        long[] pads = f.node().version() < 11
                ? f.node().integers("pads").stream().mapToLong(i -> i).toArray()
                : f.integers(1);
        List<Integer> axes = f.has(3)
                ? Arrays.stream(f.integers(3)).mapToObj(a -> axis(a, rank)).toList()
                : IntStream.range(0, rank).boxed().toList();
        if (pads.length != 2 * axes.size()) {
            throw new IllegalArgumentException("has " + pads.length + " pads for " + axes.size() + " axes");
        }
        String mode = f.node().text("mode", "constant");
        int[][] indices = Folding.all(x.shape());
        for (int i = 0; i < axes.size(); i++) {
            int size = x.shape().get(axes.get(i));
            int before = Math.toIntExact(pads[i]);
            List<Integer> bound = List.of(Math.toIntExact(Math.max(0, size + pads[i] + pads[i + axes.size()])));
            int[] along = new int[f.elements(bound)];
            for (int k = 0; k < along.length; k++) {
                along[k] = padded(mode, k - before, size);
            }
            indices[axes.get(i)] = along;
        }
        OnnxTensor fill = f.node().version() >= 11 && f.has(2) && f.input(2).elements() > 0
                ? f.input(2)
                : x.kind() == Kind.FLOAT ? OnnxTensor.of(List.of(1), new float[]{f.node().real("value", 0)}) : null;
        if (fill != null && fill.kind() != x.kind()) {
            throw new IllegalArgumentException("pads with a value of another kind");
        }
        return List.of(f.pick(x, indices, fill));
    }

    /** Index of the element that a padded axis has at a place; -1 for the constant. */
    private static int padded(String mode, int at, int size) {
        if (at >= 0 && at < size) {
            return at;
        }
        if (!mode.equals("constant") && size == 0) {
            throw new IllegalArgumentException("pads an axis without elements by its elements");
        }
        return switch (mode) {
            case "constant" -> -1;
            case "edge" -> Math.clamp(at, 0, size - 1);
            case "wrap" -> Math.floorMod(at, size);
            case "reflect" -> {
                int period = Math.max(1, 2 * (size - 1));
                int within = Math.floorMod(at, period);
                yield within < size ? within : period - within;
            }
            default -> throw new IllegalArgumentException("has the mode " + mode);
        };
    }

    private static List<OnnxTensor> trilu(Folding f) {
        OnnxTensor x = f.input(0);
        boolean upper = f.node().integer("upper", 1) != 0;
        long k = f.has(1) ? f.integer(1) : 0;
        int columns = x.shape().getLast();
        int rows = x.shape().get(x.shape().size() - 2);
        int[] places = new int[f.elements(x.shape())];
        for (int i = 0; i < places.length; i++) {
            long diagonal = i % columns - i / columns % rows;
            places[i] = (upper ? diagonal >= k : diagonal <= k) ? i : -1;
        }
        return List.of(f.pick(x, x.shape(), places, null));
    }
}
