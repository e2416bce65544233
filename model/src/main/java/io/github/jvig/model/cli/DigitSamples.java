package io.github.jvig.model.cli;

import io.github.jvig.model.vision.ImageInput;
import io.github.jvig.model.vision.Images;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The 20 built-in images of handwritten digits. */
final class DigitSamples {
    private static final String FOLDER = "/io/github/jvig/model/digits/samples/";

    private DigitSamples() {
    }

    /** All samples in order; the first character of the file name is the digit. */
    static List<ImageInput> all() {
        return IntStream.range(0, 10).boxed().flatMap(digit -> Stream.of(digit + "-a.png", digit + "-b.png"))
                .map(DigitSamples::sample).toList();
    }

    private static ImageInput sample(String file) {
        String name = "samples/" + file;
        return new ImageInput(name, orientation -> {
            try (InputStream in = DigitSamples.class.getResourceAsStream(FOLDER + file)) {
                return Images.read(in, name, orientation);
            }
        });
    }
}
