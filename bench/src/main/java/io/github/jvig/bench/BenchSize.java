package io.github.jvig.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Height and width of the input in pixels, written as {@code 224} or {@code 192x160}. */
record BenchSize(int height, int width) {
    /** Parses the value of {@code --size}. */
    static final class Converter implements ITypeConverter<BenchSize> {
        @Override
        public BenchSize convert(String value) {
            if (!value.matches("[1-9]\\d{0,4}(x[1-9]\\d{0,4})?")) {
                throw new TypeConversionException(
                        "'" + value + "' is neither a number of pixels nor HEIGHTxWIDTH, such as 224 or 192x160");
            }
            String[] sides = value.split("x");
            return new BenchSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[sides.length - 1]));
        }
    }

    @Override
    public String toString() {
        return height == width ? Integer.toString(height) : height + "x" + width;
    }
}
