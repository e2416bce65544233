package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Cells with images in all forms, without a Spark session. */
class ImageCellsTest {
    private static final byte[] BYTES = {1, 2, 3, (byte) 200, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    private static Row image(Object height, Object width, Object channels, Object mode, byte[] data) {
        return new GenericRowWithSchema(new Object[]{"o.png", height, width, channels, mode, data},
                ImageSchema.columnSchema());
    }

    private static String error(Object cell) {
        return assertThrows(ImageException.class,
                () -> ImageCells.input(cell, null, new Configuration()).read(Orientation.STORED)).getMessage();
    }

    private static byte[] first(int bytes) {
        return java.util.Arrays.copyOf(BYTES, bytes);
    }

    @Test
    void modesOfEightBitsAreRead() throws IOException {
        // Height 1 and width 2; mode, channels, then red, green and blue of both pixels.
        int[][] cases = {{0, 1, 1, 1, 1, 2, 2, 2}, {16, 3, 3, 2, 1, 6, 5, 200}, {24, 4, 3, 2, 1, 7, 6, 5}};
        for (int[] expected : cases) {
            RgbImage pixels = ImageCells.input(image(1, 2, expected[1], expected[0], first(2 * expected[1])), null,
                    new Configuration()).read(Orientation.STORED);
            byte[] rgb = pixels.toRgb();
            for (int i = 0; i < 6; i++) {
                assertEquals(expected[2 + i], rgb[i] & 0xff, "mode " + expected[0] + ", byte " + i);
            }
        }
    }

    @Test
    void otherModesHaveAReason() {
        // Signed, 16 bits, floats; unknown; channels that are not the mode's.
        int[][] cases = {{1, 1}, {17, 3}, {18, 3}, {21, 3}, {8, 2}, {-1, 3}, {16, 4}, {24, 3}, {0, 3}};
        for (int[] other : cases) {
            String message = error(image(1, 1, other[1], other[0], first(other[1])));
            assertTrue(message.startsWith("o.png: its pixels are of mode " + other[0] + " with " + other[1]), message);
        }
        assertTrue(error(image(1, 1, 3, 16, first(12))).contains("12 bytes are not an image of 1x1"));
        assertTrue(error(image(1 << 16, 1 << 16, 1, 0, first(1))).contains("1 bytes are not an image of 65536x65536"));
        assertEquals("o.png: Spark could not read the image", error(image(-1, -1, -1, -1, first(0))));
        assertEquals("o.png: there is no image: the field height is null", error(image(null, 1, 3, 16, first(3))));
        assertEquals("o.png: there is no image: the field data is null", error(image(1, 1, 3, 16, null)));
    }

    @Test
    void onlyTheWholeStructIsAnImage() {
        assertTrue(ImageCells.isImage(ImageSchema.columnSchema()));
        assertFalse(ImageCells.isImage(new StructType().add("data", DataTypes.BinaryType)));
        StructType wide = new StructType().add("origin", "string").add("height", "bigint").add("width", "int")
                .add("nChannels", "int").add("mode", "int").add("data", "binary");
        assertFalse(ImageCells.isImage(wide));
    }

    @Test
    void anImageThatDoesNotFitIntoMemoryHasAReason() {
        ImageInput huge = new ImageInput("huge.png", _ -> {
            throw new OutOfMemoryError("heap");
        });
        String message = assertThrows(ImageException.class, () -> ImageCells.prepare(huge,
                Models.info("digits").preprocessing().transform(8, 8), Orientation.STORED)).getMessage();
        assertTrue(message.startsWith("huge.png: ") && message.contains("spark.executor.memory"), message);
    }

    @Test
    void namesOfEveryKindAreRead(@TempDir Path folder) throws IOException {
        for (String name : new String[]{"a b.png", "100%20.png", "IMG 12:30.png", "#?&;.png", "[x]{y}*.png",
                "\u00fc\u4e2d\ud83d\ude00.png", "line\nbreak.png", "back\\slash.png"}) {
            Path file = Files.write(folder.resolve(name), TestImages.content(1, "png"));
            for (String written : new String[]{file.toString(), "file:" + file, "file://" + file}) {
                ImageCells.input(written, null, new Configuration()).read(Orientation.STORED);
            }
        }
        assertTrue(error("12:30.png").contains("a folder in front"), error("12:30.png"));
        assertTrue(error("s3://bucket/a.png").contains("write s3a: and add the jar"), error("s3://bucket/a.png"));
        assertTrue(error("s3a://bucket/a.png").contains("has no file system for s3a:"), error("s3a://bucket/a.png"));
        assertTrue(error("").contains("not the name of a file"), error(""));
        assertTrue(error(folder.toString()).startsWith(folder + ": "), error(folder.toString()));
    }

    /** Reading a pipe would wait for who writes into it. */
    @Test
    @Timeout(30)
    @DisabledOnOs(OS.WINDOWS)
    void whatIsNoFileIsNotWaitedFor(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe.png");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertEquals(pipe + ": can't be read: not a regular file", error(pipe.toString()));
    }
}
