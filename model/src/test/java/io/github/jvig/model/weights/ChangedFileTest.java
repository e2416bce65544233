package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are written to while they are read: never a mix of two versions. */
class ChangedFileTest {
    private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-02T03:04:05Z"));
    private static final int ELEMENTS = 1 << 20;

    @TempDir
    Path dir;

    private enum Change {
        OVERWRITTEN, OVERWRITTEN_AT_THE_SAME_TIME, REPLACED, SHORTER, LONGER;

        void make(Path file) throws Exception {
            switch (this) {
                case OVERWRITTEN -> Files.write(file, new byte[]{5, 6, 7, 8});
                case OVERWRITTEN_AT_THE_SAME_TIME -> {
                    FileTime time = Files.getLastModifiedTime(file);
                    Files.write(file, new byte[]{5, 6, 7, 8});
                    Files.setLastModifiedTime(file, time);
                }
                case REPLACED -> {
                    FileTime time = Files.getLastModifiedTime(file);
                    Path other = Files.write(file.resolveSibling("other"), new byte[]{1, 2, 3, 4});
                    Files.setLastModifiedTime(other, time);
                    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                }
                case SHORTER -> Files.write(file, new byte[]{1, 2, 3});
                case LONGER -> Files.write(file, new byte[]{5}, StandardOpenOption.APPEND);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChangeIsSeenAfterwards(Change change) throws Exception {
        Path file = Files.write(dir.resolve("a.pth"), new byte[]{1, 2, 3, 4});
        // The times of a file that was just written tell nothing; this one is as new as can be.
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        try (SteadyFile steady = new SteadyFile(file)) {
            assertEquals(4, steady.read(ByteBuffer.allocate(4), 0));
            assertDoesNotThrow(steady::checkSteady);
            change.make(file);
            String message = assertThrows(WeightsException.class, steady::checkSteady).getMessage();
            assertEquals(file + ": was changed while it was read; try again when it is whole", message);
        }
    }

    /** One overwrite in place at some moment of a load: the old values, the new ones, or a refusal. */
    @Test
    void noLoadGivesAMixOfTwoVersions() throws Exception {
        Path ones = write("ones.safetensors", 1);
        byte[] twos = Files.readAllBytes(write("twos.safetensors", 2));
        byte[] before = Files.readAllBytes(ones);
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            Path file = Files.write(dir.resolve("w.safetensors"), before);
            Files.setLastModifiedTime(file, OLD);
            CountDownLatch start = new CountDownLatch(1);
            long nanos = i * 50_000L;
            Thread writer = Thread.ofPlatform().start(() -> {
                assertDoesNotThrow(() -> start.await());
                for (long end = System.nanoTime() + nanos; System.nanoTime() < end;) {
                    Thread.onSpinWait();
                }
                assertDoesNotThrow(() -> Files.write(file, twos, StandardOpenOption.WRITE));
            });
            start.countDown();
            try {
                float[] values = Weights.load(file).floats("w", ELEMENTS);
                float[] expected = new float[ELEMENTS];
                Arrays.fill(expected, values[0]);
                assertArrayEquals(expected, values);
            } catch (WeightsException e) {
                assertTrue(e.getMessage().contains("was changed while it was read"), e.getMessage());
                refused++;
            }
            writer.join();
        }
        assertTrue(refused > 0, "no overwrite came during a load");
    }

    private Path write(String name, float value) throws Exception {
        float[] values = new float[ELEMENTS];
        Arrays.fill(values, value);
        return CheckpointWriter.safetensors(dir.resolve(name),
                Map.of("w", new Weights.Tensor(new int[]{ELEMENTS}, values)), Map.of(), Map.of());
    }
}
