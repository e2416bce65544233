package io.github.jvig.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a table: whether a job may write into it. Beside the table it holds a note of what its rows were made with, and, while a job
 * runs, its mark: two jobs at a time would write rows twice, and the first to end would take away what the other is writing. File systems
 * that Spark runs on have no locks; so a job writes its mark anew all the time, and who finds a mark looks whether it changes.
 */
final class JobOutput implements AutoCloseable {
    private static final String NOTE = "_jvig";
    private static final String MARK = "_jvig_running";
    private static final long BEAT_MILLIS = 10_000;
    private static final long DEAD_SECONDS = 30;
    /** No multiple or part of a beat: else all looks might meet a mark that is just being written. */
    private static final long LOOK_MILLIS = 170;
    /** Read instead of a mark that is being written, or whose job was killed as it wrote. */
    private static final String PART = "part";

    private final String name;
    private final Path folder;
    private final FileSystem files;
    private final long beatMillis;
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("jvig-mark").daemon().factory());
    private final String id = UUID.randomUUID().toString();
    private long beat;
    private boolean marked;

    JobOutput(String name, Configuration hadoop) throws IOException {
        this(name, hadoop, BEAT_MILLIS);
    }

    /** @param beatMillis after which the mark is written anew */
    JobOutput(String name, Configuration hadoop, long beatMillis) throws IOException {
        this.name = name;
        this.beatMillis = beatMillis;
        folder = HadoopFiles.path(name);
        files = HadoopFiles.of(folder, hadoop);
    }

    boolean exists() throws IOException {
        return files.exists(folder);
    }

    /**
     * Makes the folder with its note.
     *
     * @param note lines of a key and a value
     */
    void begin(String note) throws IOException {
        try {
            write(NOTE, note, false);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(name + ": another job has just begun to write there", e);
        } catch (IOException e) {
            throw new IOException(name + " can't be written: " + e.getMessage(), e);
        }
        mark();
    }

    /** Takes the folder over from a job that has ended or was killed, and refuses it where its rows were made otherwise. */
    void goOn(String note, PrintStream err) throws IOException {
        String before;
        try {
            before = read(NOTE);
        } catch (FileNotFoundException e) {
            throw new IOException(name + " is no output of jvig-spark; choose another --output", e);
        }
        if (before.isEmpty()) {
            // Its job was killed before it wrote any row.
            write(NOTE, note, true);
        } else {
            check(fields(before), fields(note));
        }
        waitForDeath(err);
        mark();
    }

    private static Map<String, String> fields(String note) {
        Map<String, String> fields = new LinkedHashMap<>();
        note.lines().forEach(line -> {
            int space = (line + " ").indexOf(' ');
            fields.put(line.substring(0, space), line.substring(Math.min(space + 1, line.length())));
        });
        return fields;
    }

    private void check(Map<String, String> before, Map<String, String> now) throws IOException {
        Set<String> different = new LinkedHashSet<>();
        now.forEach((key, value) -> {
            // What is not there was not known when the note was written, so it was as it is by default.
            if (!before.getOrDefault(key, "").equals(value)) {
                different.add(key);
            }
        });
        if (different.remove("hash")) {
            if (!different.contains("model")) {
                different.add("weights");
            }
        } else {
            // The same file of another name.
            different.remove("model");
        }
        if (!different.isEmpty()) {
            throw new IOException(name + " was made with another " + String.join(" and ", different)
                    + "; its rows and new ones would not go together");
        }
    }

    private void waitForDeath(PrintStream err) throws IOException {
        String found = readMark();
        if (found.isEmpty() || isDeadHere(found)) {
            return;
        }
        err.println("jvig-spark: looking for " + DEAD_SECONDS + " s whether "
                + (found.equals(PART) ? "another job" : "the job of " + found.split(" ")[0]) + " still writes into "
                + name);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEAD_SECONDS);
        while (System.nanoTime() < end) {
            pause();
            String now = readMark();
            if (now.isEmpty()) {
                return;
            }
            if (!now.equals(found) && !now.equals(PART)) {
                String[] words = now.split(" ");
                throw new IOException(name + ": a job on " + words[0] + " (process " + words[1]
                        + ") is writing there; wait for its end");
            }
        }
    }

    /** Whether the mark is of a process of this machine that is not there anymore. */
    private static boolean isDeadHere(String mark) {
        String[] words = mark.split(" ");
        return !mark.equals(PART) && words[0].equals(host()) && ProcessHandle.of(Long.parseLong(words[1])).isEmpty();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Empty when there is none; {@link #PART} when it is not whole. */
    private String readMark() throws IOException {
        try {
            String mark = read(MARK);
            return mark.endsWith("\n") ? mark.strip() : PART;
        } catch (FileNotFoundException e) {
            return "";
        } catch (ChecksumException e) {
            // Its checksum is being written.
            return PART;
        }
    }

    private void mark() throws IOException {
        writeMark();
        marked = true;
        beats.scheduleAtFixedRate(() -> {
            try {
                writeMark();
            } catch (IOException e) {
                // The next one may go better.
            }
        }, beatMillis, beatMillis, TimeUnit.MILLISECONDS);
    }

    private synchronized void writeMark() throws IOException {
        write(MARK, host() + " " + ProcessHandle.current().pid() + " " + id + " " + beat++ + "\n", true);
    }

    private void write(String file, String text, boolean over) throws IOException {
        try (OutputStream out = files.create(new Path(folder, file), over)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String read(String file) throws IOException {
        try (InputStream in = files.open(new Path(folder, file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        beats.shutdown();
        synchronized (this) {
            if (marked) {
                files.delete(new Path(folder, MARK), false);
            }
        }
    }
}
