package io.github.jvig.model.tuning;

import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.files.FileMutex;
import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.text.BuildVersion;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The fastest kernels that timing found, kept in a file of lines: JViG's version, Java's version, processor, provider, threads, operation and
 * winner, with tabs between them. Entries of the running versions on this processor are taken as they are; what is missing is timed, and
 * added by {@link #save}. So a file may be copied to another machine, or lie on a disk that several share. Several processes and threads may
 * use one file at the same time. An instance is for one thread.
 */
public final class TuningFile {
    /**
     * A winner.
     *
     * @param name   of the candidate
     * @param reason its time and the others' in microseconds, or that it was found before
     */
    public record Timed(String name, String reason) {}

    private static final String MARK = "# jvig tuning: ";
    private static final String HEADER = MARK + "jvig, java, processor, provider, threads, operation, winner";

    private static final int COLUMNS = 7;
    /** Bytes of a tuning file: more than 100,000 lines, where a net has some dozens. */
    private static final long LONGEST = 16L << 20;
    /** Part of the usual candidate's time that another one must save. */
    private static final double NOISE = 0.02;
    private static final Logger LOG = System.getLogger("io.github.jvig.model");

    private final Path file;
    /** The columns before the operation, with a tab after each. */
    private final String prefix;
    /** Winner by the columns before it. */
    private final Map<String, String> winners;
    /** Whether new entries are saved. */
    private boolean kept = true;
    /** Those of the winners that were found since the last save. */
    private final Map<String, String> added = new TreeMap<>();

    private TuningFile(Path file, String prefix) {
        this.file = file;
        this.prefix = prefix;
        this.winners = new TreeMap<>();
        try {
            winners.putAll(entries());
        } catch (IOException e) {
            warn("can't be read", e);
            kept = false;
        }
    }

    /**
     * Reads a tuning file, for the running versions of JViG and Java and this processor. One that does not exist is empty; one of an older
     * layout too, since its entries do not say for which versions or processors they hold. Lines of it that are damaged are left out. A file
     * that can't be read, or is another kind of file, is left as it is with a warning, and what is timed is forgotten: kernels can be chosen
     * without it.
     *
     * @param file     need not exist
     * @param provider of the kernels
     * @param threads  on which the kernels run
     */
    public static TuningFile read(Path file, String provider, int threads) {
        return read(file, BuildVersion.jvig(), Runtime.version().toString(), Tuning.processor(), provider, threads);
    }

    static TuningFile read(Path file, String jvig, String java, String processor, String provider, int threads) {
        return new TuningFile(file,
                String.join("\t", jvig, java, processor, provider, Integer.toString(threads), ""));
    }

    private Map<String, String> entries() throws IOException {
        Map<String, String> entries = new TreeMap<>();
        // To read a pipe or a device would wait or go on for ever.
        if (Files.exists(file) && (!Files.isRegularFile(file) || Files.size(file) > LONGEST)) {
            throw notTuning();
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            // The first save makes it.
            return entries;
        } catch (CharacterCodingException e) {
            throw notTuning();
        }
        if (lines.isEmpty()) {
            return entries;
        }
        if (!lines.getFirst().startsWith(MARK)) {
            throw notTuning();
        }
        if (!lines.getFirst().equals(HEADER)) {
            return entries;
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", -1);
            if (columns.length == COLUMNS) {
                entries.put(line.substring(0, line.lastIndexOf('\t')), columns[COLUMNS - 1]);
            }
        }
        return entries;
    }

    private IOException notTuning() {
        return new IOException(file + ": is not a tuning file; name another one, or delete it");
    }

    /** Tuning makes runs faster, and what is lost is timed again; so nothing fails for want of the file. */
    private void warn(String what, IOException e) {
        // Some say all of this already.
        String line = String.valueOf(e.getMessage()).startsWith(file + ": ")
                ? e.getMessage()
                : file + ": " + what + ": " + FileErrors.reason(e);
        LOG.log(Level.WARNING, MessageText.plain(line) + "; kernels are timed, but the times are not kept"
                + (e instanceof AccessDeniedException ? "; JVIG_CACHE names another folder" : ""));
    }

    /**
     * The first of several candidates, unless another one is clearly faster: times of the same kernel differ by {@link #NOISE}.
     *
     * @param operation  that the candidates compute
     * @param candidates their names, which must be the same next time; the first is what is taken without timing
     * @param timer      measures all of them: microseconds by name
     */
    public Timed best(String operation, SequencedCollection<String> candidates, Supplier<Map<String, Double>> timer) {
        String key = prefix + operation;
        String known = winners.get(key);
        if (known != null && candidates.contains(known)) {
            return new Timed(known, "tuned before: " + known + "; not " + candidates.stream()
                    .filter(name -> !name.equals(known)).collect(Collectors.joining(", ")));
        }
        Map<String, Double> micros = timer.get();
        String fastest = micros.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
        String usual = candidates.getFirst();
        String winner = micros.get(fastest) < (1 - NOISE) * micros.get(usual) ? fastest : usual;
        winners.put(key, winner);
        added.put(key, winner);
        Comparator<Map.Entry<String, Double>> winnerFirst = Comparator.comparing(e -> !e.getKey().equals(winner));
        return new Timed(winner, micros.entrySet().stream()
                .sorted(winnerFirst.thenComparing(Map.Entry.comparingByValue()))
                .map(e -> String.format(Locale.ROOT, "%s %.1f us", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", not ")));
    }

    /**
     * Adds the new entries to the file. What others added since this one was read is kept; if they timed the same operation, the last save
     * wins. The file appears whole or not at all. When it can't be written, that is a warning.
     */
    public void save() {
        if (added.isEmpty() || !kept) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            // Nobody else may save between the reading and the writing, or its entries would be lost; not by another name of the file either.
            Path target = WholeFile.target(file);
            try (FileMutex _ = FileMutex.lock(target.resolveSibling(target.getFileName() + ".lock"))) {
                Map<String, String> merged = entries();
                merged.putAll(added);
                WholeFile.write(file, out -> out.write(text(merged).getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            warn("can't be written", e);
        }
        added.clear();
    }

    private static String text(Map<String, String> winners) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        winners.forEach((key, winner) -> text.append(key).append('\t').append(winner).append('\n'));
        return text.toString();
    }
}
