package io.github.jvig.model.tuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What timing found to be fastest on one machine, kept in a file of lines: provider, threads, operation and winner, tab between them. What
 * is in the file is taken as it is; what is not is timed, and added.
 */
public final class TuningFile {
    /**
     * A winner.
     *
     * @param reason its time and the others', or that the file says so
     */
    public record Timed(String name, String reason) {}

    private static final String HEAD = "# jvig tuning: provider, threads, operation, winner";

    private final Path file;
    private final String provider;
    private final int threads;
    /** Winner by the first three columns. */
    private final Map<String, String> winners;
    private boolean changed;

    private TuningFile(Path file, String provider, int threads, Map<String, String> winners) {
        this.file = file;
        this.provider = provider;
        this.threads = threads;
        this.winners = winners;
    }

    /**
     * @throws UncheckedIOException when the file is there but can't be read, or is none of these
     */
    public static TuningFile read(Path file, String provider, int threads) {
        Map<String, String> winners = new TreeMap<>();
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
                throw new IOException(file + ": is no tuning file");
            }
            for (String line : lines.subList(1, lines.size())) {
                int last = line.lastIndexOf('\t');
                if (last < 0) {
                    throw new IOException(file + ": has a line without a winner: " + line);
                }
                winners.put(line.substring(0, last), line.substring(last + 1));
            }
        } catch (NoSuchFileException e) {
            // The first tuning makes it.
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return new TuningFile(file, provider, threads, winners);
    }

    /**
     * The fastest of some ways to do the same.
     *
     * @param operation what they do
     * @param ways      names of the candidates, the same next time
     * @param timer     measures all of them: microseconds of each
     */
    public Timed best(String operation, Set<String> ways, Supplier<Map<String, Double>> timer) {
        String key = provider + "\t" + threads + "\t" + operation;
        String known = winners.get(key);
        if (known != null && ways.contains(known)) {
            return new Timed(known, "tuned before: " + known + "; not " + ways.stream()
                    .filter(name -> !name.equals(known)).collect(Collectors.joining(", ")));
        }
        Map<String, Double> micros = timer.get();
        String winner = micros.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
        winners.put(key, winner);
        changed = true;
        return new Timed(winner, micros.entrySet().stream().sorted(Map.Entry.comparingByValue())
                .map(e -> String.format(Locale.ROOT, "%s %.1f us", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", not ")));
    }

    /** Writes the file if there is anything new; it appears whole or not at all. */
    public void save() {
        if (!changed) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        winners.forEach((key, winner) -> lines.add(key + "\t" + winner));
        Path absolute = file.toAbsolutePath();
        Path temporary = absolute
                .resolveSibling("." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.createDirectories(absolute.getParent());
            try {
                Files.write(temporary, lines, StandardOpenOption.CREATE_NEW);
                Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(file + ": can't be written: " + e.getMessage(), e));
        }
        changed = false;
    }
}
