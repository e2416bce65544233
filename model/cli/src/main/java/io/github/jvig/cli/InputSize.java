package io.github.jvig.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Height and width of the input in pixels, written as {@code 224} or {@code 256x192}. */
public record InputSize(int height, int width) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:x(\\d{1,6}))?");

    /** Parses the value of {@code --size}. */
    public static final class Converter implements ITypeConverter<InputSize> {
        @Override
        public InputSize convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + value + "' is neither a number of pixels nor HEIGHTxWIDTH, such as 224 or 256x192");
            }
            int height = Integer.parseInt(matcher.group(1));
            int width = matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2));
            if (height == 0 || width == 0) {
                throw new TypeConversionException("input size must be at least 1x1, got " + height + "x" + width);
            }
            return new InputSize(height, width);
        }
    }

    boolean isSquare() {
        return height == width;
    }

    @Override
    public String toString() {
        return isSquare() ? Integer.toString(height) : height + "x" + width;
    }
}
