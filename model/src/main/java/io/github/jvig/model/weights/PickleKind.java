package io.github.jvig.model.weights;

import java.util.List;
import java.util.Map;

/** Names what came out of a pickle, for messages. */
final class PickleKind {
    private PickleKind() {
    }

    /** What kind of value came out of a pickle; never its content, which may be deep or contain itself. */
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
            case PythonName global -> global.toString();
            case IgnoredObject opaque -> "an object of " + opaque.type();
            default -> "a value";
        };
    }
}
