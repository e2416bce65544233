package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Distances, their mean less deviation and the gather one after another, as GreedyViG has them at its four stages and on odd sizes. Which
 * neighbors count is what double arithmetic says, bit for bit, but for distances so close to the limit that rounding decides.
 */
class ThresholdedMaxRelativeTest {
    private static final int KINDS = 4;

    @ParameterizedTest
    @CsvSource({"56,56,48,8", "28,28,96,4", "14,14,192,2", "7,7,384,1", "25,33,56,8", "9,7,224,2", "1,9,64,2",
            "70,3,20,1", "1,140,5,1"})
    void neighborsAreThoseOfDoubleArithmetic(int height, int width, int channels, int k) {
        MapLayout map = MapLayout.of(height, width, channels);
        float[] planes = planes(map);
        double limit = limit(map, planes);
        ThresholdedMaxRelative gather = ThresholdedMaxRelative.axial(map, k);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = run(kernels, gather, planes);
            int[] counts = new int[2];
            for (int p = 0; p < map.pixels(); p++) {
                compare(gather, planes, limit, p, out, counts, kernels.name());
            }
            assertTrue(counts[0] > 0 && counts[1] > 0, "near and far: " + counts[0] + ", " + counts[1]);
        }
    }

    /** Pixels of a few kinds with noise, so that there is a near and a far. */
    private static float[] planes(MapLayout map) {
        Random random = new Random(map.length());
        float[][] kinds = new float[KINDS][map.channels()];
        for (float[] kind : kinds) {
            for (int c = 0; c < kind.length; c++) {
                kind[c] = (float) random.nextGaussian();
            }
        }
        float[] planes = new float[map.pixels() * map.channels()];
        for (int p = 0; p < map.pixels(); p++) {
            float[] kind = kinds[random.nextInt(KINDS)];
            for (int c = 0; c < kind.length; c++) {
                planes[c * map.pixels() + p] = kind[c] + 0.3f * (float) random.nextGaussian();
            }
        }
        return planes;
    }

    private static float[] run(KernelProvider kernels, ThresholdedMaxRelative gather, float[] planes) {
        MapLayout map = gather.in();
        float[] in = new float[map.length()];
        map.fromPlanes(planes, 0, in, 0);
        RolledL1Distance distance = RolledL1Distance.halfway(map);
        float[] distances = new float[distance.out().length()];
        kernels.kernel(distance).run(Operands.of(in, distances));
        MeanMinusStd deviation = new MeanMinusStd(distance.out());
        float[] limit = new float[deviation.out().length()];
        kernels.kernel(deviation).run(Operands.of(distances, limit));
        float[] out = new float[gather.out().length()];
        kernels.kernel(gather).run(Operands.of(in, limit, out));
        float[] outPlanes = new float[2 * planes.length];
        gather.out().toPlanes(out, 0, outPlanes, 0);
        return outPlanes;
    }

    private static double distance(MapLayout map, float[] planes, int p, int q) {
        double sum = 0;
        for (int c = 0; c < map.channels(); c++) {
            sum += Math.abs((double) planes[c * map.pixels() + p] - planes[c * map.pixels() + q]);
        }
        return sum;
    }

    /** The pixel that a shift brings to p. */
    private static int source(MapLayout map, int p, int dy, int dx) {
        return Math.floorMod(p / map.width() - dy, map.height()) * map.width()
                + Math.floorMod(p % map.width() - dx, map.width());
    }

    private static double limit(MapLayout map, float[] planes) {
        int n = map.pixels();
        double sum = 0;
        double squares = 0;
        for (int p = 0; p < n; p++) {
            double d = distance(map, planes, p,
                    source(map, p, Math.ceilDiv(map.height(), 2), Math.ceilDiv(map.width(), 2)));
            sum += d;
            squares += d * d;
        }
        return sum / n - Math.sqrt((squares - sum * sum / n) / (n - 1));
    }

    /** One pixel's x and m; counts the neighbors that are far and near. */
    private static void compare(ThresholdedMaxRelative gather, float[] planes, double limit, int p, float[] out,
            int[] counts,
            String kernels) {
        MapLayout map = gather.in();
        float[] most = new float[map.channels()];
        for (MaxRelative.Shift shift : gather.shifts()) {
            int q = source(map, p, shift.dy(), shift.dx());
            double beyond = distance(map, planes, p, q) - limit;
            if (Math.abs(beyond) < 1e-5 * limit) {
                return;
            }
            counts[beyond < 0 ? 1 : 0]++;
            for (int c = 0; beyond < 0 && c < most.length; c++) {
                most[c] = Math.max(most[c], planes[c * map.pixels() + q] - planes[c * map.pixels() + p]);
            }
        }
        for (int c = 0; c < most.length; c++) {
            String where = kernels + ", " + gather + ", pixel " + p + ", channel " + c;
            assertEquals(planes[c * map.pixels() + p], out[c * map.pixels() + p], where);
            assertEquals(most[c], out[(map.channels() + c) * map.pixels() + p], where);
        }
    }
}
