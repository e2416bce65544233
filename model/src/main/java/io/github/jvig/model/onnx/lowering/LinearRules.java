package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Products with constant matrices: linear layers on the channels of pixels, or on all of a map. */
final class LinearRules {
    private LinearRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Gemm", LinearRules::gemm);
        MapRules.add(rules, "MatMul", LinearRules::matMul);
    }

    private static boolean gemm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        Optional<OnnxTensor> bias = lowering.constant(node, 2);
        if (!MapRules.isFloat(x) || weight.isEmpty() || node.has(2) && bias.isEmpty()) {
            return false;
        }
        View view = node.integer("transA", 0) == 0 ? (View) x : ((View) x).transposed(List.of(1, 0));
        boolean rows = node.integer("transB", 0) != 0;
        int out = weight.get().shape().get(rows ? 0 : 1);
        float alpha = node.real("alpha", 1);
        float[] stored = weight.get().asFloats();
        float[] matrix;
        if (alpha == 1) {
            matrix = rows ? stored : transposed(lowering, stored, out);
        } else {
            matrix = lowering.derived(stored, List.of("scaled", rows, out, alpha),
                    () -> scaled(rows ? stored : transposed(stored, out), alpha));
        }
        float[] biases = null;
        if (bias.isPresent()) {
            List<Integer> shape = bias.get().shape();
            int last = shape.isEmpty() ? 1 : shape.getLast();
            if (bias.get().elements() != last || last != 1 && last != out) {
                return false;
            }
            biases = new float[out];
            for (int i = 0; i < out; i++) {
                biases[i] = node.real("beta", 1) * bias.get().asFloats()[last == 1 ? 0 : i];
            }
        }
        lowering.put(node, linear(lowering, node.name(), view, 1, matrix, biases, out));
        return true;
    }

    private static boolean matMul(Lowering lowering, OnnxNode node) {
        Value a = lowering.input(node, 0);
        Value b = lowering.input(node, 1);
        if (MapRules.isFloat(a) && b instanceof Value.Constant c && isMatrix(c.tensor().shape())
                && a.shape().size() >= c.tensor().shape().size()) {
            View x = (View) a;
            int out = c.tensor().shape().getLast();
            lowering.put(node, linear(lowering, node.name(), x, x.axes().size() - 1,
                    transposed(lowering, c.tensor().asFloats(), out), null, out));
            return true;
        }
        if (MapRules.isFloat(b) && a instanceof Value.Constant c && isMatrix(c.tensor().shape())
                && b.shape().size() >= c.tensor().shape().size()) {
            View x = (View) b;
            int out = c.tensor().shape().get(c.tensor().shape().size() - 2);
            lowering.put(node, linear(lowering, node.name(), x, x.axes().size() - 2, c.tensor().asFloats(), null,
                    out));
            return true;
        }
        return false;
    }

    private static boolean isMatrix(List<Integer> shape) {
        return shape.size() >= 2 && shape.subList(0, shape.size() - 2).stream().allMatch(size -> size == 1);
    }

    static float[] transposed(Lowering lowering, float[] matrix, int columns) {
        return lowering.derived(matrix, List.of("transposed", columns), () -> transposed(matrix, columns));
    }

    private static float[] transposed(float[] matrix, int columns) {
        int rows = matrix.length / columns;
        float[] result = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int o = 0; o < columns; o++) {
                result[o * rows + i] = matrix[i * columns + o];
            }
        }
        return result;
    }

    private static float[] scaled(float[] matrix, float factor) {
        float[] result = matrix.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] *= factor;
        }
        return result;
    }

    /** Weights {@code [out][elements of an axis]} as those of a window that is the map which has all of its elements. */
    private static float[] window(float[] weight, int out, List<Dim> axis, MapLayout layout) {
        float[] window = new float[weight.length];
        List<Integer> at = Pixels.indices(0, axis);
        int in = at.size();
        for (int i = 0; i < in; i++) {
            int c = at.get(i) % layout.stride();
            int pixel = at.get(i) / layout.stride();
            for (int o = 0; o < out; o++) {
                window[o * in + c * layout.pixels() + pixel] = weight[o * in + i];
            }
        }
        return window;
    }

    /**
     * A linear layer along one axis.
     *
     * @param weight {@code [out][elements of the axis]}
     * @param bias   one for each output; null for none
     */
    static View linear(Lowering lowering, String name, View x, int axis, float[] weight, float[] bias, int out) {
        Optional<OnnxTensor> biases = Optional.ofNullable(bias).map(b -> OnnxTensor.of(List.of(out), b));
        int in = x.shape().get(axis);
        MapLayout layout = x.layout();
        if (layout.pixels() > 1 && x.offset() == 0 && in == layout.pixels() * layout.channels()
                && Dim.elements(x.dims()) == in && layout.height() <= 1024 && layout.width() <= 1024) {
            // All of a map in any order: a convolution whose window is the map.
            float[] window = lowering.derived(weight, List.of("window", x.axes().get(axis), layout),
                    () -> window(weight, out, x.axes().get(axis), layout));
            ConvOp op = MapConvRules.op(layout.channels(), out, 1,
                    new Window(new Window.Axis(layout.height(), 1, 0, 0, 1),
                            new Window.Axis(layout.width(), 1, 0, 0, 1)),
                    window, biases);
            Node node = lowering.node(name, op, List.of(x.node()));
            List<List<Dim>> axes = new ArrayList<>(x.axes());
            axes.set(axis, List.of(new Dim(out, 1)));
            return new View(x.kind(), node, lowering.layout(node), 0, axes);
        }
        Pixels pixels = Pixels.of(lowering, name, x, axis);
        Node node = lowering.node(name, MapConvRules.op(in, out, 1, Window.same(1), weight, biases),
                List.of(pixels.node()));
        return pixels.with(node, lowering.layout(node)).view();
    }
}
