package io.github.jvig.kernels.vector.common;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The species that every kernel uses, constants to the compiler (a method that sees two species is tens of times slower), and what is
 * known of the instruction set. Fixed for the life of the JVM.
 */
public final class VectorConfig {
    /** Bits of a vector. */
    static final int BITS = VectorWidth.chosen();

    public static final VectorSpecies<Float> FLOATS = switch (BITS) {
        case 512 -> FloatVector.SPECIES_512;
        case 256 -> FloatVector.SPECIES_256;
        default -> FloatVector.SPECIES_128;
    };

    /** Ints in vectors of the same width. */
    public static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    /** Floats of a vector. */
    public static final int LANES = BITS / Float.SIZE;

    /**
     * Vector registers: 32 on AArch64 and with AVX-512, else 16. Narrow vectors on an AVX-512 machine are taken for what they stand for
     * in tests, an older machine.
     */
    public static final int REGISTERS = BITS == 512 || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;

    /** How kernels call it: {@code "vector512"}. */
    public static final String NAME = "vector" + BITS;

    private VectorConfig() {
    }

    /** How many vectors hold so many floats. */
    public static int vectors(int floats) {
        return (floats + LANES - 1) / LANES;
    }
}
