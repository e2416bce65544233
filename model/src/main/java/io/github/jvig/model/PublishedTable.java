package io.github.jvig.model;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.vision.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of the published weights of the built-in nets, a row for each: how they were evaluated, and where people find them. The first
 * row of a net says how the net is evaluated by default; its tag is missing where no weights are published.
 */
final class PublishedTable {
    private static final String FILE = "published.tsv";
    private static final String NONE = "-";
    private static final String SQUASH = " squash";
    private static final String HUB = "https://huggingface.co/timm/";

    /** Lines by model: few of them are ever looked at, and most of a line's cost is in its numbers and addresses. */
    private final Map<String, List<String>> lines = new HashMap<>();

    /** One line of the file. */
    private record Row(Preprocessing preprocessing, List<PublishedWeights> weights) {}

    private PublishedTable() {
    }

    /** Reads the table. */
    static PublishedTable read() {
        PublishedTable table = new PublishedTable();
        try (InputStream in = PublishedTable.class.getResourceAsStream(FILE)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).forEach(table::add);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " can't be read: " + e.getMessage(), e);
        }
        return table;
    }

    private void add(String line) {
        lines.computeIfAbsent(line.substring(0, line.indexOf('\t')), _ -> new ArrayList<>()).add(line);
    }

    /**
     * Columns: model, tag, size, crop fraction, interpolation, mean, std, license, top-1, page. The word "squash" behind the fraction says that
     * images are squashed.
     */
    private static Row row(String line) {
        String[] f = line.split("\t", -1);
        Preprocessing preprocessing = new Preprocessing(Integer.parseInt(f[2]), Double.parseDouble(f[3].split(" ")[0]),
                Interpolation.valueOf(f[4].toUpperCase(Locale.ROOT)), rgb(f[5]), rgb(f[6]), Preprocessing.Colors.RGB,
                f[3].endsWith(SQUASH) ? Preprocessing.Aspect.SQUASHED : Preprocessing.Aspect.KEPT);
        List<PublishedWeights> weights = f[1].equals(NONE) ? List.of() : List.of(weights(f, preprocessing));
        return new Row(preprocessing, weights);
    }

    private static PublishedWeights weights(String[] f, Preprocessing preprocessing) {
        String page = f[9].equals(NONE) ? HUB + f[0] + "." + f[1] : f[9];
        PublishedWeights weights = PublishedWeights.at(f[1], URI.create(page)).withPreprocessing(preprocessing);
        weights = f[7].equals(NONE) ? weights : weights.withLicense(f[7]);
        return f[8].equals(NONE) ? weights : weights.withTop1(Double.parseDouble(f[8]));
    }

    private static Preprocessing.Rgb rgb(String numbers) {
        String[] parts = numbers.split(",");
        return new Preprocessing.Rgb(Float.parseFloat(parts[0]), Float.parseFloat(parts[1]),
                Float.parseFloat(parts[2]));
    }

    /** Whether the table has a net. */
    boolean has(String model) {
        return lines.containsKey(model);
    }

    /** How a net is evaluated by default. */
    Preprocessing preprocessing(String model) {
        return row(of(model).getFirst()).preprocessing();
    }

    /** The weights published for a net, the usual ones first. */
    List<PublishedWeights> weights(String model) {
        return of(model).stream().flatMap(line -> row(line).weights().stream()).toList();
    }

    private List<String> of(String model) {
        List<String> found = lines.get(model);
        if (found == null) {
            throw new IllegalStateException(FILE + " lacks the net " + model);
        }
        return found;
    }
}
