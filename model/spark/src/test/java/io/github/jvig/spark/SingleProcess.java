package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;

/** What {@code jvig classify --json} gives in a process of its own, and the same of Spark's rows, as comparable text with all bits. */
final class SingleProcess {
    private SingleProcess() {
    }

    /** Starts the command; gives its answer for each file, by path. */
    static CompletableFuture<Map<String, String>> classifying(Path folder) {
        return Processes.running(List.of(Processes.java(), "--add-modules=jdk.incubator.vector", "-cp",
                System.getProperty("java.class.path"), "io.github.jvig.cli.Main", "classify", "--json", "--threads",
                "1", folder.toString()), Map.of()).thenApply(SingleProcess::answers);
    }

    private static Map<String, String> answers(Processes.Outcome outcome) {
        Map<String, String> answers = new HashMap<>();
        for (String line : outcome.out().lines().toList()) {
            JsonNode node = parsed(line);
            String path = node.get("path").asText();
            if (node.has("error")) {
                answers.put(path, node.get("error").asText());
                continue;
            }
            StringBuilder text = new StringBuilder();
            for (JsonNode c : node.get("top")) {
                append(text, c.get("label").asText(), c.get("index").asInt(), c.get("probability").asDouble());
            }
            answers.put(path, text.toString());
        }
        if (answers.isEmpty()) {
            throw new AssertionError("jvig classify says " + outcome.err());
        }
        return answers;
    }

    private static JsonNode parsed(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same text of a row's struct or error. */
    static String text(Row prediction, String error, String path) {
        if (prediction == null) {
            // Spark names files by URIs.
            return error.replace("file:" + path, path);
        }
        StringBuilder text = new StringBuilder();
        for (Row c : prediction.<Row>getList(prediction.fieldIndex("top"))) {
            append(text, c.getString(0), c.getInt(1), c.getDouble(2));
        }
        String best = text.toString();
        StringBuilder first = new StringBuilder();
        append(first, prediction.getString(0), prediction.getInt(1), prediction.getDouble(2));
        return best.startsWith(first.toString()) ? best : "the first of " + best + " is not " + first;
    }

    /** Compares all answers, and shows the first that differs. */
    static void assertSame(Map<String, String> expected, Map<String, String> answers, String run) {
        assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(answers.keySet()), run);
        expected.forEach((path, answer) -> assertEquals(answer, answers.get(path), run + ": " + path));
    }

    private static void append(StringBuilder text, String label, int index, double probability) {
        text.append(label).append(' ').append(index).append(' ').append(Double.doubleToLongBits(probability))
                .append('\n');
    }
}
