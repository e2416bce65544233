package io.github.jvig.cli;

import io.github.jvig.model.SessionOptions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The shape of an input of an ONNX model, written as {@code ids=1x16}. */
public record InputShape(String name, List<Integer> sizes) {
    private static final Pattern SIZES = Pattern.compile("[1-9]\\d{0,8}(x[1-9]\\d{0,8})*");

    /** Parses the value of {@code --shape}. */
    public static final class Converter implements ITypeConverter<InputShape> {
        @Override
        public InputShape convert(String value) {
            int equals = value.lastIndexOf('=');
            if (equals < 1 || !SIZES.matcher(value.substring(equals + 1)).matches()) {
                throw new TypeConversionException(
                        "'" + value + "' is not the name of an input and its sizes, such as ids=1x16");
            }
            return new InputShape(value.substring(0, equals),
                    Arrays.stream(value.substring(equals + 1).split("x")).map(Integer::valueOf).toList());
        }
    }

    /** Sets the shapes of inputs. */
    public static void set(List<InputShape> shapes, SessionOptions.Builder options) {
        for (InputShape shape : shapes) {
            options.input(shape.name(), shape.sizes().stream().mapToInt(i -> i).toArray());
        }
    }
}
