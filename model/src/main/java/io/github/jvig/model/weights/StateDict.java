package io.github.jvig.model.weights;

import java.util.List;
import java.util.Objects;

/** Which of the dicts of tensors of a training checkpoint is meant. Immutable. */
public final class StateDict {
    /**
     * The trained weights: under {@code state_dict}, {@code model} or {@code model_state_dict}, or else the file's top dict itself, or else
     * under the first other key that holds tensors. A dict without tensors is passed over. Moving averages and optimizers are not looked at
     * where there is anything else.
     */
    public static final StateDict MODEL = new StateDict(null, List.of("state_dict", "model", "model_state_dict"));
    /**
     * The exponential moving average of the weights: under {@code state_dict_ema}, {@code model_ema}, {@code ema_state_dict}, {@code ema},
     * {@code params_ema}, or the first other key that names an average.
     */
    public static final StateDict EMA = new StateDict(null, List.of("state_dict_ema", "model_ema", "ema_state_dict",
            "ema", "params_ema", "ema_model", "model_ema_state_dict", "ema_model_state_dict", "ema_params",
            "ema_weights"));

    private final String path;
    private final List<String> keys;

    private StateDict(String path, List<String> keys) {
        this.path = path;
        this.keys = keys;
    }

    /**
     * The dict under a key. Keys of dicts in each other are joined by dots, as in {@code "ema.module"}. Where the last part is no key but a
     * prefix of tensors' names, as in {@code "state_dict.student"}, it means the tensors that have it, without it. The key of the dict may
     * be left out: {@code "student"}.
     *
     * @param key of the file's top dict, or several joined by dots; not empty
     * @return names that dict
     */
    public static StateDict named(String key) {
        if (Objects.requireNonNull(key, "key").isEmpty()) {
            throw new IllegalArgumentException("the key of a state dict is empty");
        }
        return new StateDict(key, List.of());
    }

    /** The keys that were given by name, or null. */
    String path() {
        return path;
    }

    /** The keys under which it is looked for first; the first one with tensors counts. */
    List<String> keys() {
        return keys;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateDict that && Objects.equals(path, that.path) && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, keys);
    }

    @Override
    public String toString() {
        return path != null ? "'" + path + "'" : this == EMA ? "the moving average" : "the model";
    }
}
