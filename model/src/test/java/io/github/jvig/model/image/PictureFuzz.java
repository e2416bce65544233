package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.fuzz.FuzzFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A picture format for the fuzzer: each file gives an image or one {@link ImageException} of one line. */
public record PictureFuzz(String name, List<byte[]> seeds) implements FuzzFormat {
    /** Small files may declare up to 16.8 million pixels; some decoders hold them more than once. */
    private static final long MAX_PICTURE_BYTES = 1L << 29;

    /** All formats, by the endings of their files. */
    public static List<FuzzFormat> formats() throws IOException {
        Map<String, List<byte[]>> formats = PictureCasesTest.files().entrySet().stream()
                .filter(file -> !file.getKey().equals("index.tsv"))
                .collect(Collectors.groupingBy(file -> format(file.getKey()), TreeMap::new,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return formats.entrySet().stream().<FuzzFormat>map(f -> new PictureFuzz(f.getKey(), f.getValue())).toList();
    }

    /** The ending of a file's name; lossy WebP has a decoder of its own. */
    private static String format(String file) {
        String ending = file.substring(file.lastIndexOf('.') + 1);
        return file.startsWith("lossy") ? "lossy-" + ending : ending;
    }

    @Override
    public boolean read(byte[] bytes) {
        try {
            Images.read(bytes, "mutated", Orientation.EXIF);
            return true;
        } catch (ImageException e) {
            assertTrue(e.getMessage().startsWith("mutated: "), e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            return false;
        }
    }

    @Override
    public long maxAllocation(int length) {
        return MAX_PICTURE_BYTES + 4096L * length;
    }
}
