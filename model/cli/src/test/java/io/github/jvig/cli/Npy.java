package io.github.jvig.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code .npy} files byte by byte. */
final class Npy {
    private Npy() {
    }

    /** Writes a file with this dict, valid or not, and these bytes of elements. */
    static Path write(Path file, int version, String dict, byte[] elements) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        byte[] header = (dict + "\n").getBytes(StandardCharsets.ISO_8859_1);
        bytes.write(header.length);
        bytes.write(header.length >> 8);
        bytes.write(version == 1 ? new byte[0] : new byte[2]);
        bytes.write(header);
        bytes.write(elements);
        return Files.write(file, bytes.toByteArray());
    }

    static String dict(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    }

    static Path float32(Path file, String shape, float... values) throws IOException {
        ByteBuffer elements = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        elements.asFloatBuffer().put(values);
        return write(file, 1, dict("<f4", shape), elements.array());
    }

    /** Reads all elements of a file with {@link NpyReader}. */
    static float[] read(Path file) throws IOException {
        try (NpyReader reader = new NpyReader(file)) {
            int length = 1;
            for (long size : reader.shape()) {
                length *= (int) size;
            }
            float[] values = new float[length];
            reader.read(values, length);
            return values;
        }
    }
}
