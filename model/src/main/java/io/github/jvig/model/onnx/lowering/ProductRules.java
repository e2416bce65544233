package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.StridedCopy;
import io.github.jvig.model.tensor.TensorOp;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Products of matrices. */
final class ProductRules {
    private ProductRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("MatMul", (lowering, node) -> {
            lowering.put(node, matMul(new Calc(lowering, node), lowering.input(node, 0), lowering.input(node, 1)));
            return true;
        });
        rules.put("Gemm", ProductRules::gemm);
    }

    private static boolean gemm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value a = lowering.input(node, 0);
        Value b = lowering.input(node, 1);
        a = node.integer("transA", 0) != 0 ? calc.transpose(a, List.of(1, 0)) : a;
        b = node.integer("transB", 0) != 0 ? calc.transpose(b, List.of(1, 0)) : b;
        Value result = scaled(calc, matMul(calc, a, scaled(calc, b, b instanceof View ? 1 : node.real("alpha", 1))),
                b instanceof View ? node.real("alpha", 1) : 1);
        if (node.has(2) && node.real("beta", 1) != 0) {
            result = calc.binary(Binary.ADD, result, scaled(calc, lowering.input(node, 2), node.real("beta", 1)));
        }
        lowering.put(node, result);
        return true;
    }

    private static Value scaled(Calc calc, Value x, float factor) {
        return factor == 1 ? x : calc.pointwise(x.kind(), Unary.SCALE.with(factor, 0), x);
    }

    /** NumPy's product: a vector on the left is a row, one on the right a column; axes in front are repeated. */
    static Value matMul(Calc calc, Value left, Value right) {
        Value a = left.shape().size() == 1 ? calc.reshape(left, List.of(1, left.shape().getFirst())) : left;
        Value b = right.shape().size() == 1 ? calc.reshape(right, List.of(right.shape().getFirst(), 1)) : right;
        int rankA = a.shape().size();
        int rankB = b.shape().size();
        if (rankA < 2 || rankB < 2 || !a.shape().get(rankA - 1).equals(b.shape().get(rankB - 2))) {
            throw new IllegalArgumentException("multiplies matrices of the shapes " + left.shape() + " and "
                    + right.shape());
        }
        int m = a.shape().get(rankA - 2);
        int k = a.shape().get(rankA - 1);
        int n = b.shape().get(rankB - 1);
        List<Integer> batchA = a.shape().subList(0, rankA - 2);
        List<Integer> batchB = b.shape().subList(0, rankB - 2);
        List<Integer> batch = Calc.broadcast(List.of(batchA, batchB));
        List<Integer> shape = new ArrayList<>(batch);
        shape.addAll(List.of(m, n));
        Calc.elements(shape);
        Value product;
        if (a instanceof View view && b instanceof Value.Constant c && Calc.elements(batchB) == 1
                && a.kind() == Kind.FLOAT && shape.size() == rankA) {
            product = linear(calc, view, c.tensor(), k, n);
        } else {
            product = MatrixRules.product(calc, a, b, batch);
        }
        if (left == a && right == b) {
            return product;
        }
        List<Integer> squeezed = new ArrayList<>(batch);
        if (left == a) {
            squeezed.add(m);
        }
        if (right == b) {
            squeezed.add(n);
        }
        return calc.reshape(product, squeezed);
    }

    /** Rows by one constant matrix: a pointwise convolution of a map that has a pixel for each row. */
    private static Value linear(Calc calc, View x, OnnxTensor matrix, int k, int n) {
        List<Integer> outer = x.shape().subList(0, x.shape().size() - 1);
        int rows = Calc.elements(outer);
        float[] weight = LinearRules.transposed(calc.lowering(), Inputs.floats(matrix), n);
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        Node pixels = pixels(calc, x, rows, k);
        Node node = calc.lowering().node(calc.name(), new ConvOp(k, n, 1, Window.same(1), weight, ones, new double[n],
                Epilogue.NONE), List.of(pixels));
        MapLayout layout = calc.lowering().layout(node);
        List<List<Dim>> axes = new ArrayList<>();
        for (Dim dim : Dim.rowMajor(outer)) {
            axes.add(List.of(new Dim(dim.extent(), dim.stride() * layout.stride())));
        }
        axes.add(List.of(new Dim(n, 1)));
        return new View(x.kind(), node, layout, 0, axes);
    }

    /** The node whose map has the view's last axis as the channels of its pixels; a copy where there is none yet. */
    private static Node pixels(Calc calc, View x, int rows, int k) {
        MapLayout from = x.layout();
        List<Dim> outer = Dim.merged(x.axes().subList(0, x.axes().size() - 1).stream().flatMap(List::stream).toList());
        List<Dim> last = x.axes().getLast();
        if (x.offset() == 0 && from.channels() == k && from.pixels() == rows
                && last.equals(Dim.merged(List.of(new Dim(k, 1))))
                && outer.equals(Dim.merged(List.of(new Dim(rows, from.stride()))))) {
            return x.node();
        }
        MapLayout to = MapLayout.of(1, rows, k);
        List<Dim> rowDigits = Dim.rowMajor(x.shape().subList(0, x.shape().size() - 1));
        List<Dim> source = new ArrayList<>();
        List<Dim> target = new ArrayList<>();
        IntStream.range(0, x.axes().size()).forEach(i -> {
            Dim whole = i < rowDigits.size()
                    ? new Dim(rowDigits.get(i).extent(), rowDigits.get(i).stride() * to.stride())
                    : new Dim(k, 1);
            List<List<Dim>> cut = Shaped.cutAlike(List.of(x.axes().get(i), List.of(whole))).orElseThrow();
            source.addAll(cut.get(0));
            target.addAll(cut.get(1));
        });
        return calc.lowering().node(calc.name() + ":rows", new TensorOp(new StridedCopy("to rows", from, x.offset(),
                source, to, target)), List.of(x.node()));
    }
}
