package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: the header's length as a 64-bit integer, a JSON header with each tensor's type, shape and offsets, then the
 * elements, which must fill the rest of the file without gap or overlap.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
final class SafetensorsCheckpoint extends Checkpoint {
    /** The key of the header's free text about the file; no tensor can have this name. */
    static final String METADATA = "__metadata__";

    private static final int MAX_HEADER = 32 << 20;
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(3).maxNumberLength(20).maxNameLength(4096)
                            .maxStringLength(1 << 20).build())
            .build();

    private final ByteRange file;
    private final Map<String, Object> tensors = new LinkedHashMap<>();
    private final Map<String, ByteRange> ranges = new LinkedHashMap<>();
    private final long dataOffset;

    SafetensorsCheckpoint(String source, ByteRange file) throws IOException {
        super(source, file.length());
        this.file = file;
        long length = headerLength();
        if (length < 2 || length > file.length() - Long.BYTES) {
            throw bad("says that its header has " + Long.toUnsignedString(length) + " bytes; the file has "
                    + file.length());
        }
        if (length > MAX_HEADER) {
            throw bad("has a header of " + length + " bytes; at most " + MAX_HEADER + " are read");
        }
        dataOffset = Long.BYTES + length;
        try (JsonParser json = JSON.createParser(new ByteRange(file.source(), Long.BYTES, length).open(0))) {
            readHeader(json);
        } catch (WeightsException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new WeightsException(source + ": its header is not valid: " + MessageText.plain(firstLine(e)), e);
        }
        checkTiling();
    }

    @Override
    StateDictFinder.Found select(StateDict which) throws WeightsException {
        PickleDict top = new PickleDict();
        tensors.forEach(top::put);
        if (tensors.isEmpty()) {
            throw bad("holds no tensors");
        }
        return new StateDictFinder(source(), top).find(which);
    }

    @Override
    Stored bytes(String name, StorageRef storage) {
        return Stored.unchecked(ranges.get(storage.key()));
    }

    @Override
    public void close() throws IOException {
        file.source().close();
    }

    private long headerLength() throws IOException {
        try (InputStream in = file.open(0)) {
            return ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }

    private void readHeader(JsonParser json) throws IOException {
        expect(json, json.nextToken(), JsonToken.START_OBJECT, "the header");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals(METADATA)) {
                json.skipChildren();
            } else {
                expect(json, value, JsonToken.START_OBJECT, "tensor " + MessageText.quote(name));
                readTensor(json, name);
            }
        }
        if (json.nextToken() != null) {
            throw bad("has more than one value in its header");
        }
    }

    private void readTensor(JsonParser json, String name) throws IOException {
        String what = "tensor " + MessageText.quote(name);
        String type = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(json, value, JsonToken.VALUE_STRING, what + ": its dtype");
                    type = json.getText();
                }
                case "shape" -> shape = longs(json, value, TensorRef.MAX_RANK, what + ": its shape");
                case "data_offsets" -> offsets = longs(json, value, 2, what + ": its data_offsets");
                default -> throw bad(what + " has the unknown field " + MessageText.quote(field));
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw bad(what + " lacks its dtype, shape or two data_offsets");
        }
        long begin = offsets[0];
        long end = offsets[1];
        if (begin < 0 || end < begin || end > file.length() - dataOffset) {
            throw bad(what + " lies at bytes " + begin + " to " + end + " of " + (file.length() - dataOffset));
        }
        ranges.put(name, new ByteRange(file.source(), dataOffset + begin, end - begin));
        DType dtype = dtype(type);
        if (dtype == null) {
            tensors.put(name, new OddTensor("has the unknown dtype " + MessageText.quote(type)));
            return;
        }
        TensorRef tensor = TensorRef.contiguous(new StorageRef(name, dtype, (end - begin) / dtype.bytes()), shape);
        if ((long) tensor.check(source(), name) * dtype.bytes() != end - begin) {
            throw bad(what + " has " + (end - begin) + " bytes, its shape and dtype need another number");
        }
        tensors.put(name, tensor);
    }

    /** The type of a safetensors name; null where it is none that is known here, such as one of less than a byte. */
    private static DType dtype(String name) {
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(name) && dtype != DType.BYTES) {
                return dtype;
            }
        }
        return null;
    }

    private long[] longs(JsonParser json, JsonToken first, int max, String what) throws IOException {
        expect(json, first, JsonToken.START_ARRAY, what);
        List<Long> values = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            expect(json, token, JsonToken.VALUE_NUMBER_INT, what);
            if (values.size() == max) {
                throw bad(what + " has more than " + max + " numbers");
            }
            values.add(json.getLongValue());
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private void expect(JsonParser json, JsonToken is, JsonToken should, String what) throws WeightsException {
        if (is != should) {
            throw bad(what + " is " + is + " where " + should + " should be, at byte "
                    + json.currentLocation().getByteOffset() + " of the header");
        }
    }

    /** The tensors' bytes must follow each other without gap or overlap and end with the file. */
    private void checkTiling() throws WeightsException {
        long end = dataOffset;
        List<Map.Entry<String, ByteRange>> inOrder = ranges.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, ByteRange> e) -> e.getValue().offset())
                        .thenComparingLong(e -> e.getValue().length()))
                .toList();
        for (Map.Entry<String, ByteRange> entry : inOrder) {
            ByteRange range = entry.getValue();
            if (range.offset() != end) {
                throw bad("tensor " + MessageText.quote(entry.getKey())
                        + (range.offset() < end ? " overlaps another one" : " leaves a hole before it")
                        + " at byte " + (range.offset() - dataOffset) + " of the data");
            }
            end += range.length();
        }
        if (end != file.length()) {
            throw bad("has " + (file.length() - end) + " bytes after its last tensor");
        }
    }

    private WeightsException bad(String what) {
        return new WeightsException(source() + ": " + what);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
