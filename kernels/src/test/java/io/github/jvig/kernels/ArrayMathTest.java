package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both kinds of {@link ArrayMath} against the formulas in double. */
class ArrayMathTest {
    private static final float CANARY = 7.5f;
    private static final float[] SPECIAL = {0, -0f, 1, -1, 0.29999f, 0.30001f, -0.3f, 1e-3f, -1e-20f, 9, -9, 20, -20,
            87,
            88.5f, 88.7f, -86, -87.5f, -100, 200, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};

    private static List<ArrayMath> all() {
        List<ArrayMath> all = new ArrayList<>();
        ActivationsTest.providers().forEach(p -> all.add(ArrayMath.of(p.table().machine())));
        return all;
    }

    private static double expected(ArrayMath.Function function, double x) {
        return switch (function) {
            case EXP -> Math.exp(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> Reference.activated(Activation.SIGMOID, x);
            case SWISH -> x == Double.NEGATIVE_INFINITY ? 0 : Reference.activated(Activation.SILU, x);
            case GELU -> x == Double.NEGATIVE_INFINITY ? 0 : Reference.gelu(x);
            case GELU_TANH ->
                x == Double.NEGATIVE_INFINITY ? 0 : Reference.activated(Activation.GELU_TANH, x);
        };
    }

    private static float[] values(int n) {
        Random random = new Random(n);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = i < SPECIAL.length
                    ? SPECIAL[i]
                    : (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
        }
        return x;
    }

    @Test
    void functions() {
        int n = 64 * ArrayMath.STEP;
        for (ArrayMath math : all()) {
            for (ArrayMath.Function function : ArrayMath.Function.values()) {
                float[] x = values(n);
                float[] y = new float[n + 5];
                Arrays.fill(y, CANARY);
                System.arraycopy(x, 0, y, 3, n);
                math.apply(function, y, 3, n);
                assertTrue(y[2] == CANARY && y[3 + n] == CANARY, "writes outside");
                for (int i = 0; i < n; i++) {
                    String what = math.getClass() + " " + function + " of " + x[i];
                    double right = expected(function, x[i]);
                    if (Double.isNaN(right)) {
                        // The products of some activations with infinity are left open.
                        assertTrue(Float.isNaN(y[3 + i]) || !Float.isNaN(x[i]), what);
                        continue;
                    }
                    boolean relative = function == ArrayMath.Function.EXP || function == ArrayMath.Function.TANH;
                    double bound = relative
                            ? 4e-7 * Math.abs(right) + Float.MIN_NORMAL
                            : 1e-6 * (1 + Math.abs(right));
                    if ((float) right == y[3 + i]) {
                        continue;
                    }
                    assertEquals(right, y[3 + i], bound, what);
                }
            }
        }
    }

    @Test
    void softmaxOfRowsAndColumns() {
        Random random = new Random(3);
        for (ArrayMath math : all()) {
            for (int n : List.of(1, 7, 16, 49, 300, 50_000)) {
                int whole = Math.ceilDiv(n, ArrayMath.STEP) * ArrayMath.STEP;
                float[] row = new float[whole + ArrayMath.STEP];
                float[] columns = new float[n * ArrayMath.STEP];
                double[] share = new double[n];
                double sum = 0;
                Arrays.fill(row, Float.NEGATIVE_INFINITY);
                for (int i = 0; i < n; i++) {
                    row[i] = i == 5
                            ? Float.NEGATIVE_INFINITY
                            : random.nextFloat() * (n > 300 ? 1 : 30) + (n == 49 && i == 3 ? 100 : 0);
                    Arrays.fill(columns, i * ArrayMath.STEP, (i + 1) * ArrayMath.STEP, row[i]);
                }
                float max = row[0];
                for (int i = 1; i < n; i++) {
                    max = Math.max(max, row[i]);
                }
                for (int i = 0; i < n; i++) {
                    // Differences are floats in both, so that they are no part of what is compared.
                    share[i] = Math.exp(row[i] - max);
                    sum += share[i];
                }
                // Another column, which is hidden, so NaN.
                for (int i = 0; i < n; i++) {
                    columns[i * ArrayMath.STEP + 1] = Float.NEGATIVE_INFINITY;
                }
                math.softmax(row, 0, whole);
                math.softmaxColumns(columns, 0, n, ArrayMath.STEP);
                for (int i = 0; i < n; i++) {
                    double right = share[i] / sum;
                    double error = n > 300 ? 6e-7 : 4e-7;
                    assertEquals(right, row[i], error * right + 2 * Float.MIN_NORMAL);
                    assertEquals(right, columns[i * ArrayMath.STEP], error * right + 2 * Float.MIN_NORMAL);
                    assertTrue(Float.isNaN(columns[i * ArrayMath.STEP + 1]));
                }
                for (int i = n; i < whole; i++) {
                    assertEquals(0, row[i]);
                }
            }
            float[] hidden = new float[2 * ArrayMath.STEP];
            Arrays.fill(hidden, Float.NEGATIVE_INFINITY);
            math.softmax(hidden, 0, ArrayMath.STEP);
            assertTrue(Float.isNaN(hidden[0]));
            float[] broken = new float[2 * ArrayMath.STEP];
            broken[3] = Float.NaN;
            math.softmax(broken, 0, ArrayMath.STEP);
            assertTrue(Float.isNaN(broken[0]));
        }
    }

    @Test
    void sums() {
        for (ArrayMath math : all()) {
            for (int n : List.of(0, 1, 15, 16, 100, 2048, 5003, 100_000)) {
                float[] x = new float[n + 1];
                double sum = 0;
                double squares = 0;
                for (int i = 1; i <= n; i++) {
                    x[i] = 3 + (i * 37 % 101) / 50f;
                    sum += x[i];
                    squares += ((double) x[i] - 3.5f) * ((double) x[i] - 3.5f);
                }
                float[] spare = new float[ArrayMath.STEP + 1];
                assertEquals(sum, math.sum(x, 1, n, spare, 1), 1e-5 * sum, "the sum of " + n);
                assertEquals(squares, math.squares(x, 1, n, 3.5f, spare, 1), 1e-5 * squares, "squares of " + n);
            }
        }
    }
}
