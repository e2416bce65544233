package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** ONNX files whose tensors lie in other files, made one file, which can be sent elsewhere. */
public final class OnnxBundle {
    private final TensorReader sizes;
    private final ExternalData external;
    private final String source;
    private final Set<String> locations = new TreeSet<>();
    private long bytes;

    private OnnxBundle(Path file, String source, long bytes) {
        this.source = source;
        this.bytes = bytes;
        external = new ExternalData(file, source);
        sizes = new TensorReader(source, external);
    }

    /**
     * The file with all tensors inside; as it is where they are inside already.
     *
     * @param file an ONNX file
     * @return its content
     * @throws OnnxException when it is no ONNX file, when data is not in its folder or below, or when all is too large for one file
     * @throws IOException   when the file can't be read
     */
    public static byte[] whole(Path file) throws IOException {
        String source = MessageText.plain(file.toString());
        byte[] content = OnnxReader.bytes(file, source);
        ModelProto proto = OnnxReader.parse(content, source);
        Message whole = new OnnxBundle(file, source, content.length).inside(proto);
        return whole == proto ? content : whole.toByteArray();
    }

    /**
     * The other files that an ONNX file names, whether they are there or not.
     *
     * @param file an ONNX file
     * @return names relative to its folder, as they are in the file: they may lead anywhere
     * @throws OnnxException when it is no ONNX file
     * @throws IOException   when the file can't be read
     */
    public static Set<String> locations(Path file) throws IOException {
        String source = MessageText.plain(file.toString());
        byte[] content = OnnxReader.bytes(file, source);
        OnnxBundle bundle = new OnnxBundle(file, source, content.length);
        bundle.collect(OnnxReader.parse(content, source));
        return bundle.locations;
    }

    private static boolean isOutside(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    private void collect(Message message) {
        if (message instanceof TensorProto tensor) {
            if (isOutside(tensor)) {
                tensor.getExternalDataList().stream().filter(entry -> entry.getKey().equals("location"))
                        .map(StringStringEntryProto::getValue).forEach(locations::add);
            }
            return;
        }
        message.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> parts = field.isRepeated() ? (List<?>) value : List.of(value);
                parts.forEach(part -> collect((Message) part));
            }
        });
    }

    /** The same message with the data of its tensors; the message itself where nothing changes. */
    private Message inside(Message message) throws OnnxException {
        if (message instanceof TensorProto tensor) {
            return isOutside(tensor) ? inside(tensor) : tensor;
        }
        Message.Builder changed = null;
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            List<?> parts = field.isRepeated() ? (List<?>) entry.getValue() : List.of(entry.getValue());
            for (int i = 0; i < parts.size(); i++) {
                Message part = (Message) parts.get(i);
                Message whole = inside(part);
                if (whole == part) {
                    continue;
                }
                changed = changed == null ? message.toBuilder() : changed;
                if (field.isRepeated()) {
                    changed.setRepeatedField(field, i, whole);
                } else {
                    changed.setField(field, whole);
                }
            }
        }
        return changed == null ? message : changed.build();
    }

    private TensorProto inside(TensorProto tensor) throws OnnxException {
        long size = sizes.rawSize(tensor);
        bytes += size;
        if (bytes > OnnxReader.MAX_BYTES) {
            throw new OnnxException(
                    source + " has more bytes with the data in other files than one file can hold (2 GiB)");
        }
        return tensor.toBuilder().setRawData(ByteString.copyFrom(external.read(tensor, size))).clearDataLocation()
                .clearExternalData().build();
    }
}
