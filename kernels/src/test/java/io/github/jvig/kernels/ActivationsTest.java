package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations over a dense grid and at the ends of float, by an identity convolution. */
class ActivationsTest {
    private static final float NEGATIVE_NAN = Float.intBitsToFloat(0xffc00000);

    static List<KernelProvider> providers() {
        List<KernelProvider> all = new ArrayList<>(List.of(KernelProvider.scalar()));
        if (Widths.available()) {
            all.add(KernelProvider.vector());
        }
        return all;
    }

    private static float[] apply(KernelProvider kernels, Activation activation, float... x) {
        MapLayout map = MapLayout.of(1, x.length, 1);
        float[] in = new float[map.length()];
        map.fromPlanes(x, 0, in, 0);
        float[] out = new float[map.length()];
        kernels.kernel(new PointwiseConv(map, 1, Epilogue.of(activation)), new float[]{1}, null)
                .run(Operands.of(in, out));
        float[] result = new float[x.length];
        map.toPlanes(out, 0, result, 0);
        return result;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void geluIsExactWithinItsBound(KernelProvider kernels) {
        float[] x = grid();
        float[] y = apply(kernels, Activation.GELU, x);
        for (int i = 0; i < x.length; i++) {
            double error = Math.abs(y[i] - Reference.gelu(x[i]));
            assertTrue(error <= 3.9e-7 + 0x1p-24 * Math.abs(x[i]), "gelu(" + x[i] + ") is off by " + error);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void geluAtTheEnds(KernelProvider kernels) {
        float[] y = apply(kernels, Activation.GELU, Float.NaN, NEGATIVE_NAN, Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY, -1e30f, -Float.MAX_VALUE, Float.MAX_VALUE, 0f, -0f, Float.MIN_VALUE, -100f);
        assertTrue(Float.isNaN(y[0]), "NaN gives " + y[0]);
        assertTrue(Float.isNaN(y[1]), "-NaN gives " + y[1]);
        assertEquals(Float.POSITIVE_INFINITY, y[2]);
        for (int i : new int[]{3, 4, 5, 9, 10}) {
            assertEquals(0, y[i], 1e-6);
        }
        assertEquals(Float.MAX_VALUE, y[6]);
        assertTrue(y[7] == 0 && y[8] == 0, "zero gives " + y[7] + " and " + y[8]);
    }

    private static float[] grid() {
        float[] x = new float[30_001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 15_000) * 1e-3f;
        }
        return x;
    }

    /** What every activation but GELU, which has a bound of its own, keeps to. */
    private static double bound(Activation activation, double x) {
        return switch (activation) {
            case NONE, RELU, RELU6, LEAKY_RELU -> 0x1p-24 * Math.abs(x);
            default -> 4e-7 * (1 + Math.abs(x));
        };
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyActivationIsWithinItsBound(KernelProvider kernels) {
        float[] x = grid();
        for (Activation activation : Activation.values()) {
            float[] y = apply(kernels, activation, x);
            for (int i = 0; i < x.length; i++) {
                double error = Math.abs(y[i] - Reference.activated(activation, x[i]));
                if (!(error <= bound(activation, x[i]))) {
                    throw new AssertionError(activation + "(" + x[i] + ") is off by " + error);
                }
            }
        }
    }

    /** The limits, and nothing but numbers on the way there. */
    @ParameterizedTest
    @MethodSource("providers")
    void everyActivationAtTheEnds(KernelProvider kernels) {
        float[] magnitudes = {20, 70, 87, 87.4f, 88, 88.4f, 88.7f, 88.8f, 89, 90, 127, 1e4f, 1e13f, 1e30f,
                Float.MAX_VALUE, Float.POSITIVE_INFINITY};
        float[] negative = new float[magnitudes.length];
        for (int i = 0; i < negative.length; i++) {
            negative[i] = -magnitudes[i];
        }
        for (Activation activation : Activation.values()) {
            float[] high = apply(kernels, activation, magnitudes);
            float[] low = apply(kernels, activation, negative);
            for (int i = 0; i < magnitudes.length; i++) {
                float x = magnitudes[i];
                float most = switch (activation) {
                    case RELU6 -> 6;
                    case SIGMOID, HARD_SIGMOID -> 1;
                    default -> x;
                };
                assertEquals(most, high[i], activation + "(" + x + ")");
                float least = switch (activation) {
                    case NONE -> -x;
                    case LEAKY_RELU -> 0.01f * -x;
                    case ELU -> -1;
                    default -> 0;
                };
                // Where the definition has a small number yet.
                float tolerance = activation == Activation.GELU || x < 30 ? 1e-6f : 1e-28f;
                assertEquals(least, low[i], least == 0 ? tolerance : 0, activation + "(" + -x + ")");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void nanStaysAndZeroGivesWhatItShould(KernelProvider kernels) {
        float[] x = {Float.NaN, NEGATIVE_NAN, Float.intBitsToFloat(0x7f800001), Float.intBitsToFloat(0xffffffff), 0f,
                -0f, Float.MIN_VALUE, -Float.MIN_VALUE};
        for (Activation activation : Activation.values()) {
            float[] y = apply(kernels, activation, x);
            for (int i = 0; i < 4; i++) {
                assertTrue(Float.isNaN(y[i]), activation + " of NaN gives " + y[i]);
            }
            for (int i = 4; i < x.length; i++) {
                assertEquals(activation.keepsZero() ? 0 : 0.5f, y[i], 2 * Float.MIN_VALUE,
                        activation + "(" + x[i] + ")");
            }
        }
    }

    /** Near zero the exponential less one has the accuracy of its result, not of one. */
    @ParameterizedTest
    @MethodSource("providers")
    void eluKeepsItsLastBitsNearZero(KernelProvider kernels) {
        float[] x = {-0.3f, -1e-2f, -1e-4f, -1e-7f, -1e-12f, -1e-30f};
        float[] y = apply(kernels, Activation.ELU, x);
        for (int i = 0; i < x.length; i++) {
            double exact = Math.expm1(x[i]);
            assertEquals(exact, y[i], 2e-7 * -exact, "elu(" + x[i] + ")");
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void reluAtTheEnds(KernelProvider kernels) {
        float[] x = {Float.NaN, NEGATIVE_NAN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 5.5f, 6.5f, -1f};
        float inf = Float.POSITIVE_INFINITY;
        float[] relu = apply(kernels, Activation.RELU, x);
        float[] relu6 = apply(kernels, Activation.RELU6, x);
        float[] expected = {Float.NaN, Float.NaN, inf, 0, 0, 5.5f, 6.5f, 0};
        for (int i = 0; i < x.length; i++) {
            assertEquals(expected[i], relu[i], "relu(" + x[i] + ")");
            assertEquals(Math.min(6, expected[i]), relu6[i], "relu6(" + x[i] + ")");
        }
    }
}
