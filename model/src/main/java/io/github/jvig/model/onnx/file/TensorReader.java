package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Reads the tensors of an ONNX file, whatever their elements are stored as. */
final class TensorReader {
    private TensorReader() {
    }

    /** The kind that a file's element type is computed as; null for one that is not read. */
    static Kind kind(int type) {
        return switch (TensorProto.DataType.forNumber(type)) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> Kind.FLOAT;
            case INT64, INT32, INT16, INT8, UINT8, UINT16, UINT32, UINT64 -> Kind.INTEGER;
            case BOOL -> Kind.BOOLEAN;
            case null, default -> null;
        };
    }

    static OnnxTensor tensor(String source, TensorProto tensor) throws OnnxException {
        Kind kind = kind(tensor.getDataType());
        if (kind == null) {
            throw new OnnxException(source + ": the tensor " + tensor.getName() + " is of the type "
                    + TensorProto.DataType.forNumber(tensor.getDataType()) + ", which is not read");
        }
        List<Integer> shape = tensor.getDimsList().stream().map(Math::toIntExact).toList();
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        ByteBuffer raw = tensor.hasRawData()
                ? tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
                : null;
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        if (kind == Kind.FLOAT) {
            float[] floats = new float[elements];
            for (int i = 0; i < elements; i++) {
                floats[i] = switch (type) {
                    case FLOAT -> raw == null ? tensor.getFloatData(i) : raw.getFloat();
                    case DOUBLE -> (float) (raw == null ? tensor.getDoubleData(i) : raw.getDouble());
                    case FLOAT16 -> Float.float16ToFloat(
                            raw == null ? (short) tensor.getInt32Data(i) : raw.getShort());
                    default -> Float.intBitsToFloat((raw == null ? tensor.getInt32Data(i) : raw.getShort()) << 16);
                };
            }
            return OnnxTensor.of(shape, floats);
        }
        long[] integers = new long[elements];
        for (int i = 0; i < elements; i++) {
            integers[i] = switch (type) {
                case INT64, UINT64 -> raw != null
                        ? raw.getLong()
                        : type == TensorProto.DataType.INT64 ? tensor.getInt64Data(i) : tensor.getUint64Data(i);
                case INT32 -> raw == null ? tensor.getInt32Data(i) : raw.getInt();
                case UINT32 -> raw == null ? tensor.getUint64Data(i) : raw.getInt() & 0xffffffffL;
                case INT16 -> raw == null ? tensor.getInt32Data(i) : raw.getShort();
                case UINT16 -> raw == null ? tensor.getInt32Data(i) : raw.getShort() & 0xffff;
                case INT8 -> raw == null ? tensor.getInt32Data(i) : raw.get();
                default -> raw == null ? tensor.getInt32Data(i) : raw.get() & 0xff;
            };
        }
        return new OnnxTensor(kind, shape, null, integers);
    }
}
