package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** From a checkpoint's tensors to float32 weights. */
final class WeightsReader {
    private static final String DATA_PARALLEL = "module.";

    private WeightsReader() {
    }

    static Weights read(Checkpoint checkpoint, StateDict which) throws IOException {
        String source = checkpoint.source();
        Map<String, TensorRef> chosen = floatsByName(source, checkpoint.tensors(which));
        long elements = 0;
        for (Map.Entry<String, TensorRef> entry : chosen.entrySet()) {
            elements += entry.getValue().check(source, entry.getKey());
            if (elements > checkpoint.fileSize()) {
                throw new WeightsException(source + ": tensor " + MessageText.quote(entry.getKey())
                        + " brings the elements of all tensors to " + elements
                        + ", more than the file has bytes (" + checkpoint.fileSize() + ")");
            }
        }
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TensorRef> entry : chosen.entrySet()) {
            String name = entry.getKey();
            TensorRef tensor = entry.getValue();
            float[] data = floats(source, name, tensor.dtype(), checkpoint.raw(name, tensor));
            Weights.checkFinite(source, name, data);
            tensors.put(name, new Weights.Tensor(tensor.sizes(), data));
        }
        return new Weights(source, tensors);
    }

    private static Map<String, TensorRef> floatsByName(String source, Map<String, TensorRef> tensors)
            throws WeightsException {
        Map<String, TensorRef> byName = new LinkedHashMap<>();
        for (Map.Entry<String, TensorRef> entry : tensors.entrySet()) {
            String name = entry.getKey().startsWith(DATA_PARALLEL)
                    ? entry.getKey().substring(DATA_PARALLEL.length())
                    : entry.getKey();
            if (entry.getValue().dtype().isFloat() && byName.put(name, entry.getValue()) != null) {
                throw new WeightsException(
                        source + ": tensor " + MessageText.quote(name) + " is there with and without '"
                                + DATA_PARALLEL + "' before it");
            }
        }
        return byName;
    }

    private static float[] floats(String source, String name, DType dtype, ByteBuffer raw) throws WeightsException {
        float[] data = new float[raw.remaining() / dtype.bytes()];
        if (dtype == DType.F32) {
            raw.asFloatBuffer().get(data);
            return data;
        }
        for (int i = 0; i < data.length; i++) {
            double value = dtype.value(raw, i);
            data[i] = (float) value;
            if (Float.isInfinite(data[i]) && !Double.isInfinite(value)) {
                throw new WeightsException(
                        source + ": tensor " + MessageText.quote(name) + " holds " + value + " at element " + i
                                + ", too large for float32");
            }
        }
        return data;
    }
}
