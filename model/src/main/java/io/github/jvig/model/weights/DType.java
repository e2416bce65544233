package io.github.jvig.model.weights;

import java.nio.ByteBuffer;

/** Element types of checkpoints, named as safetensors names them. */
enum DType {
    F64(8), F32(4), F16(2), BF16(2), I64(8), I32(4), I16(2), I8(1), U8(1), BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element. */
    int bytes() {
        return bytes;
    }

    /** Whether it is one of the types of weights; those of counters and masks are not. */
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
        };
    }
}
