package io.github.jvig.model.weights;

import java.util.List;
import java.util.Map;

/** Words for the values that a pickle can hold, for messages. */
final class PickleKind {
    private PickleKind() {
    }

    /** The kind of a value, such as {@code a list}; never its content, which may be deep or contain itself. */
    static String of(Object value) {
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
            case PythonName name -> name.toString();
            case IgnoredObject object -> "an object of " + object.type();
            default -> "a value";
        };
    }
}
