package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One operator whose inputs are all known, while its outputs are computed. */
final class Folding {
    private final Lowering lowering;
    private final OnnxNode node;
    private final List<OnnxTensor> inputs;

    /** Inputs that are not given are null. */
    Folding(Lowering lowering, OnnxNode node, List<OnnxTensor> inputs) {
        this.lowering = lowering;
        this.node = node;
        this.inputs = inputs;
    }

    OnnxNode node() {
        return node;
    }

    int count() {
        return inputs.size();
    }

    boolean has(int i) {
        return i < inputs.size() && inputs.get(i) != null;
    }

    OnnxTensor input(int i) {
        if (!has(i)) {
            throw new IllegalArgumentException("lacks its input " + (i + 1));
        }
        return inputs.get(i);
    }

    /** An input of whole numbers. */
    long[] integers(int i) {
        if (input(i).kind() == Kind.FLOAT) {
            throw new IllegalArgumentException("has an input " + (i + 1) + " of real numbers, not of whole ones");
        }
        return input(i).integers();
    }

    /** An input of one whole number. */
    long integer(int i) {
        if (integers(i).length != 1) {
            throw new IllegalArgumentException("has an input " + (i + 1) + " of shape " + input(i).shape()
                    + ", not of one number");
        }
        return integers(i)[0];
    }

    /** Number of elements of an output, which is counted. */
    int elements(List<Integer> shape) {
        return lowering.charge(shape);
    }

    /** A tensor of real numbers with room for a shape. */
    float[] floats(List<Integer> shape) {
        return new float[elements(shape)];
    }

    /** A tensor of whole numbers with room for a shape. */
    long[] longs(List<Integer> shape) {
        return new long[elements(shape)];
    }

    /** The elements at some places of a tensor; {@code otherwise} at -1. */
    OnnxTensor pick(OnnxTensor from, List<Integer> shape, int[] places, OnnxTensor otherwise) {
        if (from.kind() == Kind.FLOAT) {
            float fill = otherwise == null ? 0 : otherwise.floats()[0];
            float[] result = new float[places.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = places[i] < 0 ? fill : from.floats()[places[i]];
            }
            return OnnxTensor.of(shape, result);
        }
        long fill = otherwise == null ? 0 : otherwise.integers()[0];
        long[] result = new long[places.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = places[i] < 0 ? fill : from.integers()[places[i]];
        }
        return new OnnxTensor(from.kind(), shape, null, result);
    }

    /** The elements at some indices of each axis, in row-major order; {@code otherwise} where an index is -1. */
    OnnxTensor pick(OnnxTensor from, int[][] indices, OnnxTensor otherwise) {
        List<Integer> shape = Arrays.stream(indices).map(i -> i.length).toList();
        int[] places = new int[elements(shape)];
        if (places.length == 0) {
            return pick(from, shape, places, otherwise);
        }
        int filled = 1;
        for (int axis = 0; axis < indices.length; axis++) {
            int size = from.shape().get(axis);
            int[] along = indices[axis];
            // Backwards, so that what is read is not written yet.
            for (int i = filled - 1; i >= 0; i--) {
                int before = places[i];
                for (int k = along.length - 1; k >= 0; k--) {
                    places[i * along.length + k] = before < 0 || along[k] < 0 ? -1 : before * size + along[k];
                }
            }
            filled *= along.length;
        }
        return pick(from, shape, places, otherwise);
    }

    /** Indices of each axis that name every element. */
    static int[][] all(List<Integer> shape) {
        return shape.stream().map(Folding::all).toArray(int[][]::new);
    }

    /** Indices 0 to {@code size}-1. */
    static int[] all(int size) {
        int[] indices = new int[size];
        Arrays.setAll(indices, i -> i);
        return indices;
    }

    /** A tensor repeated to a larger shape. */
    OnnxTensor expanded(OnnxTensor from, List<Integer> shape) {
        return repeated(from, shape).tensor();
    }

    /** The same, written out when it is asked for. */
    Value.Constant repeated(OnnxTensor from, List<Integer> shape) {
        if (from.shape().equals(shape)) {
            return new Value.Constant(from);
        }
        List<Integer> padded = new ArrayList<>(from.shape());
        while (padded.size() < shape.size()) {
            padded.addFirst(1);
        }
        return Value.Constant.repeated(reshaped(from, padded), shape, () -> written(from, padded, shape));
    }

    private OnnxTensor written(OnnxTensor from, List<Integer> padded, List<Integer> shape) {
        int[][] indices = new int[shape.size()][];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = padded.get(i).equals(shape.get(i)) ? all(shape.get(i)) : new int[shape.get(i)];
        }
        return pick(reshaped(from, padded), indices, null);
    }

    static OnnxTensor reshaped(OnnxTensor tensor, List<Integer> shape) {
        return new OnnxTensor(tensor.kind(), shape, tensor.floats(), tensor.integers());
    }
}
