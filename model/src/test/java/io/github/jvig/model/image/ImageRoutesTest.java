package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Transform;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file, a stream, bytes and a decoded image all give the net the same bits. */
class ImageRoutesTest {
    @TempDir
    Path folder;

    private static ImageClassifier classifier(Transform transform) {
        return new ImageClassifier(input -> new float[]{input[0], input[input.length / 2]}, transform,
                Labels.numbered(2));
    }

    /** Gives one byte at a time, as a slow connection may. */
    private static InputStream trickle(byte[] file) {
        return new FilterInputStream(new ByteArrayInputStream(file)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, 1));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"images/palette.gif.png", "images/rgb.bmp.png", "images/rgb420.jpg",
            "images/progressive.jpg",
            "images/grey.jpg", "images/cmyk.jpg", "images/ycck.jpg", "images/profile.jpg", "images/palette.gif",
            "images/rgb.bmp", "images/palette.bmp", "images/bilevel.bmp", "images/lossless.webp", "images/lossy.webp",
            "images/lossy-alpha.webp", "images/animated.webp"})
    void inputsHaveTheSameBits(String resource) throws IOException {
        byte[] file = TestFiles.resource(resource);
        Path path = Files.write(folder.resolve("image"), file);
        for (Transform transform : new Transform[]{Transform.imagenet(224, 224), Transform.imagenet(64, 96),
                Transform.digits()}) {
            ImageClassifier classifier = classifier(transform);
            float[] expected = classifier.prepare(path);
            assertArrayEquals(expected, classifier.prepare(file, "bytes"));
            assertArrayEquals(expected, classifier.prepare(new ByteArrayInputStream(file), "stream"));
            assertArrayEquals(expected, classifier.prepare(trickle(file), "slow stream"));
            RgbImage decoded = Images.read(path);
            assertArrayEquals(expected, classifier.prepare(decoded));
            assertArrayEquals(expected,
                    classifier.prepare(RgbImage.ofArgb(decoded.width(), decoded.height(), decoded.toArgb())));
            assertArrayEquals(expected, transform.apply(ImageInput.of(path).read(Orientation.STORED)));
            assertArrayEquals(expected, transform.apply(ImageInput.of("bytes", file).read(Orientation.STORED)));
            double[] probabilities = probabilities(classifier.classify(path));
            assertArrayEquals(probabilities, probabilities(classifier.classify(file, "bytes")));
            assertArrayEquals(probabilities,
                    probabilities(classifier.classify(new ByteArrayInputStream(file), "stream")));
            assertArrayEquals(probabilities, probabilities(classifier.classify(decoded)));
        }
    }

    private static double[] probabilities(Classifications classifications) {
        return new double[]{classifications.probability(0), classifications.probability(1)};
    }

    @ParameterizedTest
    @EnumSource
    void orientationIsTheSame(Orientation orientation) throws IOException {
        byte[] file = rotated();
        Path path = Files.write(folder.resolve("image"), file);
        RgbImage expected = Images.read(path, orientation);
        assertEquals(orientation == Orientation.EXIF, !expected.equals(Images.read(path)));
        assertEquals(expected, Images.read(file, "bytes", orientation));
        assertEquals(expected, Images.read(new ByteArrayInputStream(file), "stream", orientation));
        ImageClassifier classifier = classifier(Transform.digits()).with(orientation);
        assertArrayEquals(classifier.prepare(path), classifier.prepare(file, "bytes"));
        assertArrayEquals(classifier.prepare(path), classifier.prepare(new ByteArrayInputStream(file), "stream"));
    }

    /** A JPEG with an EXIF segment of orientation 6. */
    private static byte[] rotated() {
        byte[] plain = TestFiles.resource("images/rgb420.jpg");
        byte[] exif = TestFiles.bytes(0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1,
                0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0);
        byte[] file = Arrays.copyOf(plain, plain.length + exif.length);
        System.arraycopy(exif, 0, file, 2, exif.length);
        System.arraycopy(plain, 2, file, 2 + exif.length, plain.length - 2);
        return file;
    }

    @Test
    void errorsHaveTheGivenName() {
        byte[] damaged = Arrays.copyOf(TestFiles.resource("images/rgb420.jpg"), 400);
        ImageClassifier classifier = classifier(Transform.digits());
        assertEquals("upload 7: the image file is truncated",
                assertThrows(ImageException.class, () -> classifier.classify(damaged, "upload 7")).getMessage());
        assertEquals("upload 8: the image file is truncated", assertThrows(ImageException.class,
                () -> classifier.classify(new ByteArrayInputStream(damaged), "upload 8")).getMessage());
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertEquals("upload 9: can't be read: connection reset",
                assertThrows(ImageException.class, () -> classifier.prepare(broken, "upload 9")).getMessage());
    }

    @Test
    void aStreamIsLeftOpen() throws IOException {
        boolean[] closed = {false};
        InputStream in = new FilterInputStream(new ByteArrayInputStream(TestFiles.resource("images/rgb.bmp"))) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Images.read(in, "stream");
        assertEquals(-1, in.read());
        assertTrue(!closed[0]);
    }
}
