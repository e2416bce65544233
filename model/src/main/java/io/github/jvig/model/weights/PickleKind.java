package io.github.jvig.model.weights;

import java.util.List;

/** Words for the values that a pickle can hold, for messages. */
final class PickleKind {
    /** Values of which only the kind is kept. */
    enum Plain {
        NUMBER("a number"), TEXT("a long text"), BYTES("bytes"), SET("a set"), OBJECT("an object");

        private final String words;

        Plain(String words) {
            this.words = words;
        }
    }

    private PickleKind() {
    }

    /** The kind of a value, such as {@code a list}; never its content, which may be deep or contain itself. */
    static String of(Object value) {
        return switch (value) {
            case null -> "None";
            case Plain plain -> plain.words;
            case String _ -> "text";
            case Boolean _ -> "a bool";
            case Number _ -> "a number";
            case Object[] _ -> "a tuple";
            case List<?> _ -> "a list";
            case PickleDict dict when dict.hasArrays() -> "a dict of NumPy arrays";
            case PickleDict _ -> "a dict";
            case OddTensor odd when odd.isArray() -> "a NumPy array";
            case TensorRef _,OddTensor _ -> "a tensor";
            case StorageRef _ -> "a storage";
            case PythonName name -> name.toString();
            case IgnoredObject object when object.isModule() -> "a whole model (" + object.type() + ")";
            case IgnoredObject object -> "an object of " + object.type();
            default -> "a value";
        };
    }
}
