package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.ImageClassifier;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The built-in net on the 360 images that it was not trained on: what PyTorch says of each, this says. */
@Tag("every-width")
class DigitsModelTest {
    private static final int IMAGES = 360;
    private static final int SIDE = 64;

    private static JsonNode test() throws Exception {
        try (InputStream in = DigitsModelTest.class
                .getResourceAsStream("/io/github/jvig/model/image/digits_test.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    @Test
    void logitsArePyTorchs() throws Exception {
        JsonNode test = test();
        float[] batch = new float[IMAGES * 3 * SIDE * SIDE];
        for (int i = 0; i < IMAGES; i++) {
            input(test.get("images").get(i), batch, i * 3 * SIDE * SIDE);
        }
        try (Session session = Models.digits().compile(o -> o.threads(2).warmUp(false))) {
            float[] logits = session.run(batch);
            for (int i = 0; i < IMAGES; i++) {
                JsonNode expected = test.get("logits").get(i);
                double mean = 0;
                double square = 0;
                for (JsonNode logit : expected) {
                    mean += logit.asDouble() / 10;
                    square += logit.asDouble() * logit.asDouble() / 10;
                }
                double tolerance = Golden.LOGITS * Math.sqrt(square - mean * mean);
                int best = 0;
                for (int c = 0; c < 10; c++) {
                    assertEquals(expected.get(c).asDouble(), logits[i * 10 + c], tolerance,
                            "image " + i + " class " + c);
                    best = logits[i * 10 + c] > logits[i * 10 + best] ? c : best;
                }
                assertEquals(test.get("pred").get(i).asInt(), best, "image " + i);
            }
        }
    }

    @Test
    void imagesOfEightBitsAreNamedAsPyTorchNamesThem() throws Exception {
        JsonNode test = test();
        int right = 0;
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false))) {
            ImageClassifier classifier = session.classifier();
            for (int i = 0; i < IMAGES; i++) {
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
                for (int p = 0; p < 64; p++) {
                    image.getRaster().setSample(p % 8, p / 8, 0,
                            Math.round(test.get("images").get(i).get(p).asInt() * 255 / 16f));
                }
                Classifications named = classifier.classify(image);
                assertEquals(test.get("pred").get(i).asInt(), named.best().index(), "image " + i);
                right += named.best().index() == test.get("labels").get(i).asInt() ? 1 : 0;
            }
        }
        assertEquals(357, right);
        assertTrue(right > 0.99 * IMAGES);
    }

    /** As the net was trained: v/16, bilinear from 8x8 to 64x64 between half-pixel centers, (v - 0.5) / 0.5, on three channels. */
    private static void input(JsonNode pixels, float[] batch, int at) {
        for (int y = 0; y < SIDE; y++) {
            double v = Math.clamp((y + 0.5) / 8 - 0.5, 0, 7);
            int top = Math.min(6, (int) v);
            for (int x = 0; x < SIDE; x++) {
                double u = Math.clamp((x + 0.5) / 8 - 0.5, 0, 7);
                int left = Math.min(6, (int) u);
                double value = 0;
                for (int corner = 0; corner < 4; corner++) {
                    int row = top + corner / 2;
                    int column = left + corner % 2;
                    value += (1 - Math.abs(v - row)) * (1 - Math.abs(u - column)) * pixels.get(row * 8 + column).asInt()
                            / 16.0;
                }
                for (int c = 0; c < 3; c++) {
                    batch[at + (c * SIDE + y) * SIDE + x] = (float) ((value - 0.5) / 0.5);
                }
            }
        }
    }
}
