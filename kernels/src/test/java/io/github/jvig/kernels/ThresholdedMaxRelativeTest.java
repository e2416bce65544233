package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
        Graph graph = new Graph(ThresholdedMaxRelative.axial(map, k), planes, limit(map, planes));
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = run(kernels, graph.spec(), planes);
            int near = 0;
            int far = 0;
            for (int p = 0; p < map.pixels(); p++) {
                if (graph.dependsOnRounding(p)) {
                    continue;
                }
                near += graph.near(p).size();
                far += graph.spec().shifts().size() - graph.near(p).size();
                graph.compare(p, out, kernels.name());
            }
            assertTrue(near > 0 && far > 0, "near and far: " + near + ", " + far);
        }
    }

    /** What double arithmetic says about the neighbors of pixels. */
    private record Graph(ThresholdedMaxRelative spec, float[] planes, double limit) {
        /** How far the neighbor that a shift brings to pixel p is beyond the limit; negative for a near one. */
        private double excess(int p, MaxRelative.Shift shift) {
            return distance(spec.in(), planes, p, source(spec.in(), p, shift.dy(), shift.dx())) - limit;
        }

        /** Whether some neighbor of pixel p is so close to the limit that rounding decides whether it counts. */
        boolean dependsOnRounding(int p) {
            return spec.shifts().stream().anyMatch(shift -> Math.abs(excess(p, shift)) < 1e-5 * limit);
        }

        /** The shifts that bring a near neighbor to pixel p. */
        List<MaxRelative.Shift> near(int p) {
            return spec.shifts().stream().filter(shift -> excess(p, shift) < 0).toList();
        }

        /** Compares x and m of pixel p. */
        void compare(int p, float[] out, String kernels) {
            MapLayout map = spec.in();
            float[] max = new float[map.channels()];
            for (MaxRelative.Shift shift : near(p)) {
                int q = source(map, p, shift.dy(), shift.dx());
                for (int c = 0; c < max.length; c++) {
                    max[c] = Math.max(max[c], planes[c * map.pixels() + q] - planes[c * map.pixels() + p]);
                }
            }
            for (int c = 0; c < max.length; c++) {
                String where = kernels + ", " + spec + ", pixel " + p + ", channel " + c;
                assertEquals(planes[c * map.pixels() + p], out[c * map.pixels() + p], where);
                assertEquals(max[c], out[(map.channels() + c) * map.pixels() + p], where);
            }
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
}
