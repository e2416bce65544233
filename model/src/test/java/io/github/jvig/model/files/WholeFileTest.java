package io.github.jvig.model.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final int WRITES = 10;

    @TempDir
    Path folder;

    private static void write(WholeFile file, String content) throws IOException {
        file.channel().write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static void write(Path file, String content) throws IOException {
        WholeFile.write(file, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertOnly(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(names), files.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aFileAppearsWithItsCommit() throws IOException {
        Path target = folder.resolve("new");
        try (WholeFile file = new WholeFile(target)) {
            write(file, "content");
            assertFalse(Files.exists(target));
            file.commit();
            assertEquals("content", Files.readString(target));
        }
        assertOnly("new");
    }

    @Test
    void withoutCommitTheOldContentStays() throws IOException {
        Path target = Files.writeString(folder.resolve("old"), "old");
        try (WholeFile file = new WholeFile(target)) {
            write(file, "new");
        }
        assertEquals("old", Files.readString(target));
        assertOnly("old");
    }

    @Test
    void whenTheContentFailsTheOldContentStays() throws IOException {
        Path target = Files.writeString(folder.resolve("old"), "old");
        IOException e = assertThrows(IOException.class, () -> WholeFile.write(target, out -> {
            out.write(new byte[1 << 20]);
            throw new IOException("no more content");
        }));
        assertEquals("no more content", e.getMessage());
        assertThrows(IllegalStateException.class, () -> WholeFile.write(folder.resolve("none"), _ -> {
            throw new IllegalStateException();
        }));
        assertEquals("old", Files.readString(target));
        assertOnly("old");
    }

    @Test
    void twoThreadsMayWriteOneFile() throws Exception {
        Path target = folder.resolve("shared");
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Void> writer = () -> {
                byte letter = (byte) (start.await() == 0 ? 'a' : 'b');
                for (int i = 0; i < WRITES; i++) {
                    byte[] content = new byte[100_000];
                    Arrays.fill(content, letter);
                    WholeFile.write(target, out -> out.write(content));
                    start.await();
                }
                return null;
            };
            for (Future<Void> result : threads.invokeAll(List.of(writer, writer))) {
                result.get();
            }
        }
        byte[] content = Files.readAllBytes(target);
        byte[] expected = new byte[100_000];
        Arrays.fill(expected, content[0]);
        assertTrue(content[0] == 'a' || content[0] == 'b');
        assertArrayEquals(expected, content);
        assertOnly("shared");
    }

    /** A process of the same number, in another container, once left its file behind. */
    @Test
    void theTemporaryFileOfAnotherWriterIsNeitherInTheWayNorDeleted() throws IOException {
        String stale = ".new." + ProcessHandle.current().pid() + ".tmp";
        Files.writeString(folder.resolve(stale), "of another writer");
        write(folder.resolve("new"), "content");
        try (WholeFile open = new WholeFile(folder.resolve("new"))) {
            write(open, "of the one");
            try (WholeFile abandoned = new WholeFile(folder.resolve("new"))) {
                write(abandoned, "of the other");
            }
            open.commit();
        }
        assertEquals("of the one", Files.readString(folder.resolve("new")));
        assertEquals("of another writer", Files.readString(folder.resolve(stale)));
        assertOnly(stale, "new");
    }

    @Test
    void permissionsAreThoseOfAnyNewFile() throws IOException {
        Path normal = Files.writeString(folder.resolve("normal"), "");
        write(folder.resolve("whole"), "");
        assertEquals(Files.getPosixFilePermissions(normal), Files.getPosixFilePermissions(folder.resolve("whole")));
    }

    @Test
    void aFileThatIsReplacedKeepsItsPermissions() throws IOException {
        for (String permissions : List.of("rw-------", "rw-rw-rw-", "r--r-----")) {
            Path file = Files.writeString(folder.resolve(permissions), "old");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            write(file, "new");
            assertEquals("new", Files.readString(file));
            assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertOnly("r--r-----", "rw-------", "rw-rw-rw-");
    }

    /** As {@code /dev/stdout} is, where the output goes through a pipe: a link to something without a path. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsNotAFileIsSaidToBeNone() throws Exception {
        Process cat = new ProcessBuilder("cat").start();
        try {
            Path pipe = Path.of("/proc", Long.toString(cat.pid()), "fd", "1");
            assertEquals(pipe + ": is not a file, so it can't be written",
                    assertThrows(IOException.class, () -> new WholeFile(pipe)).getMessage());
        } finally {
            cat.destroy();
        }
    }

    @Test
    void aLinkStaysALinkWhereItsFileDoesNotExistYet() throws IOException {
        Path real = folder.resolve("elsewhere");
        Files.createSymbolicLink(folder.resolve("next"), Path.of("elsewhere"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("next"));
        write(link, "new");
        assertEquals("new", Files.readString(real));
        assertTrue(Files.isSymbolicLink(link));
        assertOnly("elsewhere", "link", "next");
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        String message = assertThrows(IOException.class, () -> write(circle, "x")).getMessage();
        assertEquals(circle + ": can't be written: its links lead in a circle", message);
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path real = Files.writeString(Files.createDirectory(folder.resolve("elsewhere")).resolve("real"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(real));
        assertOnly("elsewhere", "link");
    }

    @Test
    void aNameMayBeAsLongAsTheFileSystemTakes() throws IOException {
        String name = "n".repeat(255);
        write(folder.resolve(name), "content");
        assertOnly(name);
    }

    @Test
    void whatCannotBeWrittenIsNamedAtOnce() throws IOException {
        Path inner = folder.resolve("none").resolve("file");
        assertEquals(inner + ": can't be written: there is no folder " + inner.getParent(),
                assertThrows(IOException.class, () -> new WholeFile(inner)).getMessage());
        assertEquals(folder + ": is not a file, so it can't be written",
                assertThrows(IOException.class, () -> new WholeFile(folder)).getMessage());
        assertThrows(IOException.class, () -> WholeFile.target(Path.of("/")));
    }

    @Test
    void whatFailsLaterNamesTheFileToo() throws IOException {
        Path target = folder.resolve("target");
        try (WholeFile file = new WholeFile(target)) {
            Files.createDirectories(target.resolve("in the way"));
            IOException e = assertThrows(IOException.class, file::commit);
            assertTrue(e.getMessage().startsWith(target + ": can't be written: "), e.getMessage());
        }
        assertOnly("target");
        try (WholeFile file = new WholeFile(folder.resolve("other"))) {
            Thread.currentThread().interrupt();
            assertEquals(folder.resolve("other") + ": can't be written: the thread was interrupted",
                    assertThrows(IOException.class, () -> write(file, "content")).getMessage());
            assertTrue(Thread.interrupted());
        }
        assertOnly("target");
    }
}
