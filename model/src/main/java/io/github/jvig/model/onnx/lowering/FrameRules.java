package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Convolutions of videos {@code [1, C, frames, H, W]} with constant weights, as convolutions of feature maps: over time alone they are one
 * whose rows are the frames and whose columns are the pixels; others are a sum of convolutions of frames for each frame that they give.
 */
final class FrameRules {
    /** Convolutions for one operator. */
    private static final int MOST = 1024;

    private FrameRules() {
    }

    /**
     * Sets the operator's output.
     *
     * @return false where it is none of these
     */
    static boolean conv(Lowering lowering, OnnxNode node, WindowRules.Span span) {
        Value x = lowering.input(node, 0);
        Value weight = lowering.input(node, 1);
        if (!(x instanceof View) || !(weight instanceof Value.Constant) || x.shape().size() != 5
                || x.shape().getFirst() != 1 || node.has(2) && lowering.constant(node, 2).isEmpty()
                || (long) span.out()[0] * span.kernel()[0] > MOST) {
            return false;
        }
        boolean overTime = true;
        for (int i = 1; i < 3; i++) {
            overTime &= span.kernel()[i] == 1 && span.strides()[i] == 1 && span.before()[i] == 0
                    && span.after()[i] == 0;
        }
        return overTime ? overTime(lowering, node, span) : byFrames(lowering, node, span);
    }

    private static boolean overTime(Lowering lowering, OnnxNode node, WindowRules.Span span) {
        Calc calc = new Calc(lowering, node);
        List<Integer> in = lowering.input(node, 0).shape();
        List<Integer> kernel = lowering.input(node, 1).shape();
        String name = node.outputs().getFirst();
        int pixels = in.get(3) * in.get(4);
        lowering.put(name + ":rows", calc.reshape(lowering.input(node, 0), List.of(1, in.get(1), in.get(2), pixels)));
        lowering.put(name + ":weight", calc.reshape(lowering.input(node, 1),
                List.of(kernel.get(0), kernel.get(1), kernel.get(2), 1)));
        Value result = conv(lowering, node, name + ":rows", name + ":weight", true, name + ":columns",
                List.of((long) span.strides()[0], 1L), List.of((long) span.dilations()[0], 1L),
                List.of((long) span.before()[0], 0L, (long) span.after()[0], 0L));
        lowering.put(node, calc.reshape(result, List.of(1, kernel.get(0), span.out()[0], in.get(3), in.get(4))));
        return true;
    }

    private static boolean byFrames(Lowering lowering, OnnxNode node, WindowRules.Span span) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Value weight = lowering.input(node, 1);
        int frames = x.shape().get(2);
        int outs = weight.shape().getFirst();
        List<List<Integer>> taps = new ArrayList<>();
        for (int t = 0; t < span.out()[0]; t++) {
            taps.add(new ArrayList<>());
            for (int k = 0; k < span.kernel()[0]; k++) {
                int frame = t * span.strides()[0] - span.before()[0] + k * span.dilations()[0];
                if (frame >= 0 && frame < frames) {
                    taps.getLast().add(k);
                }
            }
            if (taps.getLast().isEmpty()) {
                return false;
            }
        }
        String name = node.outputs().getFirst();
        for (int k = 0; k < span.kernel()[0]; k++) {
            lowering.put(name + ":weight" + k, without(calc, weight, k));
        }
        for (int frame = 0; frame < frames; frame++) {
            lowering.put(name + ":frame" + frame, without(calc, x, frame));
        }
        List<Value> results = new ArrayList<>();
        for (int t = 0; t < taps.size(); t++) {
            String sum = null;
            for (int k : taps.get(t)) {
                int frame = t * span.strides()[0] - span.before()[0] + k * span.dilations()[0];
                String part = name + ":part" + t + "," + k;
                conv(lowering, node, name + ":frame" + frame, name + ":weight" + k, sum == null, part,
                        two(span.strides()), two(span.dilations()), List.of((long) span.before()[1],
                                (long) span.before()[2], (long) span.after()[1], (long) span.after()[2]));
                if (sum != null) {
                    String both = part + ":sum";
                    Operators.lower(lowering, new OnnxNode(node.name(), "", "Add", 14, List.of(part, sum),
                            List.of(both), Map.of()));
                    part = both;
                }
                sum = part;
            }
            // With the channels last, as a map's are, so that a frame is copied as it lies.
            results.add(calc.transpose(lowering.value(sum), List.of(0, 2, 3, 1)));
        }
        Value all = calc.concat(results, 0);
        lowering.put(node, calc.reshape(calc.transpose(all, List.of(3, 0, 1, 2)),
                List.of(1, outs, span.out()[0], span.out()[1], span.out()[2])));
        return true;
    }

    /** One element of the third axis, which is gone. */
    private static Value without(Calc calc, Value value, int at) {
        List<Integer> shape = new ArrayList<>(value.shape());
        shape.remove(2);
        return calc.reshape(calc.slice(value, 2, at, 1, 1), shape);
    }

    private static List<Long> two(int[] values) {
        return List.of((long) values[1], (long) values[2]);
    }

    private static Value conv(Lowering lowering, OnnxNode node, String x, String weight, boolean bias, String result,
            List<Long> strides, List<Long> dilations, List<Long> pads) {
        Map<String, Object> attributes = new HashMap<>(
                Map.of("strides", strides, "dilations", dilations, "pads", pads));
        attributes.put("group", node.integer("group", 1));
        List<String> inputs = bias && node.has(2) ? List.of(x, weight, node.inputs().get(2)) : List.of(x, weight);
        Operators.lower(lowering, new OnnxNode(node.name(), "", "Conv", node.version(), inputs, List.of(result),
                attributes));
        return lowering.value(result);
    }
}
