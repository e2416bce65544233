package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.List;
import java.util.function.Supplier;

/** What a name in an ONNX graph stands for, once all sizes are known: a constant, or a view of what is computed at run time. */
sealed interface Value permits Value.Constant, View {
    /** Sizes of the axes. */
    List<Integer> shape();

    /** Kind of the elements. */
    Kind kind();

    /**
     * Known when the net is compiled. One that repeats a smaller tensor is written out when its elements are asked for: the indices of whole rows,
     * and the zeros that these are put into, take more time to write than the rows.
     */
    final class Constant implements Value {
        private final List<Integer> shape;
        private final OnnxTensor repeated;
        private final Supplier<OnnxTensor> written;
        private OnnxTensor tensor;

        Constant(OnnxTensor tensor) {
            this(tensor, tensor.shape(), () -> tensor);
        }

        private Constant(OnnxTensor repeated, List<Integer> shape, Supplier<OnnxTensor> written) {
            this.repeated = repeated;
            this.shape = shape;
            this.written = written;
        }

        /**
         * A tensor that is repeated to a larger shape.
         *
         * @param tensor  as many axes as the shape, each of that size or 1
         * @param written makes all elements
         */
        static Constant repeated(OnnxTensor tensor, List<Integer> shape, Supplier<OnnxTensor> written) {
            return new Constant(tensor, shape, written);
        }

        /** All elements. */
        OnnxTensor tensor() {
            if (tensor == null) {
                tensor = written.get();
            }
            return tensor;
        }

        /** The tensor that is repeated, with as many axes; all elements where none is. */
        OnnxTensor repeated() {
            return repeated;
        }

        @Override
        public List<Integer> shape() {
            return shape;
        }

        @Override
        public Kind kind() {
            return repeated.kind();
        }
    }
}
