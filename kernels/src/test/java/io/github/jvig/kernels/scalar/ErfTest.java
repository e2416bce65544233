package io.github.jvig.kernels.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {
    /** Abramowitz and Stegun, table 7.1: ten decimals. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.02, 0.0225645747", "0.1, 0.1124629160", "0.3, 0.3286267595", "0.5, 0.5204998778",
            "0.8, 0.7421009647", "1, 0.8427007929", "1.5, 0.9661051465", "2, 0.9953222650"})
    void tableOfErf(double x, double erf) {
        assertEquals(erf, 1 - Erf.erfc(x), 6e-11);
        assertEquals(-erf, 1 - Erf.erfc(-x), 6e-11);
        assertEquals(erf, Reference.erf(x), 6e-11, "the reference of these tests");
    }

    /** Far out the digits of {@code 1 - erf} are what counts. */
    @ParameterizedTest
    @CsvSource({"3, 2.209049699858544e-5", "4, 1.541725790028002e-8", "5, 1.537459794428035e-12",
            "6, 2.151973671249891e-17"})
    void tailOfErfc(double x, double erfc) {
        assertEquals(erfc, Erf.erfc(x), 1e-11 * erfc);
        assertEquals(2 - erfc, Erf.erfc(-x), 1e-15);
    }

    /** Another way to the same function, over where series and fraction meet too. */
    @Test
    void agreesWithAnIntegral() {
        for (double x = -6.4; x <= 6.4; x += 1.0 / 128) {
            assertEquals(Reference.erf(x), 1 - Erf.erfc(x), 1e-13, "erf(" + x + ")");
            assertEquals(Reference.gelu(x), Erf.gelu(x), 1e-13, "gelu(" + x + ")");
        }
    }

    @Test
    void ends() {
        assertTrue(Double.isNaN(Erf.erfc(Double.NaN)));
        assertTrue(Double.isNaN(Erf.gelu(Double.NaN)));
        assertEquals(0, Erf.erfc(Double.POSITIVE_INFINITY));
        assertEquals(2, Erf.erfc(Double.NEGATIVE_INFINITY));
        assertEquals(Double.POSITIVE_INFINITY, Erf.gelu(Double.POSITIVE_INFINITY));
        assertEquals(0, Erf.gelu(Double.NEGATIVE_INFINITY));
    }
}
