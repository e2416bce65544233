package io.github.jvig.kernels.vector.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every tile of a convolution finds its windows, in the map or in copies, whatever the window, the map and the tile. */
class ConvWindowsTest {
    private static final int MAPS = 3000;

    @Test
    void everyTileFindsItsWindows() {
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < MAPS; i++) {
            Window.Axis down = axis(random);
            Window.Axis across = axis(random);
            int height = down.extent() + random.nextInt(12);
            int width = across.extent() + random.nextInt(40);
            int channels = 1 + random.nextInt(3);
            Window window = new Window(down, across);
            MapLayout in = MapLayout.unpadded(height, width, channels);
            read += check(in, window, 1 + random.nextInt(8), random);
        }
        assertTrue(read > MAPS, "tiles that read the map: " + read);
    }

    private static Window.Axis axis(Random random) {
        return new Window.Axis(1 + random.nextInt(4), 1 + random.nextInt(3), random.nextInt(4) - 1,
                random.nextInt(4) - 1, 1 + random.nextInt(2));
    }

    /** The tiles that read the map. */
    private static int check(MapLayout in, Window window, int tile, Random random) {
        if (in.height() + window.rows().padBefore() + window.rows().padAfter() < window.rows().extent()
                || in.width() + window.columns().padBefore() + window.columns().padAfter() < window.columns()
                        .extent()) {
            return 0;
        }
        int outHeight = window.rows().outputSize(in.height());
        int outWidth = window.columns().outputSize(in.width());
        ConvWindows windows = ConvWindows.inPlace(in, window, outWidth, tile);
        int first = random.nextInt(outHeight);
        int end = first + 1 + random.nextInt(outHeight - first);
        float[] map = new float[in.length()];
        for (int i = 0; i < map.length; i++) {
            map[i] = 1 + i;
        }
        float[] copy = new float[windows.rows().length(end - first)];
        // What is not copied is not what a window sees.
        Arrays.fill(copy, Float.NaN);
        windows.copy(map, 0, copy, 0, first, end);
        int inMap = 0;
        for (int y = first; y < end; y++) {
            checkRuns(windows, y, outWidth, tile);
            for (int next = 0; next < outWidth && outWidth >= tile; next += tile) {
                int x = Math.min(next, outWidth - tile);
                boolean reads = windows.inMap(y, x);
                inMap += reads ? 1 : 0;
                for (int i = 0; i < tile; i++) {
                    float[] expected = window(in, window, map, y, x + i);
                    float[] actual = reads
                            ? floats(map, windows.mapOffset(y, x) + i * windows.pixelStep(),
                                    windows.table(windows.mapRuns()))
                            : floats(copy, windows.copiedOffset(y - first, x) + i * windows.pixelStep(),
                                    windows.table(windows.copiedRuns()));
                    assertEquals(Arrays.toString(expected), Arrays.toString(actual),
                            () -> in + " " + window + ", tiles of " + tile);
                }
            }
        }
        return inMap;
    }

    /** Runs of tiles cover a row, and none of them changes from the map to copies or back. */
    private static void checkRuns(ConvWindows windows, int y, int outWidth, int tile) {
        int end;
        for (int next = 0; next < outWidth && outWidth >= tile; next = end) {
            int x = Math.min(next, outWidth - tile);
            end = windows.endOfTiles(y, x, outWidth, tile);
            assertTrue(end >= x + tile && end <= outWidth, () -> windows + ", tiles of " + tile);
            for (int i = x; i < end; i += tile) {
                int start = Math.min(i, end - tile);
                assertEquals(windows.inMap(y, x), windows.inMap(y, start), () -> windows + ", tiles of " + tile);
            }
        }
    }

    private static float[] floats(float[] a, int offset, int[] table) {
        float[] result = new float[table.length];
        for (int k = 0; k < table.length; k++) {
            result[k] = a[offset + table[k]];
        }
        return result;
    }

    /** From the definition: taps row by row, the channels of each together, zero in the padding. */
    private static float[] window(MapLayout in, Window window, float[] map, int y, int x) {
        float[] result = new float[window.taps() * in.channels()];
        int i = 0;
        for (int ky = 0; ky < window.rows().kernel(); ky++) {
            for (int kx = 0; kx < window.columns().kernel(); kx++) {
                int iy = y * window.rows().stride() - window.rows().padBefore() + ky * window.rows().dilation();
                int ix = x * window.columns().stride() - window.columns().padBefore()
                        + kx * window.columns().dilation();
                for (int c = 0; c < in.channels(); c++) {
                    boolean inside = iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width();
                    result[i++] = inside ? map[(iy * in.width() + ix) * in.channels() + c] : 0;
                }
            }
        }
        return result;
    }

    @Test
    void padLanesAreNeverRead() {
        MapLayout padded = MapLayout.of(40, 40, 5);
        assertFalse(ConvWindows.inPlace(padded, Window.of(3, 1, 1), 40, 7).anyInMap());
        MapLayout whole = MapLayout.of(40, 40, 32);
        assertTrue(ConvWindows.inPlace(whole, Window.of(3, 1, 1), 40, 7).anyInMap());
    }
}
