package io.github.jvig.model.vision;

import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Images;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The images of handwritten digits that come with the built-in net: two of each digit, none of which it was trained on. */
public final class DigitSamples {
    private static final String FOLDER = "/io/github/jvig/model/digits/samples/";
    private static final int DIGITS = 10;

    private DigitSamples() {
    }

    /**
     * The names of all 20. The first character is the digit.
     *
     * @return {@code 0-a.png}, {@code 0-b.png}, {@code 1-a.png} and so on
     */
    public static List<String> names() {
        return IntStream.range(0, DIGITS).boxed().flatMap(digit -> Stream.of(digit + "-a.png", digit + "-b.png"))
                .toList();
    }

    /**
     * Opens an image, a PNG file.
     *
     * @param name one of {@link #names}
     * @return its bytes, for the caller to close
     * @throws IllegalArgumentException when there is none of that name
     */
    public static InputStream open(String name) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "there is no built-in digit called '" + name + "'; there are 0-a.png, 0-b.png, ... 9-b.png");
        }
        return DigitSamples.class.getResourceAsStream(FOLDER + name);
    }

    /**
     * All of them for a {@link DecodePipeline}, in the order of {@link #names}.
     *
     * @return inputs called {@code samples/0-a.png} and so on
     */
    public static List<ImageInput> images() {
        return names().stream().map(DigitSamples::image).toList();
    }

    private static ImageInput image(String file) {
        String name = "samples/" + file;
        return new ImageInput(name, orientation -> {
            try (InputStream in = open(file)) {
                return Images.read(in, name, orientation);
            }
        });
    }
}
