package io.github.jvig.model.weights;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The float tensors of one checkpoint by name, as a state dict holds them: {@code module.} prefixes dropped, counters such as
 * {@code num_batches_tracked} left out. Immutable.
 */
public final class Weights {
    private final String source;
    private final Map<String, Tensor> tensors;

    /**
     * One float tensor.
     *
     * @param shape sizes, outermost first; empty for a scalar
     * @param data  values in C order, the product of the shape many
     */
    public record Tensor(int[] shape, float[] data) {}

    /**
     * @param source  the file's name, for messages
     * @param tensors by name; kept in the given order
     */
    public Weights(String source, Map<String, Tensor> tensors) {
        this.source = source;
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The file's name, for messages. */
    public String source() {
        return source;
    }

    /** Names in the file's order. */
    public Set<String> names() {
        return tensors.keySet();
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** Shape of a tensor, outermost size first. */
    public int[] shape(String name) throws WeightsException {
        return tensor(name).shape().clone();
    }

    /**
     * A tensor's values in C order (not a copy).
     *
     * @param shape the shape that the net needs
     * @throws WeightsException when the tensor is missing, has another shape or holds a value that is not finite
     */
    public float[] floats(String name, int... shape) throws WeightsException {
        Tensor tensor = tensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new WeightsException(source + ": tensor '" + name + "' has shape " + Arrays.toString(tensor.shape())
                    + ", the net needs " + Arrays.toString(shape));
        }
        float[] data = tensor.data();
        for (int i = 0; i < data.length; i++) {
            if (!Float.isFinite(data[i])) {
                throw new WeightsException(source + ": tensor '" + name + "' holds " + data[i] + " at element " + i);
            }
        }
        return data;
    }

    private Tensor tensor(String name) throws WeightsException {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new WeightsException(source + ": tensor '" + name + "' is missing");
        }
        return tensor;
    }

    /** All tensors by name, sorted, for tools that list or convert them. */
    public Map<String, Tensor> asMap() {
        return new TreeMap<>(tensors);
    }
}
