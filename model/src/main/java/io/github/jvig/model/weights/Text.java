package io.github.jvig.model.weights;

import java.util.List;
import java.util.Map;

/**
 * Pieces of messages. What a file says is cut short and stripped of control characters, so that every message stays one
 * line.
 */
final class Text {
    private static final int LONGEST = 120;

    private Text() {
    }

    /** A name from a file. */
    static String quote(String name) {
        return "'" + plain(name) + "'";
    }

    /** Text from a file or a library, as one line. */
    static String plain(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.codePoints().map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /** What kind of value came out of a pickle; never its content, which may be deep or contain itself. */
    static String kind(Object value) {
        return switch (value) {
            case null -> "None";
            case String _ -> "text";
            case Boolean _ -> "a bool";
            case Number _ -> "a number";
            case Object[] _ -> "a tuple";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a dict";
            case TensorRef _ -> "a tensor";
            case StorageRef _ -> "a storage";
            case Global global -> global.toString();
            case Opaque opaque -> "an object of " + opaque.type();
            default -> "a value";
        };
    }
}
