package io.github.jvig.model.graph;

import io.github.jvig.kernels.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An affine in front of convolutions: its factors go into their weights, its shifts through the weights into their biases. */
final class FrontAffines {
    private FrontAffines() {
    }

    static Graph fold(Graph graph) {
        return Passes.rewrite(graph, (old, node) -> {
            if (node.op() instanceof ConvOp conv && old.inputs().getFirst().op() instanceof AffineOp affine
                    && isAbsorbed(graph, old.inputs().getFirst(), affine)) {
                List<Node> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, node.inputs().getFirst().inputs().getFirst());
                return new Node(node.name(), behind(affine, conv), inputs);
            }
            return node;
        });
    }

    /** Whether all that reads an affine takes it in, so that it is not computed any more. */
    private static boolean isAbsorbed(Graph graph, Node node, AffineOp affine) {
        return graph.outputs().stream().noneMatch(output -> output == node)
                && graph.readers(node).stream().allMatch(reader -> reader.op() instanceof ConvOp conv
                        && reader.inputs().indexOf(node) == 0 && reader.inputs().lastIndexOf(node) == 0
                        && (isUnpadded(conv) || Arrays.stream(affine.shift()).allMatch(shift -> shift == 0)));
    }

    /** Padding is zero behind the affine: a shift would be missing there. */
    private static boolean isUnpadded(ConvOp conv) {
        return isUnpadded(conv.window().rows(), conv.samePadding())
                && isUnpadded(conv.window().columns(), conv.samePadding());
    }

    private static boolean isUnpadded(Window.Axis axis, boolean samePadding) {
        return samePadding ? axis.kernel() == 1 : axis.padBefore() <= 0 && axis.padAfter() <= 0;
    }

    private static ConvOp behind(AffineOp affine, ConvOp conv) {
        float[] weight = new float[conv.weight().length];
        double[] bias = conv.bias().clone();
        int perOutput = conv.perOutput();
        int taps = conv.window().taps();
        int perGroup = conv.inChannels() / conv.groups();
        for (int o = 0; o < conv.outChannels(); o++) {
            int first = o / (conv.outChannels() / conv.groups()) * perGroup;
            for (int i = 0; i < perOutput; i++) {
                int c = first + i / taps;
                double effective = conv.weight()[o * perOutput + i] * conv.scale()[o];
                weight[o * perOutput + i] = (float) (effective * affine.scale()[c]);
                bias[o] += effective * affine.shift()[c];
            }
        }
        return conv.withWeight(weight, bias);
    }
}
