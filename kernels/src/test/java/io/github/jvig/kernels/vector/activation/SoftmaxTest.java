package io.github.jvig.kernels.vector.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    @BeforeAll
    static void width() {
        Widths.assume();
    }

    /** The softmax of each row by itself, without biases. */
    private static float[] softmax(float[] x, int step) {
        float[] result = Arrays.copyOf(x, x.length + VectorConfig.LANES);
        Softmax.rows(result, 0, step, x.length / step, 1f, new float[x.length], 0, step, x.length);
        return result;
    }

    /** Of a row that holds 0 and x: 1 / (1 + exp(-x)) and its rest. Other lanes are far below. */
    @Test
    void exponentialsAreExactWithinTheirBound() {
        int step = VectorConfig.LANES;
        int points = 20_000;
        float[] rows = new float[points * step];
        Arrays.fill(rows, -1000f);
        for (int i = 0; i < points; i++) {
            rows[i * step] = 0;
            rows[i * step + 1] = -87.3f * i / points;
        }
        float[] shares = softmax(rows, step);
        for (int i = 0; i < points; i++) {
            double e = Math.exp(rows[i * step + 1]);
            double error = Math.abs(shares[i * step + 1] / (e / (1 + e)) - 1);
            // The exponential's own error, the reciprocal's and the product's.
            assertTrue(error <= 7.6e-8 + 3 * 0x1p-24, "exp(" + rows[i * step + 1] + ") is off by " + error);
            assertEquals(0, shares[i * step + 2], "what is far below");
        }
    }

    @Test
    void largeScoresDoNotOverflow() {
        float[] row = new float[VectorConfig.LANES];
        Arrays.fill(row, -3e38f);
        row[1] = 1e30f;
        float[] shares = softmax(row, row.length);
        assertEquals(1, shares[1]);
        assertEquals(0, shares[0]);
        Arrays.fill(row, 3e38f);
        assertEquals(1f / row.length, softmax(row, row.length)[0]);
    }

    @Test
    void nanIsNaNInItsRowAlone() {
        float[] rows = new float[2 * VectorConfig.LANES];
        rows[1] = Float.intBitsToFloat(0x7fc00123);
        float[] shares = softmax(rows, VectorConfig.LANES);
        for (int i = 0; i < VectorConfig.LANES; i++) {
            assertTrue(Float.isNaN(shares[i]), "lane " + i + " is " + shares[i]);
            assertEquals(1f / VectorConfig.LANES, shares[VectorConfig.LANES + i]);
        }
    }
}
