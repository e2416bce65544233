package io.github.jvig.bench;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
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
                .map(component -> " " + component.getName() + "=" + write(value((Record) spec, component)))
                .collect(Collectors.joining());
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
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
            case Window _,Integer _,Double _,Boolean _,Enum<?> _ -> value.toString();
            case Record record -> Arrays.stream(record.getClass().getRecordComponents())
                    .map(component -> write(value(record, component))).collect(Collectors.joining("|", "(", ")"));
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
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String start = components[i].getName() + "=";
            if (i + 1 >= words.length || !words[i + 1].startsWith(start)) {
                throw new IllegalArgumentException("'" + text + "' lacks " + start);
            }
            values[i] = parse(words[i + 1].substring(start.length()), components[i].getGenericType());
        }
        return make(type, values, text);
    }

    private static <T> T make(Class<T> type, Object[] values, String text) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("'" + text + "' is not a valid " + type.getSimpleName(), e);
        }
    }

    /** A record in parentheses, its components in order. */
    private static Object record(String text, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> parts = parts(text.substring(1, text.length() - 1), '|');
        if (parts.size() != components.length) {
            throw new IllegalArgumentException("'" + text + "' is not a " + type.getSimpleName());
        }
        Object[] values = new Object[components.length];
        Arrays.setAll(values, i -> parse(parts.get(i), components[i].getGenericType()));
        return make(type, values, text);
    }

    /** Cut where the separator stands outside of parentheses. */
    private static List<String> parts(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == separator && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Object parse(String text, Type generic) {
        if (generic instanceof ParameterizedType list && list.getRawType() == List.class) {
            Type element = list.getActualTypeArguments()[0];
            return text.isEmpty()
                    ? List.of()
                    : parts(text, ';').stream().map(part -> parse(part, element)).toList();
        }
        Class<?> type = (Class<?>) generic;
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
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        }
        if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == double.class) {
            return Double.valueOf(text);
        }
        return type.isRecord() ? record(text, type) : constant(text, type);
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
