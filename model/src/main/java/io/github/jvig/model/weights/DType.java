package io.github.jvig.model.weights;

import java.nio.ByteBuffer;

/**
 * Element types of checkpoints. Those of weights and of counters are named as safetensors names them; the others are known only so that a
 * reader can step over them.
 */
enum DType {
    F64(8, "DoubleStorage", "float64"), F32(4, "FloatStorage", "float32"), F16(2, "HalfStorage", "float16"),
    BF16(2, "BFloat16Storage", "bfloat16"), I64(8, "LongStorage", "int64"), I32(4, "IntStorage", "int32"),
    I16(2, "ShortStorage", "int16"), I8(1, "CharStorage", "int8"), U8(1, "ByteStorage", "uint8"),
    BOOL(1, "BoolStorage", "bool"), U16(2, "", "uint16"), U32(4, "", "uint32"), U64(8, "", "uint64"),
    C32(4, "ComplexHalfStorage", "complex32"), C64(8, "ComplexFloatStorage", "complex64"),
    C128(16, "ComplexDoubleStorage", "complex128"), QINT8(1, "QInt8Storage", "qint8"),
    QUINT8(1, "QUInt8Storage", "quint8"), QINT32(4, "QInt32Storage", "qint32"),
    QUINT4X2(1, "QUInt4x2Storage", "quint4x2"), QUINT2X4(1, "QUInt2x4Storage", "quint2x4"),
    F8_E4M3(1, "", "float8_e4m3fn"), F8_E5M2(1, "", "float8_e5m2"), F8_E4M3FNUZ(1, "", "float8_e4m3fnuz"),
    F8_E5M2FNUZ(1, "", "float8_e5m2fnuz"), F8_E8M0(1, "", "float8_e8m0fnu"), BYTES(1, "UntypedStorage", "bytes");

    private final int bytes;
    private final String storage;
    private final String torch;

    DType(int bytes, String storage, String torch) {
        this.bytes = bytes;
        this.storage = storage;
        this.torch = torch;
    }

    /** Size of one element. */
    int bytes() {
        return bytes;
    }

    /** PyTorch's name of the type, for messages. */
    String torchName() {
        return torch;
    }

    /** The element type of one of PyTorch's storage classes, or null. */
    static DType ofStorage(String name) {
        for (DType type : values()) {
            if (!name.isEmpty() && type.storage.equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** The type of that name in PyTorch, or null. */
    static DType ofTorch(String name) {
        for (DType type : values()) {
            if (type != BYTES && type.torch.equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Whether it is one of the types of weights that are read; those of counters and masks are not. */
    boolean isFloat() {
        return switch (this) {
            case F64, F32, F16, BF16 -> true;
            default -> false;
        };
    }

    /**
     * One element. Exact for all but I64 beyond 2^53.
     *
     * @param raw   little-endian elements
     * @param index counted in elements
     * @throws IllegalStateException for the types that nothing here needs the values of
     */
    double value(ByteBuffer raw, int index) {
        return switch (this) {
            case F64 -> raw.getDouble(index * 8);
            case F32 -> raw.getFloat(index * 4);
            case F16 -> Float.float16ToFloat(raw.getShort(index * 2));
            // bfloat16 is the upper half of a float32.
            case BF16 -> Float.intBitsToFloat(raw.getShort(index * 2) << 16);
            case I64 -> raw.getLong(index * 8);
            case I32 -> raw.getInt(index * 4);
            case I16 -> raw.getShort(index * 2);
            case I8 -> raw.get(index);
            case U8, BOOL -> raw.get(index) & 0xFF;
            default -> throw new IllegalStateException("values of " + this);
        };
    }
}
