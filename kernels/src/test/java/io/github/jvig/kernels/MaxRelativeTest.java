package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Max-relative of numbers that are not finite, huge or signed zeros, bit by bit against the formula on planes. */
class MaxRelativeTest {
    private static final float[] ODD = {Float.NaN, Float.intBitsToFloat(0xffc00001), Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 0f, -0f};

    /** How many of a result's numbers are of each kind. */
    private record Counts(int nan, int infinite, int finite) {
        Counts and(float value) {
            return new Counts(nan + (Float.isNaN(value) ? 1 : 0), infinite + (Float.isInfinite(value) ? 1 : 0),
                    finite + (Float.isFinite(value) ? 1 : 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersThatAreNotFiniteGiveWhatTheFormulaSays(MaxRelative.Difference difference) {
        Random random = new Random(16);
        Counts counts = new Counts(0, 0, 0);
        for (int channels : new int[]{2, 16, 20, 64, 70, 133, 256}) {
            for (int oneIn : new int[]{3, 60}) {
                MapLayout map = MapLayout.of(5, 4, channels);
                float[] planes = new float[channels * map.pixels()];
                for (int i = 0; i < planes.length; i++) {
                    planes[i] = random.nextInt(oneIn) == 0
                            ? ODD[random.nextInt(ODD.length)]
                            : (float) random.nextGaussian();
                }
                for (MaxRelative spec : List.of(MaxRelative.svga(map, 2), MaxRelative.cross(map, 1),
                        new MaxRelative(map, List.of(), difference))) {
                    counts = compare(new MaxRelative(map, spec.shifts(), difference), planes, counts);
                }
            }
        }
        assertTrue(counts.nan() > 100 && counts.infinite() > 100 && counts.finite() > 100, counts::toString);
    }

    private static Counts compare(MaxRelative spec, float[] planes, Counts before) {
        MapLayout map = spec.in();
        Counts counts = before;
        float[] in = new float[map.length()];
        map.fromPlanes(planes, 0, in, 0);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[spec.out().length()];
            kernels.kernel(spec).run(Operands.of(in, out));
            for (int p = 0; p < map.pixels(); p++) {
                for (int c = 0; c < map.channels(); c++) {
                    String where = kernels.name() + ", " + spec + ", pixel " + p + ", channel " + c;
                    int at = p * spec.out().stride() + c;
                    assertSame(planes[c * map.pixels() + p], out[at], where);
                    float expected = expected(spec, planes, p, c);
                    assertSame(expected, out[at + map.channels()], where);
                    counts = counts.and(expected);
                }
                for (int c = 2 * map.channels(); c < spec.out().stride(); c++) {
                    assertSame(0f, out[p * spec.out().stride() + c], "padding");
                }
            }
        }
        return counts;
    }

    private static float expected(MaxRelative spec, float[] planes, int pixel, int channel) {
        MapLayout map = spec.in();
        int plane = channel * map.pixels();
        float max = 0;
        for (MaxRelative.Shift shift : spec.shifts()) {
            int y = (pixel / map.width() + map.height() - shift.dy()) % map.height();
            int x = (pixel % map.width() + map.width() - shift.dx()) % map.width();
            float self = planes[plane + pixel];
            float neighbor = planes[plane + y * map.width() + x];
            float value = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR
                    ? self - neighbor
                    : neighbor - self;
            if (Float.isNaN(value)) {
                return Float.NaN;
            }
            max = value > max ? value : max;
        }
        return max;
    }

    /** All NaN are the same. */
    private static void assertSame(float expected, float actual, String where) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual),
                () -> where + ": " + actual + " instead of " + expected);
    }
}
