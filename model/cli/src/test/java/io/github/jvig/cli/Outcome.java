package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The result of a command. */
record Outcome(int status, String out, String err) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Runs a command in this JVM. */
    static Outcome of(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(Stream.of(args).map(Object::toString).toArray(String[]::new), out, err, false);
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Checks that the command succeeded and wrote nothing to standard error. */
    Outcome ok() {
        assertEquals("", err);
        assertEquals(Main.OK, status, this::toString);
        return this;
    }

    /** Checks that the command failed with a one-line message that contains all of the words, and wrote no result. */
    void failed(int expected, String... words) {
        assertEquals(expected, status, this::toString);
        assertEquals("", out);
        assertOneLine(err, words);
    }

    static void assertOneLine(String text, String... words) {
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("jvig: ") && text.endsWith("\n"), text);
        assertFalse(text.contains("Exception") || text.contains("internal error"), text);
        for (String word : words) {
            assertTrue(text.contains(word), () -> "no '" + word + "' in " + text);
        }
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** The JSON object of each line. */
    List<JsonNode> json() {
        return lines().stream().map(Outcome::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }
}
