package io.github.jvig.kernels.vector.move;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.MapLayout;
import java.util.function.IntUnaryOperator;
import jdk.incubator.vector.FloatVector;

/**
 * The three planes of an image into pixels of three floats: a vector of each plane becomes three of pixels. Plane by plane, a float at a time,
 * takes five times as long, a twentieth of the time of a small net.
 */
public final class ImagePlanes {
    private static final int PLANES = 3;
    /** Lanes of the first two planes for each of the three vectors; those of the third plane are put in between. */
    private static final FloatVector PAIRS_0 = pairs(0);
    private static final FloatVector PAIRS_1 = pairs(1);
    private static final FloatVector PAIRS_2 = pairs(2);
    private static final FloatVector THIRDS_0 = thirds(0);
    private static final FloatVector THIRDS_1 = thirds(1);
    private static final FloatVector THIRDS_2 = thirds(2);

    private ImagePlanes() {
    }

    /** Lanes of two vectors to select from, the second's counted on. */
    private static FloatVector lanes(int vector, IntUnaryOperator lane) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = lane.applyAsInt(vector * LANES + i);
        }
        return FloatVector.fromArray(FLOATS, lanes, 0);
    }

    private static FloatVector pairs(int vector) {
        return lanes(vector, i -> i % PLANES == 1 ? LANES + i / PLANES : i / PLANES);
    }

    private static FloatVector thirds(int vector) {
        return lanes(vector, i -> i % PLANES == 2 ? LANES + i / PLANES : i % LANES);
    }

    /** {@link MapLayout#fromPlanes(float[], int, float[], int, int, int)}, by vectors if pixels are three floats and there is a vector of them. */
    public static void fromPlanes(MapLayout map, float[] chw, int chwOffset, float[] out, int outOffset, int from,
            int to) {
        int first = from * map.width();
        int pixels = (to - from) * map.width();
        if (map.channels() == PLANES && map.stride() == PLANES && pixels >= LANES) {
            interleave(chw, chwOffset + first, map.pixels(), out, outOffset + first * PLANES, pixels);
        } else {
            map.fromPlanes(chw, chwOffset, out, outOffset, from, to);
        }
    }

    /** At least a vector of pixels. The last vectors end with the last pixel, and may do pixels again. */
    private static void interleave(float[] planes, int at, int plane, float[] out, int outAt, int pixels) {
        for (int next = 0; next < pixels; next += LANES) {
            int p = Math.min(next, pixels - LANES);
            int to = outAt + PLANES * p;
            FloatVector a = FloatVector.fromArray(FLOATS, planes, at + p);
            FloatVector b = FloatVector.fromArray(FLOATS, planes, at + plane + p);
            FloatVector c = FloatVector.fromArray(FLOATS, planes, at + 2 * plane + p);
            THIRDS_0.selectFrom(PAIRS_0.selectFrom(a, b), c).intoArray(out, to);
            THIRDS_1.selectFrom(PAIRS_1.selectFrom(a, b), c).intoArray(out, to + LANES);
            THIRDS_2.selectFrom(PAIRS_2.selectFrom(a, b), c).intoArray(out, to + 2 * LANES);
        }
    }
}
