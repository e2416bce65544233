package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tag of a predictor counts with the kinds of compression for which libtiff, and so PIL, has it. What is expected is what PIL shows. */
class TiffPredictorTest {
    private static final int UNCOMPRESSED = 1;
    private static final int DEFLATE = 8;
    private static final int PACK_BITS = 32773;
    private static final byte[] STORED = {10, 1, 2, 3};

    /** A gray TIFF of one row, with horizontal differencing by its tag. */
    private static byte[] tiff(int compression, byte[] strip) {
        int[][] tags = {{256, STORED.length}, {257, 1}, {258, 8}, {259, compression}, {262, 1}, {273, 8}, {277, 1},
                {278, 1}, {279, strip.length},
                {317, 2}};
        int directory = 8 + strip.length + strip.length % 2;
        ByteBuffer file = ByteBuffer.allocate(directory + 2 + 12 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(directory).put(strip).position(directory);
        file.putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) 4).putInt(1).putInt(tag[1]);
        }
        return file.array();
    }

    private static byte[] gray(int compression, byte[] strip) throws ImageException {
        byte[] rgb = Images.read(tiff(compression, strip), "gray.tif").toRgb();
        byte[] gray = new byte[rgb.length / 3];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = rgb[3 * i];
        }
        return gray;
    }

    @Test
    void deflatedDifferencesAreSummed() throws ImageException {
        Deflater deflater = new Deflater();
        deflater.setInput(STORED);
        deflater.finish();
        byte[] strip = new byte[64];
        strip = Arrays.copyOf(strip, deflater.deflate(strip));
        deflater.end();
        assertArrayEquals(new byte[]{10, 11, 13, 16}, gray(DEFLATE, strip));
    }

    @ParameterizedTest
    @ValueSource(ints = {UNCOMPRESSED, PACK_BITS})
    void othersAreShownAsStored(int compression) throws ImageException {
        byte[] literal = {(byte) (STORED.length - 1), STORED[0], STORED[1], STORED[2], STORED[3]};
        assertArrayEquals(STORED, gray(compression, compression == PACK_BITS ? literal : STORED));
    }
}
