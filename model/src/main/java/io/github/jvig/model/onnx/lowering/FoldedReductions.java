package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators along axes of known tensors: sums, extremes, the largest elements, running sums. Whole numbers stay exact. */
final class FoldedReductions {
    private FoldedReductions() {
    }

    /** Adds to a sum so far; the first element is added to the start. */
    private record Whole(long start, java.util.function.LongBinaryOperator step) {}

    private record Real(double start, java.util.function.DoubleBinaryOperator step) {}

    static void addTo(Map<String, Constants.Fold> folds) {
        Whole sum = new Whole(0, Long::sum);
        Real realSum = new Real(0, Double::sum);
        folds.put("ReduceSum", f -> reduce(f, sum, realSum));
        folds.put("ReduceMean", f -> reduce(f, sum, realSum));
        folds.put("ReduceProd", f -> reduce(f, new Whole(1, (a, b) -> a * b), new Real(1, (a, b) -> a * b)));
        folds.put("ReduceMax", f -> reduce(f, new Whole(Long.MIN_VALUE, Math::max),
                new Real(Double.NEGATIVE_INFINITY, Math::max)));
        folds.put("ReduceMin", f -> reduce(f, new Whole(Long.MAX_VALUE, Math::min),
                new Real(Double.POSITIVE_INFINITY, Math::min)));
        folds.put("ReduceL1", f -> reduce(f, new Whole(0, (a, b) -> a + Math.abs(b)),
                new Real(0, (a, b) -> a + Math.abs(b))));
        folds.put("ReduceSumSquare", f -> reduce(f, new Whole(0, (a, b) -> a + b * b),
                new Real(0, (a, b) -> a + b * b)));
        folds.put("ArgMax", f -> extreme(f, 1));
        folds.put("ArgMin", f -> extreme(f, -1));
        folds.put("TopK", FoldedReductions::topK);
        folds.put("CumSum", FoldedReductions::cumSum);
    }

    private static boolean[] axes(Folding f, int rank) {
        boolean[] reduced = new boolean[rank];
        List<Integer> attribute = f.node().integers("axes");
        long[] axes = f.has(1)
                ? f.integers(1)
                : attribute == null ? new long[0] : attribute.stream().mapToLong(i -> i).toArray();
        for (long axis : axes) {
            reduced[FoldedMoves.axis(axis, rank)] = true;
        }
        if (axes.length == 0) {
            Arrays.fill(reduced, f.node().integer("noop_with_empty_axes", 0) == 0);
        }
        return reduced;
    }

    private static List<OnnxTensor> reduce(Folding f, Whole whole, Real real) {
        OnnxTensor x = f.input(0);
        int rank = x.shape().size();
        boolean[] reduced = axes(f, rank);
        boolean keep = f.node().integer("keepdims", 1) != 0;
        List<Integer> full = new ArrayList<>();
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            full.add(reduced[i] ? 1 : x.shape().get(i));
            if (keep || !reduced[i]) {
                shape.add(full.get(i));
            }
        }
        int[] strides = FoldedMoves.strides(full);
        int[] inner = FoldedMoves.strides(x.shape());
        int elements = f.elements(full);
        int each = elements == 0 ? 0 : x.elements() / elements;
        boolean mean = f.node().type().equals("ReduceMean");
        boolean isReal = x.kind() == Kind.FLOAT;
        double[] reals = new double[isReal ? elements : 0];
        long[] wholes = new long[isReal ? 0 : elements];
        Arrays.fill(reals, real.start());
        Arrays.fill(wholes, x.kind() == Kind.BOOLEAN ? Math.clamp(whole.start(), 0, 1) : whole.start());
        for (int i = 0; i < x.elements(); i++) {
            int at = 0;
            int rest = i;
            for (int k = 0; k < rank; k++) {
                at += reduced[k] ? 0 : rest / inner[k] * strides[k];
                rest %= inner[k];
            }
            if (isReal) {
                reals[at] = real.step().applyAsDouble(reals[at], x.floats()[i]);
            } else {
                wholes[at] = whole.step().applyAsLong(wholes[at], x.integers()[i]);
            }
        }
        if (isReal) {
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] = (float) (mean ? reals[i] / each : reals[i]);
            }
            return List.of(OnnxTensor.of(shape, values));
        }
        if (mean) {
            if (each == 0) {
                throw new IllegalArgumentException("takes the mean of no whole numbers");
            }
            Arrays.setAll(wholes, i -> wholes[i] / each);
        }
        return List.of(new OnnxTensor(x.kind(), shape, null, wholes));
    }

    /** Compares two elements of a tensor. NaN is the largest. */
    static Comparator<Integer> order(OnnxTensor x) {
        return x.kind() == Kind.FLOAT
                ? (a, b) -> {
                    float left = x.floats()[a];
                    float right = x.floats()[b];
                    // Zeros of both signs are equal.
                    return left == right ? 0 : Float.compare(left, right);
                }
                : (a, b) -> Long.compare(x.integers()[a], x.integers()[b]);
    }

    private static List<OnnxTensor> extreme(Folding f, int sign) {
        OnnxTensor x = f.input(0);
        int axis = FoldedMoves.axis(f.node().integer("axis", 0), x.shape().size());
        boolean last = f.node().integer("select_last_index", 0) != 0;
        int size = x.shape().get(axis);
        if (size == 0) {
            throw new IllegalArgumentException("looks for an extreme among no elements");
        }
        int stride = FoldedMoves.strides(x.shape())[axis];
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(axis, 1);
        long[] values = f.longs(shape);
        Comparator<Integer> order = order(x);
        for (int i = 0; i < values.length; i++) {
            int start = i / stride * stride * size + i % stride;
            int best = 0;
            for (int k = 1; k < size; k++) {
                int compared = sign * order.compare(start + k * stride, start + best * stride);
                if (compared > 0 || compared == 0 && last) {
                    best = k;
                }
            }
            values[i] = best;
        }
        if (f.node().integer("keepdims", 1) == 0) {
            shape.remove(axis);
        }
        return List.of(OnnxTensor.of(shape, values));
    }

    private static List<OnnxTensor> topK(Folding f) {
        OnnxTensor x = f.input(0);
        int axis = FoldedMoves.axis(f.node().integer("axis", -1), x.shape().size());
        boolean largest = f.node().integer("largest", 1) != 0;
        long k = f.node().version() < 10 ? f.node().integer("k", 0) : f.integer(1);
        int size = x.shape().get(axis);
        if (k < 0 || k > size) {
            throw new IllegalArgumentException("takes " + k + " of " + size + " elements");
        }
        int stride = FoldedMoves.strides(x.shape())[axis];
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(axis, (int) k);
        int[] places = new int[f.elements(shape)];
        long[] indices = f.longs(shape);
        int rows = size == 0 ? 0 : x.elements() / size;
        Comparator<Integer> order = largest ? order(x).reversed() : order(x);
        for (int row = 0; row < rows; row++) {
            int start = row / stride * stride * size + row % stride;
            // The sort is stable: of equal elements the first comes first.
            List<Integer> sorted = IntStream.range(0, size).mapToObj(i -> start + i * stride).sorted(order).toList();
            for (int i = 0; i < k; i++) {
                int at = row / stride * stride * (int) k + row % stride + i * stride;
                places[at] = sorted.get(i);
                indices[at] = (sorted.get(i) - start) / stride;
            }
        }
        return List.of(f.pick(x, shape, places, null), OnnxTensor.of(shape, indices));
    }

    private static List<OnnxTensor> cumSum(Folding f) {
        OnnxTensor x = f.input(0);
        int axis = FoldedMoves.axis(f.integer(1), x.shape().size());
        boolean exclusive = f.node().integer("exclusive", 0) != 0;
        boolean reverse = f.node().integer("reverse", 0) != 0;
        int size = x.shape().get(axis);
        int stride = FoldedMoves.strides(x.shape())[axis];
        int elements = f.elements(x.shape());
        boolean isReal = x.kind() == Kind.FLOAT;
        float[] reals = isReal ? new float[elements] : null;
        long[] wholes = isReal ? null : new long[elements];
        for (int row = 0; size > 0 && row < elements / size; row++) {
            int start = row / stride * stride * size + row % stride;
            double real = 0;
            long whole = 0;
            for (int i = 0; i < size; i++) {
                int at = start + (reverse ? size - 1 - i : i) * stride;
                double nextReal = isReal ? real + x.floats()[at] : 0;
                long nextWhole = isReal ? 0 : whole + x.integers()[at];
                if (isReal) {
                    reals[at] = (float) (exclusive ? real : nextReal);
                } else {
                    wholes[at] = exclusive ? whole : nextWhole;
                }
                real = nextReal;
                whole = nextWhole;
            }
        }
        return List.of(new OnnxTensor(x.kind(), x.shape(), reals, wholes));
    }
}
