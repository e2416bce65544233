package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.GlobalAveragePoolOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operators on feature maps, as the ops that named nets are made of. */
final class MapRules {
    private MapRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Conv", MapRules::conv);
        rules.put("Gemm", MapRules::gemm);
        rules.put("GlobalAveragePool", MapRules::globalAveragePool);
        rules.put("Relu", (lowering, node) -> activation(lowering, node, Activation.RELU));
        rules.put("Add", MapRules::add);
    }

    private static boolean conv(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        if (!(lowering.input(node, 0) instanceof View x) || weight.isEmpty() || x.axes().size() != 4
                || x.shape().getFirst() != 1 || node.has(2) && lowering.constant(node, 2).isEmpty()
                || !node.text("auto_pad", "NOTSET").equals("NOTSET")) {
            return false;
        }
        Node map = lowering.asMap(node.name(), x);
        List<Integer> shape = weight.get().shape();
        List<Integer> strides = or(node.integers("strides"), List.of(1, 1));
        List<Integer> dilations = or(node.integers("dilations"), List.of(1, 1));
        List<Integer> pads = or(node.integers("pads"), List.of(0, 0, 0, 0));
        Window window = new Window(
                new Window.Axis(shape.get(2), strides.get(0), pads.get(0), pads.get(2), dilations.get(0)),
                new Window.Axis(shape.get(3), strides.get(1), pads.get(1), pads.get(3), dilations.get(1)));
        lowering.put(node, lowering.map(node.name(), conv(shape.get(1), shape.getFirst(),
                (int) node.integer("group", 1), window, weight.get().asFloats(), lowering.constant(node, 2)),
                List.of(map)));
        return true;
    }

    private static ConvOp conv(int perGroup, int out, int groups, Window window, float[] weight,
            Optional<OnnxTensor> bias) {
        double[] scale = new double[out];
        Arrays.fill(scale, 1);
        double[] shift = new double[out];
        bias.ifPresent(b -> Arrays.setAll(shift, i -> b.asFloats()[i]));
        return new ConvOp(perGroup * groups, out, groups, window, weight, scale, shift, Epilogue.NONE);
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** A linear layer on a vector that is a pixel's channels. */
    private static boolean gemm(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        if (!(lowering.input(node, 0) instanceof View x) || weight.isEmpty() || node.integer("transA", 0) != 0
                || node.integer("transB", 0) != 1 || x.shape().getFirst() != 1 || node.real("alpha", 1) != 1
                || node.real("beta", 1) != 1 || node.has(2) && lowering.constant(node, 2).isEmpty()) {
            return false;
        }
        int out = weight.get().shape().getFirst();
        Node tokens = x.layout().pixels() == 1 && x.isWholeTensor() ? x.node() : lowering.asTensor(node.name(), x);
        View map = lowering.map(node.name(), conv(x.shape().get(1), out, 1, Window.same(1), weight.get().asFloats(),
                lowering.constant(node, 2)), List.of(tokens));
        lowering.put(node, map.withAxes(List.of(List.of(), List.of(new Dim(out, 1)))));
        return true;
    }

    private static boolean globalAveragePool(Lowering lowering, OnnxNode node) {
        if (!(lowering.input(node, 0) instanceof View x) || x.axes().size() != 4 || x.shape().getFirst() != 1) {
            return false;
        }
        lowering.put(node, lowering.map(node.name(), new GlobalAveragePoolOp(),
                List.of(lowering.asMap(node.name(), x))));
        return true;
    }

    /** Element by element, so on the whole buffer, whatever the view. */
    private static boolean activation(Lowering lowering, OnnxNode node, Activation activation) {
        if (!(lowering.input(node, 0) instanceof View x)
                || Dim.elements(x.dims()) != (long) x.layout().pixels() * x.layout().channels()) {
            return false;
        }
        Node result = lowering.node(node.name(), new ActivateOp(activation), List.of(x.node()));
        lowering.put(node, new View(x.kind(), result, x.layout(), x.offset(), x.axes()));
        return true;
    }

    private static boolean add(Lowering lowering, OnnxNode node) {
        if (!(lowering.input(node, 0) instanceof View a) || !(lowering.input(node, 1) instanceof View b)
                || !a.layout().equals(b.layout()) || a.offset() != b.offset() || !a.axes().equals(b.axes())) {
            return false;
        }
        MapLayout layout = a.layout();
        Node result = lowering.node(node.name(), BinaryOp.sum(), List.of(a.node(), b.node()));
        lowering.put(node, new View(a.kind(), result, layout, a.offset(), new ArrayList<>(a.axes())));
        return true;
    }
}
