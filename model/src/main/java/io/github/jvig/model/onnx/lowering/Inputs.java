package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.Operands;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.ProductOp;
import io.github.jvig.model.tensor.Source;
import io.github.jvig.model.tensor.TensorFunction;
import io.github.jvig.model.tensor.TensorOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one {@link TensorFunction} reads: buffers of nodes, each once, and constants, which the function holds. A function of constants
 * alone is computed at once.
 */
final class Inputs {
    /** Whole numbers up to here are floats exactly. */
    private static final long EXACT = 1 << 24;

    private final Lowering lowering;
    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final List<MapLayout> layouts = new ArrayList<>();

    /** For nodes that are named after an operator. */
    Inputs(Lowering lowering, String name) {
        this.lowering = lowering;
        this.name = name;
    }

    /** Layouts of the buffers, for the function's constructor once all sources are there. */
    List<MapLayout> layouts() {
        return layouts;
    }

    /** A view as it lies; its digits say where its elements are from there. */
    Source strided(Value value) {
        return switch (value) {
            case Value.Constant c -> Source.of(floats(c.tensor()));
            case View view -> new Source(index(view), null, view.offset());
        };
    }

    /** A tensor whose elements lie in row-major order side by side; a copy where it does not. */
    Source rowMajor(Value value) {
        if (!(value instanceof View view)) {
            return strided(value);
        }
        List<Dim> merged = Dim.merged(view.dims());
        if (merged.isEmpty() || merged.size() == 1 && merged.getFirst().stride() == 1) {
            return strided(value);
        }
        Node copy = lowering.asTensor(name, view);
        return strided(View.tensor(view.kind(), copy, view.shape()));
    }

    private int index(View view) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) == view.node()) {
                return i;
            }
        }
        nodes.add(view.node());
        layouts.add(view.layout());
        return nodes.size() - 1;
    }

    /** A constant's elements as floats; whole numbers that no float holds are refused. */
    static float[] floats(OnnxTensor tensor) {
        if (tensor.elements() == 0) {
            throw new UnsupportedOperationException("reads a constant without elements");
        }
        if (tensor.kind() != Kind.FLOAT) {
            for (long value : tensor.integers()) {
                if (Math.abs(value) > EXACT && (long) (float) value != value && value < Long.MAX_VALUE >> 1
                        && value > Long.MIN_VALUE >> 1) {
                    throw new UnsupportedOperationException("computes with the whole number " + value
                            + ", which is above 2^24 and no float");
                }
            }
        }
        return tensor.asFloats();
    }

    /** The function's result as a row-major tensor. */
    Value result(Kind kind, TensorFunction function, List<Integer> shape) {
        return laid(kind, function, Dim.rowMajor(shape).stream().map(List::of).toList());
    }

    /** The function's result by the digits of its axes. */
    Value laid(Kind kind, TensorFunction function, List<List<Dim>> axes) {
        if (nodes.isEmpty()) {
            return constant(kind, function, axes.stream().map(Dim::elements).toList());
        }
        Node node = lowering.node(name, new TensorOp(function), nodes);
        return new View(kind, node, function.out(), 0, axes);
    }

    /** A product of matrices, at least one of which is a node's, as a row-major tensor. */
    Value product(Kind kind, MatrixProduct product, float[] weights, List<Integer> shape) {
        float[] exact = weights == null || weights.length == product.weightCount()
                ? weights
                : Arrays.copyOf(weights, product.weightCount());
        return View.tensor(kind, lowering.node(name, new ProductOp(product, exact), nodes), shape);
    }

    private static Value constant(Kind kind, TensorFunction function, List<Integer> shape) {
        float[] out = new float[function.out().length()];
        function.run(new Operands(null, 0, null, 0, out, 0), new float[function.scratch()], 0, 0, function.units());
        return Calc.constant(kind, shape, Arrays.copyOf(out, function.out().channels()));
    }
}
