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
    /**
     * A machine without vectors, or a device that does not choose by registers or caches.
     *
     * @param isa instruction set or kind of device, as kernel ids name it
     * @return a machine of 32 bits and no vector registers, with the caches of this computer
     */
    public static Machine of(String isa) {
        return new Machine(isa, Float.SIZE, 0, Caches.get());
    }
}
