package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.text.MessageText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the tensors of an ONNX file, whatever their elements are stored as. */
final class TensorReader {
    /** More elements than this are not made of sparse tensors, which take them out of nothing. */
    private static final long MAX_SPARSE = 1 << 24;

    private final String source;
    private final ExternalData external;
    private long sparse;

    TensorReader(String source, ExternalData external) {
        this.source = source;
        this.external = external;
    }

    /** The kind that a file's element type is computed as; null for one that is not read. */
    static Kind kind(int type) {
        return switch (DataType.forNumber(type)) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> Kind.FLOAT;
            case INT64, INT32, INT16, INT8, INT4, UINT4, UINT8, UINT16, UINT32, UINT64 -> Kind.INTEGER;
            case BOOL -> Kind.BOOLEAN;
            case null, default -> null;
        };
    }

    /** Name of an element type, for messages. */
    static String typeName(int type) {
        DataType known = DataType.forNumber(type);
        return known == null ? "number " + type : known.name();
    }

    /** Bytes that elements of a type take; two of 4 bits share one. */
    private static long bytes(DataType type, long elements) {
        return switch (type) {
            case INT64, UINT64, DOUBLE -> Long.BYTES * elements;
            case FLOAT, INT32, UINT32 -> Integer.BYTES * elements;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> Short.BYTES * elements;
            case INT4, UINT4 -> Math.ceilDiv(elements, 2L);
            default -> elements;
        };
    }

    private OnnxException fault(TensorProto tensor, String what) {
        return new OnnxException(source + ": the tensor " + MessageText.quote(tensor.getName()) + " " + what);
    }

    /** Bytes of a tensor's elements where they are stored raw. */
    long rawSize(TensorProto tensor) throws OnnxException {
        if (kind(tensor.getDataType()) == null) {
            throw fault(tensor, "is of the type " + typeName(tensor.getDataType()) + ", which is not read");
        }
        return bytes(DataType.forNumber(tensor.getDataType()), elements(shape(tensor, tensor.getDimsList())));
    }

    /** A tensor with its elements. */
    OnnxTensor tensor(TensorProto tensor) throws OnnxException {
        Kind kind = kind(tensor.getDataType());
        if (kind == null) {
            throw fault(tensor, "is of the type " + typeName(tensor.getDataType()) + ", which is not read");
        }
        DataType type = DataType.forNumber(tensor.getDataType());
        if (tensor.hasSegment()) {
            throw fault(tensor, "is cut into segments, which are not read");
        }
        List<Integer> shape = shape(tensor, tensor.getDimsList());
        int elements = (int) elements(shape);
        ByteBuffer raw = raw(tensor, type, elements);
        if (raw == null) {
            checkFields(tensor, type, elements);
        }
        if (kind == Kind.FLOAT) {
            return OnnxTensor.of(shape, floats(tensor, type, raw, elements));
        }
        return new OnnxTensor(kind, shape, null, integers(tensor, type, raw, elements), type.getNumber());
    }

    private List<Integer> shape(TensorProto tensor, List<Long> dims) throws OnnxException {
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        boolean empty = dims.contains(0L);
        for (long size : dims) {
            if (size < 0) {
                throw fault(tensor, "has an axis of " + size);
            }
            elements = empty ? 0 : elements * size;
            if (size > Integer.MAX_VALUE || elements > Integer.MAX_VALUE) {
                throw fault(tensor, "of shape " + MessageText.plain(dims.toString()) + " is too large");
            }
            shape.add((int) size);
        }
        return shape;
    }

    private static long elements(List<Integer> shape) {
        return shape.stream().mapToLong(i -> i).reduce(1, (a, b) -> a * b);
    }

    /** The elements' bytes, if they are not in fields of their type. */
    private ByteBuffer raw(TensorProto tensor, DataType type, int elements) throws OnnxException {
        long bytes = bytes(type, elements);
        boolean outside = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        if (!outside && !tensor.hasRawData()) {
            return null;
        }
        if (outside && tensor.hasRawData() || fields(tensor) > 0) {
            throw fault(tensor, "has its data in two places");
        }
        if (bytes > Integer.MAX_VALUE) {
            throw fault(tensor, "of " + bytes + " bytes is too large");
        }
        if (outside) {
            return external.read(tensor, bytes);
        }
        if (tensor.getRawData().size() != bytes) {
            throw fault(tensor, "has " + tensor.getRawData().size() + " bytes of data, but its shape "
                    + MessageText.plain(tensor.getDimsList().toString()) + " takes " + bytes);
        }
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long fields(TensorProto tensor) {
        return (long) tensor.getFloatDataCount() + tensor.getDoubleDataCount() + tensor.getInt32DataCount()
                + tensor.getInt64DataCount() + tensor.getUint64DataCount() + tensor.getStringDataCount();
    }

    /** All elements must be in the field for their type, and none elsewhere. */
    private void checkFields(TensorProto tensor, DataType type, int elements) throws OnnxException {
        int count = switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            case UINT32, UINT64 -> tensor.getUint64DataCount();
            default -> tensor.getInt32DataCount();
        };
        if (count != fields(tensor)) {
            throw fault(tensor, "of the type " + type + " has its data in the field of another type");
        }
        // The field has bytes of two elements of 4 bits.
        if (count != (type == DataType.INT4 || type == DataType.UINT4 ? bytes(type, elements) : elements)) {
            throw fault(tensor, "has " + count + " elements of data, but its shape "
                    + MessageText.plain(tensor.getDimsList().toString()) + " takes " + elements);
        }
    }

    private float[] floats(TensorProto tensor, DataType type, ByteBuffer raw, int elements) throws OnnxException {
        float[] floats = new float[elements];
        if (raw != null && type == DataType.FLOAT) {
            raw.asFloatBuffer().get(floats);
            return floats;
        }
        for (int i = 0; i < elements; i++) {
            floats[i] = switch (type) {
                case FLOAT -> tensor.getFloatData(i);
                case DOUBLE -> narrowed(tensor, raw == null ? tensor.getDoubleData(i) : raw.getDouble(), i);
                case FLOAT16 -> Float.float16ToFloat(raw == null ? (short) tensor.getInt32Data(i) : raw.getShort());
                default -> Float.intBitsToFloat((raw == null ? tensor.getInt32Data(i) : raw.getShort()) << 16);
            };
        }
        return floats;
    }

    private float narrowed(TensorProto tensor, double value, int i) throws OnnxException {
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
            throw fault(tensor, "holds " + value + " at element " + i + ", too large for float32");
        }
        return narrow;
    }

    private long[] integers(TensorProto tensor, DataType type, ByteBuffer raw, int elements) throws OnnxException {
        long[] integers = new long[elements];
        if (type == DataType.INT4 || type == DataType.UINT4) {
            for (int i = 0; i < elements; i++) {
                // The first of two is in the low bits.
                int pair = raw == null ? tensor.getInt32Data(i / 2) : raw.get(i / 2);
                int bits = pair >> i % 2 * 4 & 0xf;
                integers[i] = type == DataType.INT4 && bits > 7 ? bits - 16 : bits;
            }
            return integers;
        }
        for (int i = 0; i < elements; i++) {
            integers[i] = switch (type) {
                case INT64 -> raw == null ? tensor.getInt64Data(i) : raw.getLong();
                case UINT64 -> raw == null ? tensor.getUint64Data(i) : raw.getLong();
                case INT32 -> raw == null ? tensor.getInt32Data(i) : raw.getInt();
                case UINT32 -> raw == null ? tensor.getUint64Data(i) : raw.getInt() & 0xffffffffL;
                case INT16 -> raw == null ? tensor.getInt32Data(i) : raw.getShort();
                case UINT16 -> raw == null ? tensor.getInt32Data(i) : raw.getShort() & 0xffff;
                case INT8 -> raw == null ? tensor.getInt32Data(i) : raw.get();
                default -> raw == null ? tensor.getInt32Data(i) : raw.get() & 0xff;
            };
            checkRange(tensor, type, integers[i], i);
        }
        return integers;
    }

    private void checkRange(TensorProto tensor, DataType type, long value, int i) throws OnnxException {
        boolean fits = switch (type) {
            case INT16 -> value == (short) value;
            case INT8 -> value == (byte) value;
            case UINT8 -> value == (value & 0xff);
            case UINT16 -> value == (value & 0xffff);
            case UINT32 -> value == (value & 0xffffffffL);
            case UINT64 -> value >= 0;
            case BOOL -> value == 0 || value == 1;
            default -> true;
        };
        if (!fits) {
            throw fault(tensor, "of the type " + type + " holds " + (type == DataType.UINT64
                    ? Long.toUnsignedString(value) + " at element " + i + ", more than is computed with"
                    : value + " at element " + i));
        }
    }

    /** A sparse tensor with its zeros. */
    OnnxTensor dense(SparseTensorProto proto) throws OnnxException {
        TensorProto values = proto.getValues();
        OnnxTensor stored = tensor(values);
        OnnxTensor places = tensor(proto.getIndices());
        List<Integer> shape = shape(values, proto.getDimsList());
        long elements = elements(shape);
        sparse += elements;
        if (sparse > MAX_SPARSE) {
            throw fault(values, "is sparse and brings the elements of such tensors to " + sparse + ", more than "
                    + MAX_SPARSE);
        }
        int count = stored.elements();
        boolean linear = places.shape().equals(List.of(count));
        if (places.kind() != Kind.INTEGER || !linear && !places.shape().equals(List.of(count, shape.size()))) {
            throw fault(values, "is sparse, with " + count + " values and indices of shape " + places.shape());
        }
        float[] floats = stored.kind() == Kind.FLOAT ? new float[(int) elements] : null;
        long[] integers = floats == null ? new long[(int) elements] : null;
        for (int i = 0; i < count; i++) {
            long at = linear ? places.integers()[i] : place(values, places.integers(), i, shape);
            if (at < 0 || at >= elements) {
                throw fault(values, "is sparse, with a value at " + at + " of " + elements);
            }
            if (floats != null) {
                floats[(int) at] = stored.floats()[i];
            } else {
                integers[(int) at] = stored.integers()[i];
            }
        }
        return new OnnxTensor(stored.kind(), shape, floats, integers);
    }

    private long place(TensorProto values, long[] indices, int i, List<Integer> shape) throws OnnxException {
        long at = 0;
        for (int axis = 0; axis < shape.size(); axis++) {
            long index = indices[i * shape.size() + axis];
            if (index < 0 || index >= shape.get(axis)) {
                throw fault(values, "is sparse, with a value at " + index + " of an axis of " + shape.get(axis));
            }
            at = at * shape.get(axis) + index;
        }
        return at;
    }
}
