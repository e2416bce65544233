package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.graph.AvgPoolBlendOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mixer of PoolFormer and EfficientFormer: an average over a window around each pixel, minus the pixel. */
final class BlendRules {
    private BlendRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Sub", BlendRules::blend);
    }

    private static boolean blend(Lowering lowering, OnnxNode node) {
        String x = node.inputs().get(1);
        Optional<OnnxNode> pool = new Terms(lowering).by(node.inputs().getFirst(), "AveragePool")
                .filter(p -> p.inputs().getFirst().equals(x));
        if (pool.isEmpty() || !(lowering.value(x) instanceof View view) || !view.isWholeMap()) {
            return false;
        }
        List<Integer> kernel = pool.get().integers("kernel_shape");
        int side = kernel.getFirst();
        List<Integer> around = List.of(side / 2, side / 2, side / 2, side / 2);
        if (!kernel.equals(List.of(side, side)) || side % 2 == 0
                || !MapConvRules.or(pool.get().integers("strides"), List.of(1, 1)).equals(List.of(1, 1))
                || !MapConvRules.or(pool.get().integers("pads"), List.of(0, 0, 0, 0)).equals(around)
                || !pool.get().text("auto_pad", "NOTSET").equals("NOTSET")
                || pool.get().integer("count_include_pad", 0) != 0 || pool.get().integer("ceil_mode", 0) != 0) {
            return false;
        }
        double[] pooled = new double[view.layout().channels()];
        double[] self = new double[pooled.length];
        Arrays.fill(pooled, 1);
        Arrays.fill(self, -1);
        Node map = view.node();
        lowering.put(node, lowering.map(node.name(), new AvgPoolBlendOp(side, pooled, self), List.of(map)));
        return true;
    }
}
