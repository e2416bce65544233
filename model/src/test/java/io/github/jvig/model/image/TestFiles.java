package io.github.jvig.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Test resources, and images made by hand so that nothing but the reader under test has a say in their pixels. */
public final class TestFiles {
    public static final int GRAY = 0;
    public static final int RGB = 2;
    public static final int PALETTE = 3;
    public static final int GRAY_ALPHA = 4;
    public static final int RGBA = 6;

    private TestFiles() {
    }

    public static byte[] resource(String name) {
        try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(resource(name));
    }

    public static RgbImage decode(byte[] file) throws ImageException {
        return Images.read(new ByteArrayInputStream(file), "test image", Orientation.STORED);
    }

    /** The bytes of a uint8 array of .npy version 1. */
    public static byte[] npy(String name) {
        byte[] file = resource(name);
        int header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getShort(8) & 0xffff;
        return Arrays.copyOfRange(file, 10 + header, file.length);
    }

    /** Bytes from unsigned values. */
    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** A PNG of raw rows (without filter bytes), with further chunks between header and pixels as {@link #chunk} makes them. */
    public static byte[] png(int width, int height, int bits, int type, byte[] rows, byte[]... chunks) {
        int rowBytes = rows.length / height;
        ByteArrayOutputStream filtered = new ByteArrayOutputStream();
        for (int y = 0; y < height; y++) {
            filtered.write(0);
            filtered.write(rows, y * rowBytes, rowBytes);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'));
        file.writeBytes(chunk("IHDR",
                ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bits).put((byte) type).array()));
        for (byte[] chunk : chunks) {
            file.writeBytes(chunk);
        }
        file.writeBytes(chunk("IDAT", deflate(filtered.toByteArray())));
        file.writeBytes(chunk("IEND", new byte[0]));
        return file.toByteArray();
    }

    public static byte[] chunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.US_ASCII));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length).putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .putInt((int) crc.getValue()).array();
    }

    public static byte[] deflate(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataOutputStream deflater = new DataOutputStream(new DeflaterOutputStream(out, new Deflater()))) {
            deflater.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** An image without regularities that a swapped axis or channel would survive. */
    public static RgbImage pattern(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 2654435761L >> 7);
        }
        return new RgbImage(width, height, rgb);
    }
}
