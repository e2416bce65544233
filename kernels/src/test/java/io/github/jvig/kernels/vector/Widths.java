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

    /** Skips the test where the machine does not. */
    public static void assume() {
        Assumptions.assumeTrue(available(), () -> "no vectors of " + wanted() + " bits here");
    }
}
