package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageAxesTest {
    private static ImageAxes of(Integer... shape) {
        return ImageAxes.of(new TensorInfo("x", TensorInfo.Kind.FLOAT, List.of(shape)));
    }

    @Test
    void axesAreFoundWhereverTheFileHasThem() {
        assertEquals(new ImageAxes(2, 3, 8, 9, false), of(2, 3, 8, 9));
        assertEquals(new ImageAxes(2, 3, 8, 9, true), of(2, 8, 9, 3));
        assertEquals(new ImageAxes(1, 1, 28, 20, true), of(1, 28, 20, 1));
        assertEquals(new ImageAxes(1, 3, 8, 9, false), of(3, 8, 9));
        // A map that small is one of channels first.
        assertEquals(new ImageAxes(1, 4, 4, 4, false), of(1, 4, 4, 4));
    }

    @Test
    void anInputThatIsNoImageIsOnePixelOfAllItsElements() {
        assertEquals(new ImageAxes(1, 7, 1, 1, false), of(7));
        assertEquals(new ImageAxes(1, 10, 1, 1, false), of(2, 5));
        assertEquals(new ImageAxes(1, 40, 1, 1, false), of(5, 2, 4));
    }

    @Test
    void planesAreInterleavedWhereChannelsAreLast() {
        float[] planes = {1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 6, 7, 8, 9, 0, 60, 70, 80, 90, 0};
        float[] pixels = {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70, 8, 80, 9, 90, 0, 0};
        assertArrayEquals(pixels, of(1, 5, 1, 2).fromPlanes(planes, 2));
        assertSame(planes, of(1, 2, 5, 1).fromPlanes(planes, 2));
    }
}
