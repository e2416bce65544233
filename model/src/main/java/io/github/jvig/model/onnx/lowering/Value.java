package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.List;

/** What a name in an ONNX graph stands for, once all sizes are known: a constant, or a view of what is computed at run time. */
sealed interface Value permits Value.Constant, View {
    /** Sizes of the axes. */
    List<Integer> shape();

    /** Kind of the elements. */
    Kind kind();

    /** Known when the net is compiled. */
    record Constant(OnnxTensor tensor) implements Value {
        @Override
        public List<Integer> shape() {
            return tensor.shape();
        }

        @Override
        public Kind kind() {
            return tensor.kind();
        }
    }
}
