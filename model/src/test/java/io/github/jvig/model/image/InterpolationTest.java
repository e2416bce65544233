package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InterpolationTest {
    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void theSameSizeIsTheSameImage(Interpolation filter) {
        RgbImage image = TestFiles.pattern(13, 9);
        assertArrayEquals(image.rgb(), filter.resize(image, 13, 9).rgb());
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void anEvenImageStaysEven(Interpolation filter) {
        byte[] rgb = new byte[3 * 31 * 17];
        Arrays.fill(rgb, (byte) 201);
        RgbImage resized = filter.resize(new RgbImage(31, 17, rgb), 8, 40);
        byte[] expected = new byte[3 * 8 * 40];
        Arrays.fill(expected, (byte) 201);
        assertArrayEquals(expected, resized.rgb());
    }

    @ParameterizedTest
    @CsvSource({"BICUBIC, 40, 23", "BICUBIC, 9, 61", "BILINEAR, 40, 23", "BILINEAR, 9, 61"})
    void aWindowIsAWindowOfTheWhole(Interpolation filter, int width, int height) {
        RgbImage image = TestFiles.pattern(27, 35);
        RgbImage whole = filter.resize(image, width, height);
        RgbImage window = filter.resize(image, width, height, new Crop(2, 5, 6, 11));
        for (int y = 0; y < 11; y++) {
            int from = ((y + 5) * width + 2) * 3;
            assertArrayEquals(Arrays.copyOfRange(whole.rgb(), from, from + 18),
                    Arrays.copyOfRange(window.rgb(), y * 18, y * 18 + 18));
        }
    }

    /** Against the definition in double precision: two roundings, so at most one level away. */
    @ParameterizedTest
    @CsvSource({"BICUBIC, 40, 23", "BICUBIC, 9, 61", "BICUBIC, 1, 1", "BILINEAR, 40, 23", "BILINEAR, 9, 61",
            "BILINEAR, 1, 1"})
    void theFilterIsTheDefinition(Interpolation filter, int width, int height) {
        RgbImage image = TestFiles.pattern(27, 35);
        RgbImage resized = filter.resize(image, width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    double expected = defined(filter, image, x, y, c, width, height);
                    assertEquals(Math.clamp(expected, 0, 255), resized.rgb()[(y * width + x) * 3 + c] & 0xff, 2.0);
                }
            }
        }
    }

    private static double defined(Interpolation filter, RgbImage image, int x, int y, int c, int width, int height) {
        double sum = 0;
        double weights = 0;
        for (int v = 0; v < image.height(); v++) {
            double row = 0;
            double rowWeights = 0;
            for (int u = 0; u < image.width(); u++) {
                double weight = weight(filter, x, u, image.width(), width);
                row += weight * (image.rgb()[(v * image.width() + u) * 3 + c] & 0xff);
                rowWeights += weight;
            }
            double weight = weight(filter, y, v, image.height(), height);
            sum += weight * Math.clamp(row / rowWeights, 0, 255);
            weights += weight;
        }
        return sum / weights;
    }

    private static double weight(Interpolation filter, int output, int input, int in, int out) {
        double scale = (double) in / out;
        double t = Math.abs((input + 0.5 - (output + 0.5) * scale) / Math.max(scale, 1));
        if (filter == Interpolation.BILINEAR) {
            return t < 1 ? 1 - t : 0;
        }
        return t < 1 ? 1.5 * t * t * t - 2.5 * t * t + 1 : t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0;
    }

    @Test
    void sizesBelowOne() {
        RgbImage image = TestFiles.pattern(3, 3);
        assertThrows(IllegalArgumentException.class, () -> Interpolation.BICUBIC.resize(image, 0, 3));
        assertThrows(IllegalArgumentException.class, () -> Interpolation.BICUBIC.resize(image, 3, -1));
    }
}
