package io.github.jvig.model.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles by hand, opcode by opcode, also ones that no pickler would write. */
final class PickleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static PickleBytes pickle() {
        return new PickleBytes().op(0x80, 2);
    }

    /** Opcodes, or arguments of one byte. */
    PickleBytes op(int... codes) {
        for (int code : codes) {
            out.write(code);
        }
        return this;
    }

    /** Opcodes that have a letter. */
    PickleBytes op(String letters) {
        out.writeBytes(letters.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleBytes repeat(int times, String letters) {
        return op(letters.repeat(times));
    }

    PickleBytes global(String module, String name) {
        return op("c" + module + "\n" + name + "\n");
    }

    PickleBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return op("X").little(bytes.length, 4).bytes(bytes);
    }

    PickleBytes integer(long value) {
        return op(0x8A, 8).little(value, 8);
    }

    PickleBytes tuple(long... values) {
        op("(");
        for (long value : values) {
            integer(value);
        }
        return op("t");
    }

    /** A little-endian number. */
    PickleBytes little(long value, int bytes) {
        out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), 0, bytes);
        return this;
    }

    PickleBytes bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A storage of float32 by its persistent id. */
    PickleBytes storage(String key, long count) {
        return op("(").text("storage").global("torch", "FloatStorage").text(key).text("cpu").integer(count).op("tQ");
    }

    /** A float32 tensor. */
    PickleBytes tensor(String key, long count, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2").op("(").storage(key, count).integer(offset).tuple(shape)
                .tuple(strides)
                .op(0x89).global("collections", "OrderedDict").op(")Rt").op("R");
    }

    /** The pickle, ended. */
    byte[] stop() {
        return op(".").toBytes();
    }

    /** What was written so far. */
    byte[] toBytes() {
        return out.toByteArray();
    }
}
