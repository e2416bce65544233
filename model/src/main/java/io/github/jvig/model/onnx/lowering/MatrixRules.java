package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.MatrixProduct.Matrices;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Products of matrices as {@link MatrixProduct} takes them: each side by its strides where it lies, a copy only where it has none. */
final class MatrixRules {
    private MatrixRules() {
    }

    /**
     * {@code [batch..., m, k]} by {@code [batch..., k, n]}.
     *
     * @param a     the left matrices; axes of the batch may be missing in front, or be of one element
     * @param b     the right matrices
     * @param batch extents of the batch
     * @return {@code [batch..., m, n]}
     */
    static Value product(Calc calc, Value a, Value b, List<Integer> batch) {
        int m = a.shape().get(a.shape().size() - 2);
        int k = a.shape().getLast();
        int n = b.shape().getLast();
        List<Integer> shape = new ArrayList<>(batch);
        shape.addAll(List.of(m, n));
        Value left = stepped(calc, a);
        Value right = stepped(calc, b);
        Optional<List<List<Dim>>> digits = digits(left, right, batch);
        if (digits.isEmpty()) {
            left = copied(calc, left);
            right = copied(calc, right);
            digits = digits(left, right, batch);
        }
        List<Dim> batchA = digits.orElseThrow().get(0);
        List<Dim> batchB = digits.orElseThrow().get(1);
        Inputs in = calc.inputs();
        Source x = in.strided(left);
        Source y = in.strided(right);
        List<Integer> extents = batchA.stream().map(Dim::extent).toList();
        Matrices sideA = matrices(x, left, batchA);
        Matrices sideB = matrices(y, right, batchB);
        if (x.constant() != null && y.constant() != null) {
            return folded(a.kind(), shape, extents, m, k, n, sideA, x.constant(), sideB, y.constant());
        }
        // A product with one column is the same numbers as that of the turned matrices, which has one row.
        MatrixProduct product = n == 1
                ? new MatrixProduct(in.layouts(), extents, 1, k, m, turned(sideB), turned(sideA))
                : new MatrixProduct(in.layouts(), extents, m, k, n, sideA, sideB);
        float[] weights = x.constant() != null ? x.constant() : y.constant();
        return in.product(a.kind(), product, weights, shape);
    }

    private static Matrices turned(Matrices side) {
        return new Matrices(side.input(), side.offset(), side.columnStride(), side.rowStride(), side.batchStrides());
    }

    private static Matrices matrices(Source source, Value value, List<Dim> batch) {
        List<List<Dim>> axes = Calc.axes(value);
        return new Matrices(source.input(), source.offset(), stride(axes.get(axes.size() - 2)),
                stride(axes.getLast()), batch.stream().map(Dim::stride).toList());
    }

    private static int stride(List<Dim> axis) {
        return axis.isEmpty() ? 1 : axis.getFirst().stride();
    }

    /** The value itself where its rows and columns are at equal distances and nothing goes backwards, else a copy. */
    private static Value stepped(Calc calc, Value value) {
        List<List<Dim>> axes = Calc.axes(value);
        boolean backwards = axes.stream().flatMap(List::stream).anyMatch(dim -> dim.stride() < 0);
        return backwards || axes.getLast().size() > 1 || axes.get(axes.size() - 2).size() > 1
                ? copied(calc, value)
                : value;
    }

    private static Value copied(Calc calc, Value value) {
        return value instanceof View view
                ? View.tensor(view.kind(), calc.lowering().asTensor(calc.name(), view), view.shape())
                : value;
    }

    /** Digits of the batch of both sides, cut alike; empty where they can't be. */
    private static Optional<List<List<Dim>>> digits(Value a, Value b, List<Integer> batch) {
        List<Dim> left = new ArrayList<>();
        List<Dim> right = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            int fromEnd = batch.size() - i + 2;
            Optional<List<List<Dim>>> cut = Shaped
                    .cutAlike(List.of(axis(a, fromEnd, batch.get(i)), axis(b, fromEnd, batch.get(i))));
            if (cut.isEmpty()) {
                return Optional.empty();
            }
            left.addAll(cut.get().get(0));
            right.addAll(cut.get().get(1));
        }
        return Optional.of(List.of(left, right));
    }

    private static List<Dim> axis(Value value, int fromEnd, int extent) {
        List<List<Dim>> axes = Calc.axes(value);
        List<Dim> axis = fromEnd > axes.size() ? List.of() : axes.get(axes.size() - fromEnd);
        return axis.isEmpty() && extent > 1 ? List.of(new Dim(extent, 0)) : axis;
    }

    /** Of constants alone. */
    private static Value folded(Kind kind, List<Integer> shape, List<Integer> batch, int m, int k, int n,
            Matrices left, float[] a, Matrices right, float[] b) {
        int[] startsA = left.starts(batch);
        int[] startsB = right.starts(batch);
        float[] result = new float[Calc.elements(shape)];
        for (int at = 0; at < result.length; at++) {
            int product = at / (m * n);
            int row = startsA[product] + at / n % m * left.rowStride();
            int column = startsB[product] + at % n * right.columnStride();
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += (double) a[row + i * left.columnStride()] * b[column + i * right.rowStride()];
            }
            result[at] = (float) sum;
        }
        return Calc.constant(kind, shape, result);
    }
}
