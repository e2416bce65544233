package io.github.jvig.model.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ErfTest {
    /** Values of Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1. */
    @Test
    void theErrorFunctionHasTheValuesOfTheTable() {
        assertEquals(0, Erf.of(0));
        assertEquals(0.1124629160, Erf.of(0.1), 1e-10);
        assertEquals(0.5204998778, Erf.of(0.5), 1e-10);
        assertEquals(-0.8427007929, Erf.of(-1), 1e-10);
        assertEquals(0.9953222650, Erf.of(2), 1e-10);
        assertEquals(0.9999779095, Erf.of(3), 1e-10);
        assertEquals(-1, Erf.of(Double.NEGATIVE_INFINITY));
        assertEquals(Erf.of(2.5 - 1e-12), Erf.of(2.5 + 1e-12), 1e-11);
    }
}
