package io.github.jvig.kernels.vector.common;

import io.github.jvig.kernels.KernelProvider;
import jdk.incubator.vector.FloatVector;

/** The width of this JVM's vectors. Apart from {@link VectorConfig}, so that a wrong wish can be refused before a class fails to initialize. */
public final class VectorWidth {
    private VectorWidth() {
    }

    /** The widest vectors that the machine has in hardware. */
    static int maxBits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    /**
     * The width that {@link KernelProvider#BITS_PROPERTY} asks for, the widest without it.
     *
     * @throws UnsupportedOperationException when the machine or this package does not have it
     */
    public static int chosen() {
        return chosen(System.getProperty(KernelProvider.BITS_PROPERTY), maxBits());
    }

    public static int chosen(String wish, int maxBits) {
        int bits = switch (wish == null ? Integer.toString(maxBits) : wish) {
            case "128" -> 128;
            case "256" -> 256;
            case "512" -> 512;
            default -> throw new UnsupportedOperationException(wish == null
                    ? "vectors of " + maxBits + " bits are none of 128, 256, 512"
                    : "-D" + KernelProvider.BITS_PROPERTY + "=" + wish + " is none of 128, 256, 512");
        };
        if (bits > maxBits) {
            throw new UnsupportedOperationException("-D" + KernelProvider.BITS_PROPERTY + "=" + bits
                    + " is wider than this machine's vectors of " + maxBits + " bits");
        }
        return bits;
    }
}
