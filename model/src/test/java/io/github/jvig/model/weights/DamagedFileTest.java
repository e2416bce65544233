package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that were cut or in which a bit fell over: the tensors as they were, or one line that names the file; nothing
 * else.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedFileTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig.pth.tar", "tiny_mobilevig_legacy.pth", "tiny_mobilevig_bare.pth",
            "tiny_mobilevig_bare_legacy.pth",
            "tiny_mobilevig.safetensors"})
    void aFileThatIsCutAtAnySixteenthIsRefused(String name) throws Exception {
        byte[] whole = Files.readAllBytes(TestFiles.checkpoint(name));
        Path file = dir.resolve(name);
        Allocation.warmUp();
        for (int i = 0; i < 16; i++) {
            Files.write(file, Arrays.copyOf(whole, (int) ((long) whole.length * i / 16)));
            long before = Allocation.ofThisThread();
            WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file),
                    name + " cut at " + i + "/16");
            long allocated = Allocation.ofThisThread() - before;
            assertOneLine(name, e);
            assertTrue(allocated < Allocation.bound(file), "allocated " + allocated);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertOneLine(name, assertThrows(WeightsException.class, () -> Weights.load(file)));
    }

    /** One bit of every byte. The zip has checksums, so what is read must be what was written. */
    @Test
    void aBitFlippedAnywhereInAZipChangesNothingOrIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(TestFiles.checkpoint("kinds/negative.pth"));
        Map<String, String> expected = read(TestFiles.checkpoint("kinds/negative.pth")).orElseThrow();
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < whole.length; i++) {
            Optional<Map<String, String>> actual = readFlipped("negative.pth", whole, i, random.nextInt(8));
            int at = i;
            actual.ifPresent(tensors -> assertEquals(expected, tensors, "byte " + at));
            refused += actual.isEmpty() ? 1 : 0;
        }
        assertTrue(refused > whole.length / 8, "refused " + refused);
    }

    /** Without checksums a flipped bit can make another valid file, but never anything worse. */
    @ParameterizedTest
    @CsvSource({"kinds/negative_legacy.pth,600", "tiny_mobilevig.safetensors,600"})
    void aBitFlippedInAFileWithoutChecksumsGivesTensorsOrIsRefused(String name, int bytes) throws Exception {
        byte[] whole = Files.readAllBytes(TestFiles.checkpoint(name));
        Random random = new Random(6);
        int refused = 0;
        for (int i = 0; i < bytes; i++) {
            refused += readFlipped(name, whole, i, random.nextInt(8)).isEmpty() ? 1 : 0;
        }
        assertTrue(refused > bytes / 4, "refused " + refused);
    }

    private Optional<Map<String, String>> readFlipped(String name, byte[] whole, int at, int bit) throws IOException {
        Path file = dir.resolve(Path.of(name).getFileName());
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << bit);
        Files.write(file, flipped);
        return read(file);
    }

    /** Every float tensor with its shape and values, or nothing when the file is refused. */
    private static Optional<Map<String, String>> read(Path file) throws IOException {
        Map<String, String> read = new TreeMap<>();
        try {
            Weights.load(file).asMap().forEach((name, tensor) -> read.put(name,
                    Arrays.toString(tensor.shape()) + Arrays.hashCode(tensor.data())));
            return Optional.of(read);
        } catch (WeightsException e) {
            assertOneLine(file.getFileName().toString(), e);
            return Optional.empty();
        }
    }

    private static void assertOneLine(String name, WeightsException e) {
        assertTrue(e.getMessage().startsWith(name + ": ") && e.getMessage().lines().count() == 1
                && e.getMessage().length() < 400, e.getMessage());
    }
}
