package io.github.jvig.model.weights;

import java.util.List;

/** The state dicts that a training checkpoint can hold. */
public enum StateDict {
    /**
     * The trained weights: under {@code state_dict}, {@code model} or {@code model_state_dict}, or else the file's top
     * dict itself.
     */
    MODEL("state_dict", "model", "model_state_dict"),
    /** The exponential moving average of the weights: under {@code state_dict_ema}. */
    EMA("state_dict_ema");

    private final List<String> keys;

    StateDict(String... keys) {
        this.keys = List.of(keys);
    }

    /** The keys under which it is looked for; the first one found counts. */
    List<String> keys() {
        return keys;
    }
}
