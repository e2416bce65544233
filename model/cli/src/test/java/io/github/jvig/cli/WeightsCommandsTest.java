package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.model.Models;
import io.github.jvig.model.weights.CheckpointWriter;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on weights of all kinds: which of a file's dicts, how many classes, values that are not finite, names that steer a terminal. */
class WeightsCommandsTest {
    private static final String ESCAPES = "\u001b[2J\u001b]0;title\u0007\n";
    private static Map<String, Weights.Tensor> digits;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readTheDigits() throws IOException {
        try (InputStream in = Models.class.getResourceAsStream("digits/digits_mobilevig.safetensors")) {
            digits = Weights.ofSafetensors("digits", in.readAllBytes()).asMap();
        }
    }

    /** The weights with other heads. */
    private static Map<String, Weights.Tensor> withHead(int classes, float weight, float bias) {
        Map<String, Weights.Tensor> changed = new LinkedHashMap<>(digits);
        for (String head : List.of("head", "dist_head")) {
            int[] shape = digits.get(head + ".weight").shape().clone();
            shape[0] = classes;
            changed.put(head + ".weight", new Weights.Tensor(shape, filled(classes * shape[1], weight)));
            changed.put(head + ".bias", new Weights.Tensor(new int[]{classes}, filled(classes, bias)));
        }
        return changed;
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static String best(Outcome outcome) {
        return outcome.json().getFirst().get("top").get(0).get("label").asText();
    }

    @Test
    void takesTheDictThatIsNamed() throws IOException {
        Path image = Samples.digit(folder.resolve("7.png"), "7-a.png");
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("student", withHead(10, 0, 1));
        top.put("teacher", Map.of("net", digits));
        top.put("model_ema", digits);
        Path file = CheckpointWriter.pth(folder.resolve("w.pth"), top);
        Outcome named = Outcome.of("classify", "--json", "--weights", file, "--state-dict", "teacher.net", image).ok();
        assertEquals("7", best(named));
        assertEquals("7", best(Outcome.of("classify", "--json", "--weights", file, "--ema", image).ok()));

        Outcome first = Outcome.of("classify", "--json", "--weights", file, image);
        assertEquals(Main.OK, first.status());
        Outcome.assertOneLine(first.err(), "w.pth", "under 'student'", "also under 'teacher.net'");
        assertEquals(0.1, first.json().getFirst().get("top").get(0).get("probability").asDouble(), 1e-6);

        Outcome.of("classify", "--weights", file, "--state-dict", "none", image).failed(Main.FAILED, "w.pth", "'none'",
                "'student', 'teacher.net', 'model_ema'");
        Outcome.of("classify", "--weights", file, "--state-dict", "student", "--ema", image).failed(Main.USAGE,
                "exclude each other");
        Outcome.of("classify", "--state-dict", "student", image).failed(Main.USAGE, "--state-dict needs --weights");
        Path target = folder.resolve("out.safetensors");
        Outcome.of("convert", file, target, "--state-dict", "teacher.net").ok();
        assertEquals(digits.keySet(), Weights.load(target).asMap().keySet());
    }

    @Test
    void oneClassIsAnsweredByItsSigmoid() throws IOException {
        Path image = Samples.digit(folder.resolve("7.png"), "7-a.png");
        Path file = CheckpointWriter.pth(folder.resolve("one.pth"), withHead(1, 0, -1));
        Outcome outcome = Outcome.of("classify", "--json", "--weights", file, image);
        assertEquals(Main.OK, outcome.status(), outcome::toString);
        Outcome.assertOneLine(outcome.err(), "one class", "sigmoid");
        JsonNode top = outcome.json().getFirst().get("top");
        assertEquals(1, top.size());
        assertEquals(0.2689414213699951, top.get(0).get("probability").asDouble(), 1e-12);
        Outcome.of("classify", "--weights", file, "--top-k", 2, image).failed(Main.USAGE, "--top-k 2",
                "classes (1)");
        Outcome.of("classify", "--top-k", 11, image).failed(Main.USAGE, "--top-k 11", "classes (10)");
    }

    @Test
    void logitsThatAreNotFiniteAreNoAnswer() throws IOException {
        Path a = Samples.digit(folder.resolve("a.png"), "7-a.png");
        Path b = Samples.digit(folder.resolve("b.png"), "3-a.png");
        Path file = CheckpointWriter.pth(folder.resolve("w.pth"), withHead(10, 1.6e38f, 0));
        Outcome words = Outcome.of("classify", "--weights", file, "--batch", 2, a, b);
        assertEquals(Main.PARTIAL, words.status(), words::toString);
        assertEquals("", words.out());
        List<String> lines = words.err().lines().toList();
        assertEquals(2, lines.size(), words.err());
        Outcome.assertOneLine(lines.get(0) + "\n", a.toString(), "logit 0 is ");
        Outcome.assertOneLine(lines.get(1) + "\n", b.toString(), "logit 0 is ");
        // The two heads become one, whose weights are the sum.
        Path beyond = CheckpointWriter.pth(folder.resolve("beyond.pth"), withHead(10, 3e38f, 0));
        Outcome.of("classify", "--weights", beyond, a).failed(Main.FAILED, "the weights of 'head'",
                "too large for float32");
        Outcome json = Outcome.of("classify", "--weights", file, "--json", a);
        assertEquals(Main.PARTIAL, json.status());
        assertTrue(json.json().getFirst().get("error").asText().contains("logit 0 is "), json::out);
        assertFalse(json.out().contains("probability"), json::out);
    }

    private static void assertPlain(String text) {
        assertFalse(text.codePoints().anyMatch(c -> c != '\n' && Character.isISOControl(c)), text);
    }

    @Test
    void controlCharactersInNamesOfFilesAndLabelsStayOffTheTerminal() throws IOException {
        Path image = Samples.digit(folder.resolve("7" + ESCAPES + ".png"), "7-a.png");
        Path labels = Files.write(folder.resolve("labels.txt"), Collections.nCopies(10, "x\u001b[2J"));
        Outcome refused = Outcome.of("classify", "--top-k", 1, "--labels", labels, image);
        refused.failed(Main.FAILED, "labels.txt", "control character");
        assertPlain(refused.err());
        Outcome words = Outcome.of("classify", "--top-k", 1, image).ok();
        assertPlain(words.out());
        assertEquals(2, words.lines().size(), words::out);
        Outcome json = Outcome.of("classify", "--top-k", 1, "--json", image).ok();
        assertPlain(json.out());
        assertEquals(image.toString(), json.json().getFirst().get("path").asText());
        Path none = folder.resolve("none" + ESCAPES + ".pth");
        Outcome missing = Outcome.of("classify", "--weights", none, image);
        missing.failed(Main.FAILED, "no such file");
        assertPlain(missing.err());
        Path out = folder.resolve("o" + ESCAPES + ".safetensors");
        Outcome converted = Outcome.of("convert", Samples.checkpoint("tiny_mobilevig.safetensors"), out).ok();
        assertPlain(converted.out());
        assertEquals(1, converted.lines().size(), converted::out);
    }
}
