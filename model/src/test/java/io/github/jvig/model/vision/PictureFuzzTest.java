package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Mutations of files of every picture format: each gives an image or one {@link ImageException} of one line, soon. The seed is fixed; how
 * many inputs are tried depends on the time, their order does not. By hand, for longer: {@code main MINUTES [SEED]}.
 */
class PictureFuzzTest {
    private static final long MILLIS_PER_FORMAT = 700;
    private static final long MAX_MILLIS = 5_000;

    private static Map<String, List<byte[]>> formats() throws IOException {
        Map<String, List<byte[]>> formats = PictureCasesTest.files().entrySet().stream()
                .filter(file -> !file.getKey().equals("index.tsv"))
                .collect(Collectors.groupingBy(file -> file.getKey().substring(file.getKey().lastIndexOf('.') + 1),
                        TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        formats.put("lossy webp", List.of(TestFiles.resource("images/lossy.webp"),
                TestFiles.resource("images/lossy-alpha.webp")));
        return formats;
    }

    private static byte[] mutated(List<byte[]> files, Random random) {
        byte[] file = files.get(random.nextInt(files.size())).clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(6)) {
                case 0, 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> file[at] = (byte) random.nextInt(256);
                case 3 -> file[at] = (byte) (random.nextBoolean() ? -1 : 0);
                case 4 -> file = Arrays.copyOf(file, Math.max(1, at));
                default -> {
                    int length = Math.min(random.nextInt(16), file.length - at);
                    System.arraycopy(file, random.nextInt(file.length - length + 1), file, at, length);
                }
            }
        }
        return file;
    }

    /** Tries mutations until the time is over; gives how many were tried and how many of them refused. */
    private static int[] fuzz(List<byte[]> files, Random random, long millis) {
        int[] counts = new int[2];
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            byte[] file = mutated(files, random);
            long start = System.nanoTime();
            try {
                Images.read(file, "mutated", Orientation.EXIF);
            } catch (ImageException e) {
                counts[1]++;
                assertTrue(e.getMessage().startsWith("mutated: "), e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
            counts[0]++;
            long took = (System.nanoTime() - start) / 1_000_000;
            assertTrue(took < MAX_MILLIS, () -> took + " ms for " + HexFormat.of().formatHex(file));
        }
        return counts;
    }

    @Test
    void mutationsGiveAnImageOrOneLine() throws IOException {
        for (Map.Entry<String, List<byte[]>> format : formats().entrySet()) {
            int[] counts = fuzz(format.getValue(), new Random(16), MILLIS_PER_FORMAT);
            assertTrue(counts[1] > 0, "no damage was seen in " + format.getKey());
        }
    }

    /**
     * Runs for longer.
     *
     * @param args minutes in all, and a seed
     */
    public static void main(String[] args) throws IOException {
        Map<String, List<byte[]>> formats = formats();
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        for (Map.Entry<String, List<byte[]>> format : formats.entrySet()) {
            long millis = (long) (Double.parseDouble(args[0]) * 60_000 / formats.size());
            int[] counts = fuzz(format.getValue(), new Random(seed), millis);
            System.out.println(format.getKey() + ": " + counts[0] + " inputs, " + counts[1] + " refused");
        }
    }
}
