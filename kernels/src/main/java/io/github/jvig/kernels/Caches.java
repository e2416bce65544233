package io.github.jvig.kernels;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sizes of the data caches of the first core, in bytes.
 *
 * @param l1   first level
 * @param l2   second level
 * @param last last level, the largest
 */
public record Caches(long l1, long l2, long last) {
    /** Assumed where the system does not say: only Linux is asked. */
    private static final Caches TYPICAL = new Caches(32 << 10, 1 << 20, 32 << 20);
    private static final Caches THESE = read(Path.of("/sys/devices/system/cpu/cpu0/cache"));

    /** {@return the caches of this machine, read once; typical sizes where the system does not say} Only Linux is asked. */
    public static Caches get() {
        return THESE;
    }

    /** Reads what Linux says under {@code /sys}; a level that it leaves out gets a typical size. */
    static Caches read(Path folder) {
        long l1 = 0;
        long l2 = 0;
        long l3 = 0;
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
            for (Path cache : caches) {
                if (Files.readString(cache.resolve("type")).strip().equals("Instruction")) {
                    continue;
                }
                long size = bytes(Files.readString(cache.resolve("size")).strip());
                switch (Files.readString(cache.resolve("level")).strip()) {
                    case "1" -> l1 = size;
                    case "2" -> l2 = size;
                    case "3" -> l3 = size;
                    default -> {
                        // A fourth level belongs to the memory.
                    }
                }
            }
        } catch (IOException | RuntimeException _) {
            return TYPICAL;
        }
        l1 = l1 == 0 ? TYPICAL.l1() : l1;
        l2 = l2 == 0 ? TYPICAL.l2() : l2;
        return new Caches(l1, l2, l3 == 0 ? Math.max(l2, TYPICAL.last()) : l3);
    }

    private static long bytes(String size) {
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return switch (size.charAt(size.length() - 1)) {
            case 'K' -> number << 10;
            case 'M' -> number << 20;
            default -> throw new NumberFormatException(size);
        };
    }
}
