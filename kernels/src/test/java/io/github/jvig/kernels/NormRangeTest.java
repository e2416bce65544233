package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Norms and deviations of numbers whose squares are beyond the range of float, on either side, against the reference in double. */
class NormRangeTest {
    private static final MapLayout MAP = MapLayout.of(5, 7, 44);

    @ParameterizedTest
    @ValueSource(floats = {1e19f, 1e20f, 1e30f, 1e36f})
    void largeNumbers(float scale) {
        for (Spec spec : List.of(new LayerNorm(MAP, 1e-5), new ChannelNorm(MAP, ChannelNorm.Kind.RMS, 1e-6),
                new ChannelNorm(MAP, ChannelNorm.Kind.L2, 1e-12), new MapNorm(MAP, MapNorm.Kind.GROUP, 1, 1e-5),
                new MapNorm(MAP, MapNorm.Kind.GROUP, 11, 1e-5), new MapNorm(MAP, MapNorm.Kind.RESPONSE, 1, 1e-6),
                new MapNorm(MAP, MapNorm.Kind.L2, 1, 1e-12), new GlobalDeviation(MAP, 0, 1e-5),
                new GlobalDeviation(MAP, 1, 0), covariance())) {
            check(spec, scale, false);
            check(spec, scale, true);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-21f, 1e-30f})
    void smallDeviations(float scale) {
        check(new GlobalDeviation(MAP, 0, 0), scale, false);
        check(new GlobalDeviation(MAP, 1, 0), scale, false);
    }

    private static CrossCovariance covariance() {
        return new CrossCovariance(List.of(MAP.withChannels(66)), MAP.withChannels(22),
                AttentionHeads.byHead(2, 11, 11),
                1e-12);
    }

    /** @param few whether a few numbers are large and the others are usual ones, which the large ones must not disturb elsewhere */
    private static void check(Spec spec, float scale, boolean few) {
        Random random = new Random(11);
        List<float[]> planes = new ArrayList<>();
        for (MapLayout map : spec.inputs()) {
            float[] numbers = new float[map.channels() * map.pixels()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (random.nextFloat() * 2 - 1) * (few && random.nextInt(60) > 0 ? 1 : scale);
            }
            planes.add(numbers);
        }
        float[] weight = numbers(spec.weightCount(), random);
        float[] bias = numbers(spec.biasCount(), random);
        double[] expected = Reference.compute(spec, planes, weight, bias).value();
        for (KernelProvider kernels : ActivationsTest.providers()) {
            Kernel kernel = kernels.kernel(spec, weight, bias);
            float[] out = run(kernel, planes);
            MapLayout map = spec.out();
            for (int i = 0; i < out.length; i++) {
                int c = i % map.stride();
                String what = kernel.name() + ", " + spec + " of " + scale + ", at " + i;
                if (c >= map.channels()) {
                    assertEquals(0, out[i], what);
                } else {
                    double right = expected[c * map.pixels() + i / map.stride()];
                    double bound = 2e-5
                            * Math.max(Math.abs(right), spec instanceof GlobalDeviation ? 0 : largest(expected));
                    assertTrue(Math.abs(out[i] - right) <= bound, () -> what + " not " + right);
                }
            }
        }
    }

    private static double largest(double[] x) {
        double largest = 0;
        for (double v : x) {
            largest = Math.max(largest, Math.abs(v));
        }
        return largest;
    }

    private static float[] numbers(int count, Random random) {
        float[] numbers = count == 0 ? null : new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return numbers;
    }

    private static float[] run(Kernel kernel, List<float[]> planes) {
        List<Operands.Input> inputs = new ArrayList<>();
        for (int i = 0; i < planes.size(); i++) {
            MapLayout map = kernel.spec().inputs().get(i);
            float[] array = new float[map.length()];
            map.fromPlanes(planes.get(i), 0, array, 0);
            inputs.add(new Operands.Input(array, 0));
        }
        float[] out = new float[kernel.spec().out().length()];
        java.util.Arrays.fill(out, Float.NaN);
        kernel.run(Operands.of(inputs, out, 0), new float[kernel.scratch()], 0, 0, kernel.units());
        return out;
    }
}
