package io.github.jvig.model.onnx;

import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads the weights of an ONNX file without its layers. */
public final class OnnxWeights {
    private OnnxWeights() {
    }

    /**
     * The initializers that are real numbers, by their names in the file. What an exporter has folded into them stays folded. Other
     * initializers, such as shapes, are left out.
     *
     * @param file the ONNX file
     * @return the tensors; float16, bfloat16 and double have become float32
     * @throws IOException                   that names the file and what is at fault
     * @throws UnsupportedOperationException when the optional libraries that read ONNX files are missing; it names them
     */
    public static Weights read(Path file) throws IOException {
        OnnxModel model;
        try {
            model = OnnxReader.read(file);
        } catch (NoClassDefFoundError e) {
            throw OnnxLibraries.missing(file + ": ONNX files can't be read", "import", e);
        }
        Map<String, Weights.Tensor> tensors = new TreeMap<>();
        model.constants().forEach((name, tensor) -> {
            if (tensor.kind() == OnnxTensor.Kind.FLOAT) {
                tensors.put(name, new Weights.Tensor(tensor.shape().stream().mapToInt(i -> i).toArray(),
                        tensor.floats()));
            }
        });
        return new Weights(file.toString(), tensors);
    }
}
