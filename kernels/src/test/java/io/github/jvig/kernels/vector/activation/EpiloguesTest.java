package io.github.jvig.kernels.vector.activation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.vector.Widths;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpiloguesTest {
    private static final int ROWS = 5;

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    /** Whatever way rows of one width take, they come out as vector by vector, and what lies between them stays. */
    @ParameterizedTest
    @EnumSource(Activation.class)
    void rowsOfEveryWidthHaveTheSameBits(Activation activation) {
        for (int vectors = 1; vectors <= 5; vectors++) {
            int width = vectors * VectorConfig.LANES;
            int step = width + VectorConfig.LANES;
            float[] expected = values(3 + ROWS * step);
            float[] actual = expected.clone();
            for (int row = 0; row < ROWS; row++) {
                for (int v = 0; v < vectors; v++) {
                    Epilogues.activate(activation, expected, 3 + row * step + v * VectorConfig.LANES,
                            VectorConfig.LANES, 1, VectorConfig.LANES);
                }
            }
            Epilogues.activate(activation, actual, 3, step, ROWS, width);
            assertArrayEquals(bits(expected), bits(actual), activation + " of " + vectors + " vectors");
        }
    }

    private static float[] values(int length) {
        float[] ends = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, -1e30f, Float.MAX_VALUE};
        Random random = new Random(71);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(4) == 0 ? ends[random.nextInt(ends.length)] : 8 * random.nextFloat() - 6;
        }
        return values;
    }

    private static int[] bits(float[] x) {
        int[] result = new int[x.length];
        Arrays.setAll(result, i -> Float.floatToRawIntBits(x[i]));
        return result;
    }
}
