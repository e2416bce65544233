package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxModel.Dimension;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.text.MessageText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Chooses the sizes that a file leaves free. Free sizes of the same name are equal. What the caller asks for an input comes first, then the
 * batch (the first axis, one image) and the rows and columns of an image.
 */
final class InputShapes {
    private static final int FREE = -1;
    private static final int RANK_OF_IMAGE = 4;
    private static final int RANK_OF_VIDEO = 5;
    private static final int MOST_CHANNELS = 4;

    private final OnnxModel model;
    /** Sizes of each input so far, {@link #FREE} where not known. */
    private final Map<String, int[]> sizes = new LinkedHashMap<>();
    /** Sizes of names, and the axis that chose each, for messages. */
    private final Map<String, Bound> bound = new HashMap<>();

    private record Bound(int size, String axis) {}

    private InputShapes(OnnxModel model) {
        this.model = model;
    }

    static List<List<Integer>> choose(OnnxModel model, Map<String, List<Integer>> wanted, int height, int width) {
        InputShapes shapes = new InputShapes(model);
        shapes.start(wanted);
        shapes.wanted(wanted);
        shapes.byName();
        for (OnnxModel.Port port : model.inputs()) {
            shapes.batch(port);
        }
        for (OnnxModel.Port port : model.inputs()) {
            shapes.image(port, height, width);
        }
        return shapes.result();
    }

    private void start(Map<String, List<Integer>> wanted) {
        for (OnnxModel.Port port : model.inputs()) {
            List<Integer> asked = wanted.get(port.name());
            if (port.dims() == null) {
                if (asked == null) {
                    throw new IllegalArgumentException(model.source() + " does not say the shape of its input "
                            + MessageText.quote(port.name()) + ": give its shape");
                }
                int[] free = new int[asked.size()];
                Arrays.fill(free, FREE);
                sizes.put(port.name(), free);
                continue;
            }
            int[] given = port.dims().stream().mapToInt(d -> d.isFree() ? FREE : d.size()).toArray();
            for (int axis = 0; axis < given.length; axis++) {
                if (given[axis] == 0) {
                    throw new IllegalArgumentException(axis(port.name(), axis) + " has no elements in the file");
                }
            }
            sizes.put(port.name(), given);
        }
        Set<String> unknown = new TreeSet<>(wanted.keySet());
        unknown.removeAll(sizes.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(model.source() + " has no input "
                    + unknown.stream().map(MessageText::quote).collect(Collectors.joining(", ")) + "; its inputs are "
                    + sizes.keySet().stream().map(MessageText::quote).collect(Collectors.joining(", ")));
        }
    }

    private void wanted(Map<String, List<Integer>> wanted) {
        for (OnnxModel.Port port : model.inputs()) {
            List<Integer> asked = wanted.get(port.name());
            if (asked == null) {
                continue;
            }
            int[] have = sizes.get(port.name());
            if (asked.size() != have.length) {
                throw new IllegalArgumentException(
                        "the input " + MessageText.quote(port.name()) + " of " + MessageText.plain(model.source())
                                + " has " + have.length + " axes, not " + asked.size());
            }
            for (int axis = 0; axis < have.length; axis++) {
                int size = asked.get(axis);
                if (size == FREE) {
                    continue;
                }
                if (size < 1) {
                    throw new IllegalArgumentException(axis(port.name(), axis) + " can't be " + size);
                }
                if (have[axis] != FREE && have[axis] != size) {
                    throw new IllegalArgumentException(
                            axis(port.name(), axis) + " is " + have[axis] + " in the file, not " + size);
                }
                bind(port, axis, size);
            }
        }
    }

    /** Sets a free size, and that of all axes of its name once {@link #byName} is called. */
    private void bind(OnnxModel.Port port, int axis, int size) {
        int[] have = sizes.get(port.name());
        if (have[axis] != FREE) {
            return;
        }
        have[axis] = size;
        String symbol = port.dims() == null ? "" : port.dims().get(axis).symbol();
        if (symbol.isEmpty()) {
            return;
        }
        String name = axis(port.name(), axis);
        Bound before = bound.putIfAbsent(symbol, new Bound(size, name));
        if (before != null && before.size() != size) {
            throw new IllegalArgumentException(name + " is " + size + " but must be the " + before.size() + " of "
                    + before.axis() + ": both are " + MessageText.quote(symbol) + " in the file");
        }
    }

    private void byName() {
        for (OnnxModel.Port port : model.inputs()) {
            int[] have = sizes.get(port.name());
            for (int axis = 0; axis < have.length; axis++) {
                Bound known = port.dims() == null ? null : bound.get(port.dims().get(axis).symbol());
                if (have[axis] == FREE && known != null) {
                    have[axis] = known.size();
                }
            }
        }
    }

    private void batch(OnnxModel.Port port) {
        int[] have = sizes.get(port.name());
        if (have.length > 1 && have[0] == FREE) {
            bind(port, 0, 1);
            byName();
        }
    }

    private void image(OnnxModel.Port port, int height, int width) {
        int[] have = sizes.get(port.name());
        if (port.kind() != Kind.FLOAT && port.kind() != Kind.INTEGER || have.length != RANK_OF_IMAGE
                && have.length != RANK_OF_VIDEO) {
            return;
        }
        int last = have.length - 1;
        // An image with the channels last, as TensorFlow's are: one to four of them, behind two free sizes.
        int columns = isFree(port, last - 1) && isFree(port, last - 2) && have[last] != FREE
                && have[last] <= MOST_CHANNELS ? last - 1 : last;
        if (have[columns - 1] == FREE && height > 0) {
            bind(port, columns - 1, height);
        }
        if (have[columns] == FREE && width > 0) {
            bind(port, columns, width);
        }
        byName();
    }

    private static boolean isFree(OnnxModel.Port port, int axis) {
        return port.dims() != null && port.dims().get(axis).isFree();
    }

    private List<List<Integer>> result() {
        List<List<Integer>> result = new ArrayList<>();
        for (OnnxModel.Port port : model.inputs()) {
            int[] have = sizes.get(port.name());
            for (int axis = 0; axis < have.length; axis++) {
                if (have[axis] == FREE) {
                    Dimension dim = port.dims() == null ? new Dimension(FREE, "") : port.dims().get(axis);
                    throw new IllegalArgumentException(axis(port.name(), axis) + " is free"
                            + (dim.symbol().isEmpty() ? "" : " (" + MessageText.quote(dim.symbol()) + ")")
                            + ": give its size");
                }
            }
            result.add(Arrays.stream(have).boxed().toList());
        }
        return result;
    }

    private String axis(String input, int axis) {
        return "axis " + axis + " of the input " + MessageText.quote(input) + " of "
                + MessageText.plain(model.source());
    }
}
