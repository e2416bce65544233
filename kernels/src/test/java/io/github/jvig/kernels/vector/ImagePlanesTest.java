package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images from planes into maps: element by element as the layout says, whatever the sizes, offsets and rows. */
class ImagePlanesTest {
    private static final int CASES = 300;

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    @Test
    void bringsRowsOfImagesIn() {
        Random random = new Random(11);
        for (int i = 0; i < CASES; i++) {
            int height = 1 + random.nextInt(6);
            int width = 1 + random.nextInt(70);
            int channels = random.nextInt(3) > 0 ? 3 : 1 + random.nextInt(20);
            MapLayout map = random.nextBoolean()
                    ? MapLayout.unpadded(height, width, channels)
                    : MapLayout.of(height, width, channels);
            int chwOffset = random.nextInt(5);
            float[] chw = new float[chwOffset + channels * map.pixels()];
            for (int j = 0; j < chw.length; j++) {
                chw[j] = j % 7 == 0 ? Float.NaN : random.nextFloat();
            }
            int mapOffset = random.nextInt(5);
            int from = random.nextInt(height + 1);
            int to = from + random.nextInt(height + 1 - from);
            float[] out = new float[mapOffset + map.length() + 3];
            Arrays.fill(out, -1);
            float[] expected = out.clone();
            for (int p = from * width; p < to * width; p++) {
                for (int c = 0; c < map.stride(); c++) {
                    expected[mapOffset + p * map.stride() + c] = c < channels
                            ? chw[chwOffset + c * map.pixels() + p]
                            : 0;
                }
            }
            KernelProvider.vector().fromPlanes(map, chw, chwOffset, out, mapOffset, from, to);
            assertArrayEquals(expected, out, map + ", rows " + from + " to " + to);
        }
    }

    @Test
    void refusesArraysThatAreTooShort() {
        MapLayout map = MapLayout.unpadded(2, 40, 3);
        float[] whole = new float[map.length()];
        float[] less = new float[map.length() - 1];
        KernelProvider kernels = KernelProvider.vector();
        assertThrows(IndexOutOfBoundsException.class, () -> kernels.fromPlanes(map, less, 0, whole, 0, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> kernels.fromPlanes(map, whole, 0, less, 0, 0, 2));
    }
}
