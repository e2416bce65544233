package io.github.jvig.model.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dict of a pickle. Only entries with text as the key are kept: all others belong to optimizers and the like. Text is compared in order
 * where hashes are equal, so that no choice of keys makes this slow. Counts its tensors as they come, so that nobody needs to look for them.
 */
final class PickleDict {
    private final Map<String, Object> entries = new LinkedHashMap<>();
    private int tensors;
    private Object tensorKey;
    private boolean unnamed;
    private int others;
    private boolean arrays;

    void put(Object key, Object value) {
        if (!(key instanceof String name)) {
            others++;
            if (value instanceof TensorRef && !unnamed) {
                unnamed = true;
                tensorKey = key;
            }
            return;
        }
        Object before = entries.put(name, value);
        tensors += count(value) - count(before);
        arrays |= value instanceof OddTensor odd && odd.isArray();
    }

    private static int count(Object value) {
        return value instanceof OddTensor odd && !odd.isArray() || value instanceof TensorRef ? 1 : 0;
    }

    Object get(String key) {
        return entries.get(key);
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    int size() {
        return entries.size();
    }

    /** How many of the values are tensors. */
    int tensors() {
        return tensors;
    }

    /** Whether a value is, or was, a NumPy array. */
    boolean hasArrays() {
        return arrays;
    }

    /** How many entries were not kept, since their keys are not text. */
    int others() {
        return others;
    }

    /** Whether a tensor lies under a key that is not text. */
    boolean hasUnnamed() {
        return unnamed;
    }

    /** The key of the first tensor that has no text as its key. */
    Object unnamedKey() {
        return tensorKey;
    }

    /** In the file's order; can't be changed. */
    Map<String, Object> entries() {
        return Collections.unmodifiableMap(entries);
    }
}
