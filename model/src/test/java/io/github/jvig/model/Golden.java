package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.nets.CasViT;
import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A golden file: what the authors' own code gives in float64 for seeded weights and a seeded input. */
public record Golden(String file, JsonNode json) {
    /** Fair tolerances of float32 code, in standard deviations. */
    public static final double LOGITS = 2e-5;
    public static final double ACTIVATIONS = 2e-4;

    public static Golden read(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file + ".json")) {
            return new Golden(file, new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Net net() {
        String model = json.get("model").asText();
        return switch (model) {
            case "tiny_mobilevig" -> MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10);
            case "tiny_efficientformer" -> new EfficientFormer(List.of(1, 2, 1, 4), List.of(12, 20, 36, 44), 2, 10);
            case "tiny_casvit" -> new CasViT(List.of(1, 1, 2, 1), List.of(16, 24, 32, 40), 10, true);
            case "mobileone_s0_merged" -> configured("mobileone_s0");
            case "unireplknet_a_merged" -> configured("unireplknet_a");
            default -> Models.info(model).net();
        };
    }

    /** A net in the form of its checkpoint that the tensors of the file are from. */
    private Net configured(String model) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        json.get("weights").forEachEntry((name, tensor) -> {
            int[] shape = new ObjectMapper().convertValue(tensor.get("shape"), int[].class);
            tensors.put(name, new Weights.Tensor(shape, Seeded.values(name, shape)));
        });
        try {
            return Models.info(model).net().configuredFor(new Weights(file, tensors));
        } catch (WeightsException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int[] shape() {
        return new ObjectMapper().convertValue(json.get("input").get("shape"), int[].class);
    }

    public float[] input() {
        return Seeded.values(json.get("input").get("name").asText(), shape());
    }

    public int batch() {
        return shape()[0];
    }

    public int height() {
        return shape()[2];
    }

    public int width() {
        return shape()[3];
    }

    public double[] logits() {
        return new ObjectMapper().convertValue(json.get("logits"), double[].class);
    }

    public double logitsStd() {
        return json.get("logits_std").asDouble();
    }

    /** Compares an activation of a file with the values of all images, {@code [batch][channels][height][width]}. */
    public static void assertActivation(JsonNode expected, int channels, int height, int width, float[] actual) {
        String name = expected.get("name").asText();
        if (expected.get("shape").size() == 3) {
            assertTokens(expected, channels, height * width, actual);
            return;
        }
        int[] shape = {0, channels, height, width};
        for (int i = 1; i < shape.length; i++) {
            // Behind a pool there is but one pixel, which some files leave out.
            assertEquals(expected.get("shape").path(i).asInt(1), shape[i], name);
        }
        assertValues(expected, actual, at -> {
            int index = 0;
            for (int i = 0; i < shape.length; i++) {
                index = index * shape[i] + at.path(i).asInt(0);
            }
            return index;
        });
    }

    /** The same for a file that has the pixels in a row, {@code [batch][pixels][channels]}. */
    private static void assertTokens(JsonNode expected, int channels, int pixels, float[] actual) {
        assertEquals(pixels, expected.get("shape").get(1).asInt(), expected.get("name").asText());
        assertEquals(channels, expected.get("shape").get(2).asInt(), expected.get("name").asText());
        assertValues(expected, actual,
                at -> (at.get(0).asInt() * channels + at.get(2).asInt()) * pixels + at.get(1).asInt());
    }

    private static void assertValues(JsonNode expected, float[] actual, ToIntFunction<JsonNode> place) {
        String name = expected.get("name").asText();
        double tolerance = ACTIVATIONS * expected.get("std").asDouble();
        assertTrue(expected.get("samples").size() > 0, name);
        for (JsonNode sample : expected.get("samples")) {
            JsonNode at = sample.get("index");
            assertEquals(sample.get("value").asDouble(), actual[place.applyAsInt(at)], tolerance, name + " at " + at);
        }
        double sum = 0;
        for (float v : actual) {
            sum += v;
        }
        assertEquals(expected.get("mean").asDouble(), sum / actual.length, tolerance, "mean of " + name);
    }

    @Override
    public String toString() {
        return file;
    }
}
