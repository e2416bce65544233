package io.github.jvig.model.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.files.FileMutex;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TuningFileTest {
    private static final List<String> CANDIDATES = List.of("slow", "fast");

    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("new").resolve("tuning.tsv");
    }

    private TuningFile read(String jvig, String java) {
        return TuningFile.read(file, jvig, java, "cpu", "vector256", 2);
    }

    private static TuningFile.Timed time(TuningFile tuning, String operation) {
        return tuning.best(operation, CANDIDATES, () -> Map.of("slow", 2.0, "fast", 1.0));
    }

    private static boolean isKnown(TuningFile tuning, String operation) {
        boolean[] timed = {false};
        tuning.best(operation, CANDIDATES, () -> {
            timed[0] = true;
            return Map.of("slow", 2.0, "fast", 1.0);
        });
        return !timed[0];
    }

    @Test
    void theFastestIsKept() {
        TuningFile first = read("1", "25");
        assertEquals(new TuningFile.Timed("fast", "fast 1.0 us, not slow 2.0 us"), time(first, "pool"));
        first.save();
        TuningFile.Timed again = read("1", "25").best("pool", CANDIDATES, () -> {
            throw new AssertionError("timed again");
        });
        assertEquals(new TuningFile.Timed("fast", "tuned before: fast; not slow"), again);
        assertFalse(isKnown(TuningFile.read(file, "1", "25", "cpu", "vector256", 3), "pool"));
        assertFalse(isKnown(TuningFile.read(file, "1", "25", "cpu", "vector512", 2), "pool"));
    }

    /** A file may lie on a disk that several machines share, or be copied to another one. */
    @Test
    void entriesOfAnotherProcessorAreLeftAndNotUsed() throws Exception {
        TuningFile first = read("1", "25");
        time(first, "pool");
        first.save();
        TuningFile other = TuningFile.read(file, "1", "25", "newer-cpu", "vector256", 2);
        assertFalse(isKnown(other, "pool"));
        other.save();
        assertTrue(isKnown(read("1", "25"), "pool"));
        assertTrue(isKnown(TuningFile.read(file, "1", "25", "newer-cpu", "vector256", 2), "pool"));
        assertEquals(3, Files.readAllLines(file).size());
    }

    @Test
    void theEntriesAreThoseOfThisProcessor() throws Exception {
        TuningFile tuning = TuningFile.read(file, "vector256", 2);
        time(tuning, "pool");
        tuning.save();
        assertEquals(Tuning.processor(), Files.readAllLines(file).get(1).split("\t")[2]);
    }

    @Test
    void entriesHoldForTheirVersionsOnly() {
        TuningFile first = read("1", "25");
        time(first, "pool");
        first.save();
        assertFalse(isKnown(read("2", "25"), "pool"));
        assertFalse(isKnown(read("1", "26"), "pool"));
        TuningFile other = read("2", "25");
        time(other, "pool");
        other.save();
        assertTrue(isKnown(read("1", "25"), "pool"));
        assertTrue(isKnown(read("2", "25"), "pool"));
    }

    @Test
    void aWinnerThatIsNoLongerACandidateIsTimedAgain() {
        TuningFile tuning = read("1", "25");
        time(tuning, "pool");
        assertEquals("new", tuning.best("pool", List.of("new"), () -> Map.of("new", 3.0)).name());
    }

    @Test
    void whatOthersSavedMeanwhileIsKept() {
        TuningFile one = read("1", "25");
        TuningFile two = read("1", "25");
        time(one, "conv");
        time(two, "pool");
        one.save();
        two.save();
        TuningFile both = read("1", "25");
        assertTrue(isKnown(both, "conv"));
        assertTrue(isKnown(both, "pool"));
    }

    @Test
    void threadsThatSaveAtTheSameTimeLoseNothing() throws Exception {
        List<Callable<Void>> savers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            savers.add(() -> saveTen(file, "t" + number));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(savers.size())) {
            for (Future<Void> result : threads.invokeAll(savers)) {
                result.get();
            }
        }
        assertAllKnown("t0", "t1", "t2", "t3");
    }

    /** Else two who save under its two names would lose each other's entries. */
    @Test
    void aFileHasOneLockUnderAllItsNames() throws Exception {
        Path file = folder.resolve("kept").resolve("tuning.tsv");
        Files.createDirectory(file.getParent());
        Path link = Files.createSymbolicLink(folder.resolve("link.tsv"), file);
        for (Path name : List.of(file, link)) {
            FileMutex held = FileMutex.lock(file.resolveSibling("tuning.tsv.lock"));
            Thread saver = Thread.ofPlatform().start(() -> saveTen(name, name.getFileName().toString()));
            saver.join(300);
            assertTrue(saver.isAlive(), name + " is saved without the lock");
            held.close();
            saver.join();
        }
        assertTrue(Files.isSymbolicLink(link));
        assertFalse(Files.exists(folder.resolve("link.tsv.lock")));
    }

    @Test
    void processesThatSaveAtTheSameTimeLoseNothing() throws Exception {
        List<Process> children = new ArrayList<>();
        for (String name : List.of("p0", "p1")) {
            children.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), Saver.class.getName(), file.toString(), name)
                    .redirectErrorStream(true).start());
        }
        for (Process child : children) {
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, child.waitFor(), output);
        }
        assertAllKnown("p0", "p1");
    }

    /** A process that adds entries. */
    static final class Saver {
        public static void main(String[] args) {
            saveTen(Path.of(args[0]), args[1]);
        }
    }

    private static Void saveTen(Path file, String name) {
        for (int i = 0; i < 10; i++) {
            TuningFile tuning = TuningFile.read(file, "1", "25", "cpu", "vector256", 2);
            time(tuning, name + " " + i);
            tuning.save();
        }
        return null;
    }

    private void assertAllKnown(String... names) {
        TuningFile all = read("1", "25");
        for (String name : names) {
            for (int i = 0; i < 10; i++) {
                assertTrue(isKnown(all, name + " " + i), name + " " + i);
            }
        }
    }

    @Test
    void aFileOfAnOlderLayoutIsReplaced() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# jvig tuning: provider, threads, operation, winner\nvector256\t2\tpool\tslow\n");
        TuningFile tuning = read("1", "25");
        assertEquals("fast", time(tuning, "pool").name());
        tuning.save();
        assertEquals("# jvig tuning: jvig, java, processor, provider, threads, operation, winner\n"
                + "1\t25\tcpu\tvector256\t2\tpool\tfast\n", Files.readString(file));
    }

    @Test
    void anotherFileIsLeftAsItIsAndTimesAreNotKept() throws Exception {
        Files.createDirectories(file.getParent());
        for (byte[] content : List.of("hello\n".getBytes(StandardCharsets.UTF_8), new byte[]{-1, -2})) {
            Files.write(file, content);
            TuningFile tuning = read("1", "25");
            assertEquals("fast", time(tuning, "pool").name());
            assertTrue(isKnown(tuning, "pool"));
            tuning.save();
            assertArrayEquals(content, Files.readAllBytes(file));
        }
    }

    @Test
    @Timeout(60)
    void noPipeAndNoDeviceIsReadAndNothingLarge() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path large = folder.resolve("large");
        try (RandomAccessFile out = new RandomAccessFile(large.toFile(), "rw")) {
            out.setLength(1L << 33);
        }
        for (Path no : List.of(pipe, Path.of("/dev/zero"), folder, large)) {
            file = no;
            TuningFile tuning = read("1", "25");
            assertEquals("fast", time(tuning, "pool").name());
            tuning.save();
        }
        assertEquals(1L << 33, Files.size(large));
        assertFalse(Files.isRegularFile(pipe));
    }

    @Test
    void damagedLinesAreLeftOut() throws Exception {
        Files.createDirectories(file.getParent());
        String header = "# jvig tuning: jvig, java, processor, provider, threads, operation, winner\n";
        for (String content : List.of("", header + "no winner\n1\t25\tcpu\tvector256\t2\tconv\tfast\n1\t25\tvec\n",
                header + "1\t25\tcpu\tvector256\t2\tconv\tfast")) {
            Files.writeString(file, content);
            TuningFile tuning = read("1", "25");
            assertEquals(!content.isEmpty(), isKnown(tuning, "conv"));
            time(tuning, "conv");
            time(tuning, "pool");
            tuning.save();
            assertEquals(header + "1\t25\tcpu\tvector256\t2\tconv\tfast\n1\t25\tcpu\tvector256\t2\tpool\tfast\n",
                    Files.readString(file));
        }
    }

    @Test
    void aFileThatCannotBeWrittenFailsNothing() throws Exception {
        TuningFile tuning = TuningFile.read(folder.resolve("x/tuning.tsv"), "1", "25", "cpu", "vector256", 2);
        time(tuning, "pool");
        Files.writeString(folder.resolve("x"), "a file where a folder should be");
        tuning.save();
        assertTrue(isKnown(tuning, "pool"));
        assertEquals("a file where a folder should be", Files.readString(folder.resolve("x")));
        // Nor one in a folder that is none.
        assertEquals("fast",
                time(TuningFile.read(folder.resolve("x/tuning.tsv"), "1", "25", "cpu", "vector256", 2), "pool")
                        .name());
    }

    /** What is taken without timing stays where another candidate is faster by no more than noise. */
    @Test
    void theUsualOneStaysUnlessAnotherIsClearlyFaster() {
        TuningFile tuning = read("1", "25");
        List<String> candidates = List.of("usual", "other");
        assertEquals("usual", tuning.best("a", candidates, () -> Map.of("usual", 100.0, "other", 98.5)).name());
        assertEquals("usual 100.0 us, not other 98.5 us",
                tuning.best("b", candidates, () -> Map.of("usual", 100.0, "other", 98.5)).reason());
        assertEquals("other", tuning.best("c", candidates, () -> Map.of("usual", 100.0, "other", 97.5)).name());
    }
}
