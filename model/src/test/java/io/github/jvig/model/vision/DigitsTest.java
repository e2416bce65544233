package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.image.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digits net's input and the sample images that are built in. */
class DigitsTest {
    private static final int SIDE = 64;

    private static RgbImage gray(int width, int height, int[] values) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return RgbImage.ofRgb(width, height, rgb);
    }

    private static int[] toBytes(JsonNode pixels) {
        int[] values = new int[64];
        for (int i = 0; i < 64; i++) {
            values[i] = Math.round(pixels.get(i).asInt() * 255 / 16f);
        }
        return values;
    }

    /** What the net was trained on: v/16, interpolated to 64x64 between half-pixel centers, (v - 0.5) / 0.5. In double precision. */
    private static double reference(double[] unit, int side, int x, int y) {
        double atX = Math.max(0, (x + 0.5) * side / SIDE - 0.5);
        double atY = Math.max(0, (y + 0.5) * side / SIDE - 0.5);
        double sum = 0;
        for (int v = 0; v < side; v++) {
            for (int u = 0; u < side; u++) {
                double weightX = Math.max(0, 1 - Math.abs(Math.min(atX, side - 1) - u));
                double weightY = Math.max(0, 1 - Math.abs(Math.min(atY, side - 1) - v));
                sum += weightX * weightY * unit[v * side + u];
            }
        }
        return (sum - 0.5) / 0.5;
    }

    @Test
    void imagesOfEightBitsAreTheTrainingInputs() throws IOException {
        JsonNode images = TestFiles.json("digits_test.json").get("images");
        assertEquals(360, images.size());
        for (int i = 0; i < images.size(); i += 24) {
            double[] unit = new double[64];
            for (int j = 0; j < 64; j++) {
                unit[j] = images.get(i).get(j).asInt() / 16.0;
            }
            float[] planes = Transform.digits().apply(gray(8, 8, toBytes(images.get(i))));
            for (int at = 0; at < SIDE * SIDE; at++) {
                // Half a level of 255 is lost in the 8-bit image; the values' range is 2.
                assertEquals(reference(unit, 8, at % SIDE, at / SIDE), planes[at], 1.0 / 255);
            }
        }
    }

    @Test
    void theFirstImageIsPyTorchs() throws IOException {
        JsonNode test = TestFiles.json("digits_test.json");
        float[] planes = Transform.digits().apply(gray(8, 8, toBytes(test.get("images").get(0))));
        for (JsonNode sample : test.get("preprocessed0")) {
            JsonNode index = sample.get("index");
            int at = (index.get(1).asInt() * SIDE + index.get(2).asInt()) * SIDE + index.get(3).asInt();
            assertEquals(sample.get("value").floatValue(), planes[at], 1f / 255);
        }
    }

    @ParameterizedTest
    @CsvSource({"8", "17", "63"})
    void enlargingIsTheDefinition(int side) {
        int[] values = new int[side * side];
        double[] unit = new double[side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 37 % 256;
            unit[i] = values[i] / 255.0;
        }
        float[] planes = Transform.digits().apply(gray(side, side, values));
        for (int at = 0; at < SIDE * SIDE; at++) {
            assertEquals(reference(unit, side, at % SIDE, at / SIDE), planes[at], 2e-5);
        }
        assertArrayEquals(Arrays.copyOf(planes, SIDE * SIDE), Arrays.copyOfRange(planes, SIDE * SIDE, 2 * SIDE * SIDE));
        assertArrayEquals(Arrays.copyOf(planes, SIDE * SIDE),
                Arrays.copyOfRange(planes, 2 * SIDE * SIDE, 3 * SIDE * SIDE));
    }

    /** Left and right of the middle square are a color that must not show. */
    @ParameterizedTest
    @CsvSource({"24, 8", "8, 24", "192, 64", "384, 128"})
    void theMiddleSquareIsTaken(int width, int height) {
        int side = Math.min(width, height);
        int[] values = new int[width * height];
        for (int i = 0; i < values.length; i++) {
            int along = width > height ? i % width : i / width;
            values[i] = along >= side && along < 2 * side ? 255 : 0;
        }
        float[] planes = Transform.digits().apply(gray(width, height, values));
        for (int at = 0; at < SIDE * SIDE; at++) {
            int along = width > height ? at % SIDE : at / SIDE;
            // Within one source pixel of the edge the two colors mix.
            if (along >= SIDE / 8 && along < SIDE - SIDE / 8) {
                assertEquals(1f, planes[at]);
            }
        }
    }

    @Test
    void largeImagesAreShrunkWithoutAliasing() {
        int[] checkers = new int[256 * 256];
        for (int i = 0; i < checkers.length; i++) {
            checkers[i] = (i % 256 + i / 256) % 2 * 255;
        }
        for (float value : Transform.digits().apply(gray(256, 256, checkers))) {
            assertEquals(0f, value, 0.05f);
        }
    }

    @Test
    void colorBecomesLuma() {
        float[] planes = Transform.digits().apply(RgbImage.ofRgb(1, 1, TestFiles.bytes(255, 0, 0)));
        assertEquals((76 / 255f - 0.5f) / 0.5f, planes[0]);
    }

    @Test
    void twoSamplesOfEachDigitAreBuiltIn() throws IOException {
        JsonNode test = TestFiles.json("digits_test.json");
        for (int digit = 0; digit < 10; digit++) {
            for (String letter : new String[]{"a", "b"}) {
                String name = digit + "-" + letter + ".png";
                assertTrue(DigitSamples.names().contains(name), name);
                RgbImage sample;
                try (InputStream in = DigitSamples.open(name)) {
                    sample = Images.read(in, name, Orientation.STORED);
                }
                assertEquals(8, sample.width());
                assertEquals(8, sample.height());
                assertTrue(isRightlyClassified(test, sample, digit), name);
            }
        }
        assertEquals(20, DigitSamples.names().size());
        var refused = assertThrows(IllegalArgumentException.class, () -> DigitSamples.open("10-a.png"));
        assertTrue(refused.getMessage().contains("'10-a.png'"), refused::getMessage);
    }

    private static boolean isRightlyClassified(JsonNode test, RgbImage sample, int digit) {
        for (int i = 0; i < test.get("images").size(); i++) {
            if (test.get("labels").get(i).asInt() == digit && test.get("pred").get(i).asInt() == digit
                    && Arrays.equals(gray(8, 8, toBytes(test.get("images").get(i))).toRgb(), sample.toRgb())) {
                return true;
            }
        }
        return false;
    }
}
