package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.KernelProvider;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Assumptions;

/** The vector width that this JVM's tests were asked for. */
public final class Widths {
    private Widths() {
    }

    /** Bits asked for; those of the machine when nothing was. */
    static int wanted() {
        return Integer.getInteger(KernelProvider.BITS_PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize());
    }

    /** Whether the machine has vectors that wide. */
    public static boolean available() {
        return wanted() <= FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    /** Whether this JVM repeats the tests with narrower vectors, so that scalar kernels have been tested in another. */
    public static boolean repeated() {
        return Boolean.getBoolean("jvig.test.repeated");
    }

    /** Skips the test where the machine does not. */
    public static void assume() {
        Assumptions.assumeTrue(available(), () -> "no vectors of " + wanted() + " bits here");
    }
}
