package io.github.jvig.bench;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Converts a spec to one line of text and back: the name of the class, then {@code component=value} for each component of the record,
 * separated by spaces. A new operation needs no change here as long as the types of its components are supported.
 */
final class SpecText {
    private static final Pattern WINDOW = Pattern.compile("(\\d+)x(\\d+)s([\\d,]+)p([-\\d,]+)(?:d([\\d,]+))?");
    private static final String RESIDUAL = "+residual";

    private SpecText() {
    }

    static String write(Spec spec) {
        return spec.getClass().getSimpleName() + Arrays.stream(spec.getClass().getRecordComponents())
                .map(component -> " " + component.getName() + "=" + write(value(spec, component)))
                .collect(Collectors.joining());
    }

    private static Object value(Spec spec, RecordComponent component) {
        try {
            return component.getAccessor().invoke(spec);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("specs are public records", e);
        }
    }

    private static String write(Object value) {
        return switch (value) {
            case MapLayout map -> map + (map.equals(map.withChannels(map.channels())) ? "" : "/" + map.stride());
            case Epilogue epilogue -> epilogue.residualFirst()
                    ? RESIDUAL + "+" + epilogue.activation()
                    : epilogue.activation() + (epilogue.residual() ? RESIDUAL : "");
            case MaxRelative.Shift shift -> shift.dy() + "," + shift.dx();
            case List<?> list -> list.stream().map(SpecText::write).collect(Collectors.joining(";"));
            case Window _,Integer _,Double _,Enum<?> _ -> value.toString();
            default -> throw new IllegalArgumentException(
                    "the type " + value.getClass().getSimpleName() + " is not supported");
        };
    }

    /** @throws IllegalArgumentException if the text does not describe a spec that has a scalar kernel */
    static Spec parse(String text) {
        String[] words = text.split(" ");
        Class<? extends Spec> type = KernelProvider.scalar().table().rows().stream().map(KernelRow::spec)
                .filter(spec -> spec.getSimpleName().equals(words[0])).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no spec class '" + words[0] + "'"));
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String start = components[i].getName() + "=";
            if (i + 1 >= words.length || !words[i + 1].startsWith(start)) {
                throw new IllegalArgumentException("'" + text + "' lacks " + start);
            }
            types[i] = components[i].getType();
            values[i] = parse(words[i + 1].substring(start.length()), types[i]);
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("'" + text + "' is not a valid spec", e);
        }
    }

    private static Object parse(String text, Class<?> type) {
        if (type == MapLayout.class) {
            return map(text);
        }
        if (type == Window.class) {
            return window(text);
        }
        if (type == Epilogue.class) {
            if (text.startsWith(RESIDUAL)) {
                return Epilogue.NONE.plusResidual().then(activation(text.substring(RESIDUAL.length() + 1)));
            }
            boolean residual = text.endsWith(RESIDUAL);
            Epilogue plain = Epilogue
                    .of(activation(residual ? text.substring(0, text.length() - RESIDUAL.length()) : text));
            return residual ? plain.plusResidual() : plain;
        }
        if (type == MaxRelative.Shift.class) {
            return shift(text);
        }
        if (type == List.class) {
            return text.isEmpty() ? List.of() : Arrays.stream(text.split(";")).map(SpecText::shift).toList();
        }
        if (type == int.class) {
            return Integer.valueOf(text);
        }
        if (type == double.class) {
            return Double.valueOf(text);
        }
        return constant(text, type);
    }

    private static MapLayout map(String text) {
        String[] parts = text.split("/");
        int[] sides = Arrays.stream(parts[0].split("x")).mapToInt(Integer::parseInt).toArray();
        return parts.length == 1
                ? MapLayout.of(sides[0], sides[1], sides[2])
                : new MapLayout(sides[0], sides[1], sides[2], Integer.parseInt(parts[1]));
    }

    private static Window window(String text) {
        Matcher m = WINDOW.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a window");
        }
        int[] stride = numbers(m.group(3), 2);
        int[] padding = numbers(m.group(4), 4);
        int[] dilation = numbers(m.group(5) == null ? "1" : m.group(5), 2);
        return new Window(
                new Window.Axis(Integer.parseInt(m.group(1)), stride[0], padding[0], padding[2], dilation[0]),
                new Window.Axis(Integer.parseInt(m.group(2)), stride[1], padding[1], padding[3], dilation[1]));
    }

    /** As many numbers as asked for, of which one alone stands for all. */
    private static int[] numbers(String text, int count) {
        int[] given = Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
        if (given.length != 1 && given.length != count) {
            throw new IllegalArgumentException("'" + text + "' is neither 1 nor " + count + " numbers");
        }
        int[] all = new int[count];
        Arrays.setAll(all, i -> given[given.length == 1 ? 0 : i]);
        return all;
    }

    private static Activation activation(String text) {
        return (Activation) constant(text, Activation.class);
    }

    private static MaxRelative.Shift shift(String text) {
        String[] parts = text.split(",");
        return new MaxRelative.Shift(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    private static Object constant(String text, Class<?> type) {
        return Arrays.stream(type.isEnum() ? type.getEnumConstants() : new Object[0])
                .filter(c -> c.toString().equals(text)).findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("'" + text + "' is not a value of " + type.getSimpleName()));
    }
}
