package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class LocalDepthwiseTest {
    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154})
    void randomShapes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 25; i++) {
            KernelProviderTest.check(specs.localDepthwise(), seed * 1000 + i);
        }
        KernelProviderTest.check(
                new LocalDepthwiseConv(MapLayout.of(24, 24, 96), Window.of(3, 2, 1), Activation.RELU6), seed);
    }

    @Test
    void specs() {
        MapLayout map = MapLayout.of(5, 6, 20);
        LocalDepthwiseConv spec = new LocalDepthwiseConv(map, Window.of(3, 2, 1), Activation.RELU6);
        assertEquals(MapLayout.of(3, 3, 20), spec.out());
        assertEquals(9 * 9 * 20, spec.weightCount());
        assertEquals(9 * 9 * 20, spec.macs());
        assertEquals(20, spec.biasCount());
        assertEquals(1, spec.firstInputRow(1));
        assertEquals(3, spec.lastInputRow(1));
        assertEquals("local-depthwise 3x3s2p1 5x6x20+relu6", spec.toString());
        String message = assertThrows(IllegalArgumentException.class,
                () -> new LocalDepthwiseConv(map, map, Window.of(3, 2, 1), Activation.NONE)).getMessage();
        assertTrue(message.contains("does not give 5x6x20"), message);
    }
}
