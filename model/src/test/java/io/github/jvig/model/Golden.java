package io.github.jvig.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Net;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A golden file: what the authors' own code gives in float64 for seeded weights and a seeded input. */
record Golden(String file, JsonNode json) {
    /** Fair tolerances of float32 code, in standard deviations. */
    static final double LOGITS = 2e-5;
    static final double ACTIVATIONS = 2e-4;

    static Golden read(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file + ".json")) {
            return new Golden(file, new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Net net() {
        String model = json.get("model").asText();
        return model.equals("tiny_mobilevig")
                ? MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10)
                : Models.info(model).net();
    }

    int[] shape() {
        return new ObjectMapper().convertValue(json.get("input").get("shape"), int[].class);
    }

    float[] input() {
        return Seeded.values(json.get("input").get("name").asText(), shape());
    }

    int batch() {
        return shape()[0];
    }

    int height() {
        return shape()[2];
    }

    int width() {
        return shape()[3];
    }

    double[] logits() {
        return new ObjectMapper().convertValue(json.get("logits"), double[].class);
    }

    double logitsStd() {
        return json.get("logits_std").asDouble();
    }

    @Override
    public String toString() {
        return file;
    }
}
