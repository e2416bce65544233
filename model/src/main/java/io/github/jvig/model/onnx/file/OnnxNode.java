package io.github.jvig.model.onnx.file;

import io.github.jvig.model.text.MessageText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One operator of a graph.
 *
 * @param name       for messages; its first output's name where the file gives none
 * @param domain     empty for ONNX's own operators
 * @param type       as in {@code "Conv"}
 * @param version    of the domain's operator set that the file uses
 * @param inputs     names of values; empty for an optional one that is not given
 * @param outputs    names of values; empty for an optional one that is not wanted
 * @param attributes {@link Long}, {@link Float}, {@link String}, {@code List<Long>}, {@code List<Float>}, {@code List<String>},
 *                   {@link OnnxTensor} or {@link OnnxGraph} by name
 */
public record OnnxNode(String name, String domain, String type, int version, List<String> inputs,
        List<String> outputs, Map<String, Object> attributes) {
    /** Copies the collections. */
    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Map.copyOf(attributes);
    }

    /** {@return the names of all values that it reads: its inputs, and what graphs inside it read of the graph around them} */
    public Set<String> reads() {
        Set<String> reads = new LinkedHashSet<>(inputs);
        attributes.values().forEach(value -> {
            if (value instanceof OnnxGraph graph) {
                reads.addAll(graph.captured());
            }
        });
        reads.remove("");
        return reads;
    }

    /**
     * Whether an optional input is given.
     *
     * @param i number of the input, from 0
     * @return whether it has a name
     */
    public boolean has(int i) {
        return i < inputs.size() && !inputs.get(i).isEmpty();
    }

    /**
     * A whole number.
     *
     * @param attribute its name
     * @param otherwise its value where the node has none
     * @return the value
     * @throws IllegalArgumentException when it is of another type
     */
    public long integer(String attribute, long otherwise) {
        return get(attribute, Long.class, otherwise);
    }

    /**
     * A real number.
     *
     * @param attribute its name
     * @param otherwise its value where the node has none
     * @return the value
     * @throws IllegalArgumentException when it is of another type
     */
    public float real(String attribute, float otherwise) {
        return get(attribute, Float.class, otherwise);
    }

    /**
     * A text.
     *
     * @param attribute its name
     * @param otherwise its value where the node has none
     * @return the value
     * @throws IllegalArgumentException when it is of another type
     */
    public String text(String attribute, String otherwise) {
        return get(attribute, String.class, otherwise);
    }

    /**
     * A list of whole numbers that fit an int.
     *
     * @param attribute its name
     * @return the values; null where the node has none
     * @throws IllegalArgumentException when it is of another type, or a number does not fit
     */
    public List<Integer> integers(String attribute) {
        List<?> values = get(attribute, List.class, null);
        if (values == null) {
            return null;
        }
        return values.stream().map(v -> {
            if (v instanceof Long n && n == n.intValue()) {
                return n.intValue();
            }
            throw new IllegalArgumentException(
                    "its attribute " + attribute + " holds " + MessageText.plain(v.toString()));
        }).toList();
    }

    private <T> T get(String attribute, Class<T> type, T otherwise) {
        Object value = attributes.get(attribute);
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("its attribute " + attribute + " is of the wrong type");
        }
        return type.cast(value);
    }

    /** {@code "Conv '/stem/conv/Conv'"}: type and name, on one line. */
    @Override
    public String toString() {
        return MessageText.plain((domain.isEmpty() ? "" : domain + ".") + type) + " " + MessageText.quote(name);
    }
}
