package io.github.jvig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Input files for the commands. */
final class Samples {
    private Samples() {
    }

    static Path checkpoint(String name) {
        return resource("/checkpoints/" + name);
    }

    /** One of the tiny models of {@code model/src/test/python/tiny_onnx.py}. */
    static Path onnx(String name) {
        return resource("/onnx/" + name + ".onnx");
    }

    static Path image(String name) {
        return resource("/io/github/jvig/model/image/images/" + name);
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Samples.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a built-in digit to a file. */
    static Path digit(Path file, String name) throws IOException {
        try (InputStream in = DigitSamples.open(name)) {
            Files.copy(in, file);
            return file;
        }
    }

    /** The golden results of the authors' code. */
    static JsonNode golden(String name) throws IOException {
        try (InputStream in = Samples.class.getResourceAsStream("/golden/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** The input of the golden files of this size. */
    static Path input(Path file, int batch, int height, int width) throws IOException {
        return Npy.float32(file, "(" + batch + ", 3, " + height + ", " + width + ")",
                Seeded.values("input", batch, 3, height, width));
    }

    /** The weights of the golden files. */
    static Path seededWeights(Path file, String model) throws IOException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Models.info(model).net().build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                return tensors.computeIfAbsent(name, _ -> new Weights.Tensor(shape, Seeded.values(name, shape))).data();
            }

            @Override
            public String source() {
                return "seeded weights";
            }
        });
        Safetensors.write(file, new Weights("seeded weights", tensors));
        return file;
    }
}
