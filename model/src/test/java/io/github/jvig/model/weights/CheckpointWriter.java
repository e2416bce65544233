package io.github.jvig.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes tensors as PyTorch and safetensors do, under any names and in any nesting. */
public final class CheckpointWriter {
    private CheckpointWriter() {
    }

    /**
     * A zip container.
     *
     * @param top tensors and maps of such by key
     */
    public static Path pth(Path file, Map<String, ?> top) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        PickleBytes pickle = PickleBytes.pickle();
        entries.put("top/data.pkl", null);
        dict(pickle, top, entries);
        entries.put("top/data.pkl", pickle.stop());
        return TestFiles.zip(file, entries);
    }

    private static void dict(PickleBytes pickle, Map<String, ?> dict, Map<String, byte[]> entries) {
        pickle.op("}(");
        dict.forEach((key, value) -> {
            pickle.text(key);
            switch (value) {
                case Weights.Tensor tensor -> {
                    String storage = Integer.toString(entries.size());
                    entries.put("top/data/" + storage, bytes(tensor.data()));
                    long[] shape = java.util.Arrays.stream(tensor.shape()).asLongStream().toArray();
                    long[] strides = new long[shape.length];
                    long stride = 1;
                    for (int i = shape.length - 1; i >= 0; i--) {
                        strides[i] = stride;
                        stride *= shape[i];
                    }
                    pickle.tensor(storage, tensor.data().length, 0, shape, strides);
                }
                case Map<?, ?> inner -> {
                    Map<String, Object> copy = new LinkedHashMap<>();
                    inner.forEach((k, v) -> copy.put((String) k, v));
                    dict(pickle, copy, entries);
                }
                default -> throw new IllegalArgumentException(String.valueOf(value));
            }
        });
        pickle.op("u");
    }

    /**
     * Safetensors.
     *
     * @param types the types of tensors that are not F32, whose bytes are zeros
     * @param sizes bytes of an element of such a type
     */
    public static Path safetensors(Path file, Map<String, Weights.Tensor> tensors, Map<String, String> types,
            Map<String, Integer> sizes) throws IOException {
        List<String> fields = new ArrayList<>();
        PickleBytes data = new PickleBytes();
        long begin = 0;
        for (Map.Entry<String, Weights.Tensor> entry : tensors.entrySet()) {
            String type = types.getOrDefault(entry.getKey(), "F32");
            float[] values = entry.getValue().data();
            byte[] bytes = type.equals("F32") ? bytes(values) : new byte[values.length * sizes.get(type)];
            data.bytes(bytes);
            fields.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}".formatted(entry.getKey(), type,
                    java.util.Arrays.toString(entry.getValue().shape()), begin, begin + bytes.length));
            begin += bytes.length;
        }
        byte[] header = ("{" + String.join(",", fields) + "}").getBytes(StandardCharsets.UTF_8);
        return Files.write(file,
                new PickleBytes().little(header.length, 8).bytes(header).bytes(data.toBytes()).toBytes());
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
