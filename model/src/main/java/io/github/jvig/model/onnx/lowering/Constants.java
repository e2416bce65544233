package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.List;

/** Operators whose result is known when the net is compiled. */
final class Constants {
    private Constants() {
    }

    /** Sets the operator's outputs if they are constant. */
    static boolean fold(Lowering lowering, OnnxNode node) {
        switch (node.type()) {
            case "Constant" -> {
                if (node.attributes().get("value") instanceof OnnxTensor tensor) {
                    lowering.put(node, new Value.Constant(tensor));
                    return true;
                }
            }
            case "Shape" -> {
                List<Integer> shape = lowering.input(node, 0).shape();
                int from = index(node.integer("start", 0), shape.size());
                int to = index(node.integer("end", shape.size()), shape.size());
                long[] sizes = shape.subList(from, Math.max(from, to)).stream().mapToLong(i -> i).toArray();
                lowering.put(node, new Value.Constant(OnnxTensor.of(List.of(sizes.length), sizes)));
                return true;
            }
            default -> {
                return false;
            }
        }
        return false;
    }

    private static int index(long at, int size) {
        return Math.clamp(at < 0 ? at + size : at, 0, size);
    }
}
