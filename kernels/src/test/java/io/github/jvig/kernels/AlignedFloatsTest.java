package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AlignedFloatsTest {
    private static final int LINE = 16;

    @Test
    void placesDoNotOverlapAndStartOnLines() {
        AlignedFloats before = AlignedFloats.allocate(100);
        int beforeLength = 100;
        for (int length : new int[]{0, 1, 15, 16, 17, 1000, 48 * 513, 1 << 16, 5, 1 << 20, 1 << 23, 3}) {
            AlignedFloats place = AlignedFloats.allocate(length);
            assertEquals(AlignedFloats.FIRST, place.offset() % LINE, "start of " + length + " floats");
            assertTrue(place.offset() + length <= place.array().length, length + " floats fit");
            if (place.array() == before.array()) {
                assertTrue(place.offset() >= before.offset() + beforeLength, "behind the place before");
            }
            for (int i = 0; i < length; i++) {
                assertEquals(0, place.array()[place.offset() + i], "new floats are zero");
            }
            Arrays.fill(place.array(), place.offset(), place.offset() + length, length);
            before = place;
            beforeLength = length;
        }
    }

    @Test
    void smallPlacesShareAnArrayAndLargeOnesDoNot() {
        AlignedFloats one = AlignedFloats.allocate(10);
        AlignedFloats two = AlignedFloats.allocate(10);
        // The array may just have been full; then the third is in that of the second.
        AlignedFloats three = AlignedFloats.allocate(10);
        assertTrue(one.array() == two.array() || two.array() == three.array());
        assertNotSame(AlignedFloats.allocate(1 << 23).array(), AlignedFloats.allocate(10).array());
    }

    @Test
    void regionsAreThoseOfHotSpot() {
        // As java -XX:+PrintFlagsFinal shows G1HeapRegionSize for these heaps.
        assertEquals(1 << 20, AlignedFloats.regionBytes(64L << 20));
        assertEquals(1 << 20, AlignedFloats.regionBytes(1L << 30));
        assertEquals(2 << 20, AlignedFloats.regionBytes(3L << 30));
        assertEquals(4 << 20, AlignedFloats.regionBytes(5L << 30));
        assertEquals(32 << 20, AlignedFloats.regionBytes(1L << 40));
    }
}
