package io.github.jvig.kernels;

/**
 * What a {@link KernelTable} chooses by.
 *
 * @param isa        instruction set as kernel ids name it: {@code "scalar"}, {@code "vector512"}, or a kind of device
 * @param vectorBits bits of a vector; 32 for scalar code
 * @param registers  vector registers that a kernel can count on
 * @param caches     sizes of the data caches
 */
public record Machine(String isa, int vectorBits, int registers, Caches caches) {
    /** A machine without vectors, or a device that does not choose by registers or caches. */
    public static Machine of(String isa) {
        return new Machine(isa, Float.SIZE, 0, Caches.get());
    }
}
