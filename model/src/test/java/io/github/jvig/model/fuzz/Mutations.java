package io.github.jvig.model.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files, the same way for the same seed. */
public final class Mutations {
    private final List<byte[]> seeds;
    private final SplittableRandom random;

    /**
     * @param seeds whole files
     * @param seed  of all choices
     */
    public Mutations(List<byte[]> seeds, long seed) {
        this.seeds = List.copyOf(seeds);
        random = new SplittableRandom(seed);
    }

    /** One of the files with one to four damages. */
    public byte[] next() {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int n = random.nextInt(1, 5); n > 0 && bytes.length > 8; n--) {
            bytes = damage(bytes);
        }
        return bytes;
    }

    private byte[] damage(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int length = random.nextInt(1, Math.min(64, bytes.length) + 1);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + length), (byte) 0);
            case 4 -> {
                int from = random.nextInt(bytes.length - length + 1);
                System.arraycopy(bytes, from, bytes, at, Math.min(length, bytes.length - at));
            }
            case 5 -> raiseLength(bytes, at);
            default -> {
                return splice(bytes, at);
            }
        }
        return bytes;
    }

    /** Puts a large or odd number where a length may be, in either byte order. */
    private void raiseLength(byte[] bytes, int at) {
        int width = 1 << random.nextInt(4);
        long[] values = {-1, 0, 1, 0x7FFFFFFF, 0x80000000L, Long.MAX_VALUE, bytes.length, random.nextInt(1 << 20)};
        long value = values[random.nextInt(values.length)];
        boolean little = random.nextBoolean();
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * (little ? i : width - 1 - i));
        }
    }

    /** The beginning of this file and the end of another. */
    private byte[] splice(byte[] bytes, int at) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length);
        byte[] spliced = Arrays.copyOf(bytes, at + other.length - from);
        System.arraycopy(other, from, spliced, at, other.length - from);
        return spliced;
    }
}
