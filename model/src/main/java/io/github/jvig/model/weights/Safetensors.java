package io.github.jvig.model.weights;

import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.text.MessageText;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes weights as safetensors, the plain format that every framework reads.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class Safetensors {
    private static final JsonFactory JSON = new JsonFactory();
    /**
     * The header is filled up with spaces to a multiple of this, so that the elements are aligned when the file is
     * mapped.
     */
    private static final int ALIGNMENT = 8;

    private Safetensors() {
    }

    /**
     * Writes all tensors as F32 (little-endian, C order), sorted by name. Values are written bit by bit as they are, NaN and infinities
     * included, although {@link Weights#load} refuses to read those. The file appears whole or not at all, and replaces an existing one.
     *
     * @param target  the file; its folder must exist
     * @param weights what is written
     * @throws WeightsException when the format reserves a tensor's name
     * @throws IOException      that names the file when it can't be written; an existing file stays as it was
     */
    public static void write(Path target, Weights weights) throws IOException {
        Map<String, Weights.Tensor> tensors = weights.asMap();
        byte[] header = header(weights.source(), tensors);
        WholeFile.write(target, out -> {
            out.write(header);
            for (Weights.Tensor tensor : tensors.values()) {
                writeElements(out, tensor.data());
            }
        });
    }

    private static byte[] header(String source, Map<String, Weights.Tensor> tensors) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            long begin = 0;
            for (Map.Entry<String, Weights.Tensor> entry : tensors.entrySet()) {
                Weights.Tensor tensor = entry.getValue();
                check(source, entry.getKey(), tensor);
                long end = begin + (long) tensor.data().length * Float.BYTES;
                json.writeObjectFieldStart(entry.getKey());
                json.writeStringField("dtype", DType.F32.name());
                json.writeFieldName("shape");
                json.writeArray(tensor.shape(), 0, tensor.shape().length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[]{begin, end}, 0, 2);
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        }
        int length = Math.ceilDiv(bytes.size(), ALIGNMENT) * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(header.array(), (byte) ' ');
        header.putLong(length).put(bytes.toByteArray());
        return header.array();
    }

    private static void check(String source, String name, Weights.Tensor tensor) throws WeightsException {
        if (name.equals(SafetensorsCheckpoint.METADATA)) {
            throw new WeightsException(source + ": tensor " + MessageText.quote(name) + " of shape "
                    + Arrays.toString(tensor.shape()) + " can't be written as safetensors, which reserves its name");
        }
    }

    private static void writeElements(OutputStream out, float[] values) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        int perChunk = chunk.capacity() / Float.BYTES;
        for (int i = 0; i < values.length; i += perChunk) {
            int n = Math.min(perChunk, values.length - i);
            chunk.asFloatBuffer().put(values, i, n);
            out.write(chunk.array(), 0, n * Float.BYTES);
        }
    }
}
