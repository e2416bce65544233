package io.github.jvig.model.vision;

import static io.github.jvig.model.image.TestFiles.bytes;
import static io.github.jvig.model.image.TestFiles.png;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.TestFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageClassifierTest {
    private static final int SIZE = 3 * 64 * 64;

    private final List<Integer> batches = new ArrayList<>();

    @TempDir
    Path folder;

    /** A net of two classes, dark and light: the logits are the negative and the positive mean of the input. */
    private float[] brightness(float[] nchw) {
        assertEquals(0, nchw.length % SIZE);
        int batch = nchw.length / SIZE;
        batches.add(batch);
        float[] logits = new float[2 * batch];
        for (int i = 0; i < nchw.length; i++) {
            logits[i / SIZE * 2] -= nchw[i] / SIZE;
            logits[i / SIZE * 2 + 1] += nchw[i] / SIZE;
        }
        return logits;
    }

    private ImageClassifier classifier() {
        return new ImageClassifier(this::brightness, Transform.digits(), Labels.numbered(2));
    }

    private Path image(String name, int gray) throws IOException {
        return Files.write(folder.resolve(name), png(1, 1, 8, TestFiles.GRAY, bytes(gray)));
    }

    @Test
    void aFileAndABufferedImage() throws IOException {
        assertEquals(1, classifier().classify(image("light.png", 250)).best().index());
        assertEquals(0, classifier().classify(image("dark.png", 5)).best().index());
        assertEquals(0, classifier().classify(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB)).best().index());
    }

    @Test
    void listsRunInBatchesAndKeepTheirOrder() throws IOException {
        List<ImageInput> images = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 2 * ImageClassifier.BATCH + 1; i++) {
            images.add(ImageInput.of(image(i + ".png", i % 3 == 0 ? 240 : 10)));
            expected.add(i % 3 == 0 ? 1 : 0);
        }
        assertEquals(expected, classifier().classify(images).stream().map(c -> c.best().index()).toList());
        assertEquals(List.of(ImageClassifier.BATCH, ImageClassifier.BATCH, 1), batches);
        assertTrue(classifier().classify(List.of()).isEmpty());
        assertEquals(1, classifier().classify(images.getFirst()).best().index());
    }

    @Test
    void aBadFileIsNamed() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.png"), "no image");
        List<ImageInput> images = List.of(ImageInput.of(image("good.png", 1)), ImageInput.of(bad));
        ImageException e = assertThrows(ImageException.class, () -> classifier().classify(images));
        assertTrue(e.getMessage().startsWith(bad.toString()));
    }

    @Test
    void orientationIsObeyedOnDemand() throws IOException {
        byte[] plain = TestFiles.resource("images/rgb420.jpg");
        byte[] exif = bytes(0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12,
                0, 3, 0, 0, 0, 1, 0,
                3, 0, 0, 0, 0, 0, 0);
        byte[] turned = Arrays.copyOf(plain, plain.length + exif.length);
        System.arraycopy(exif, 0, turned, 2, exif.length);
        System.arraycopy(plain, 2, turned, 2 + exif.length, plain.length - 2);
        Path file = Files.write(folder.resolve("turned.jpg"), turned);
        float[] stored = classifier().prepare(file);
        float[] upright = classifier().with(Orientation.EXIF).prepare(file);
        assertEquals(stored[0], upright[64 * 64 - 1], 1e-5f);
        assertEquals(stored[5 * 64 + 9], upright[(63 - 5) * 64 + 63 - 9], 1e-5f);
    }

    @Test
    void inputsAndLogitsMustFit() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> classifier().classifyPrepared(List.of(new float[5])));
        ImageClassifier wrong = new ImageClassifier(this::brightness, Transform.digits(), Labels.digits());
        Path image = image("any.png", 1);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> wrong.classify(image));
        assertEquals("digits: 10 labels, but the net has 2 classes", e.getMessage());
    }
}
