package io.github.jvig.spark;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Size of a model's input in pixels.
 *
 * @param height rows, at least 1
 * @param width  columns, at least 1
 */
record InputSize(int height, int width) implements Serializable {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:x(\\d{1,6}))?");

    /**
     * A size as {@code jvig classify --size} takes it: {@code 224} or {@code 256x192}, height first.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static InputSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "size must be a number of pixels or HEIGHTxWIDTH, such as 224 or 256x192, got '" + text + "'");
        }
        int height = Integer.parseInt(matcher.group(1));
        int width = matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2));
        if (height == 0 || width == 0) {
            throw new IllegalArgumentException("size must be at least 1x1, got '" + text + "'");
        }
        return new InputSize(height, width);
    }
}
