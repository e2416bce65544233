package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that make tensors of few numbers. */
final class FoldedMakers {
    private FoldedMakers() {
    }

    static void addTo(Map<String, Constants.Fold> folds) {
        folds.put("Constant", f -> List.of(constant(f.node())));
        folds.put("Range", FoldedMakers::range);
        folds.put("OneHot", FoldedMakers::oneHot);
        folds.put("NonZero", FoldedMakers::nonZero);
    }

    private static OnnxTensor constant(OnnxNode node) {
        for (Map.Entry<String, Object> attribute : node.attributes().entrySet()) {
            Object value = attribute.getValue();
            switch (attribute.getKey()) {
                case "value", "sparse_value" -> {
                    if (value instanceof OnnxTensor tensor) {
                        return tensor;
                    }
                }
                case "value_int" -> {
                    return OnnxTensor.of(List.of(), new long[]{node.integer("value_int", 0)});
                }
                case "value_float" -> {
                    return OnnxTensor.of(List.of(), new float[]{node.real("value_float", 0)});
                }
                case "value_ints" -> {
                    List<?> list = (List<?>) value;
                    return OnnxTensor.of(List.of(list.size()), list.stream().mapToLong(v -> (Long) v).toArray());
                }
                case "value_floats" -> {
                    List<?> list = (List<?>) value;
                    float[] floats = new float[list.size()];
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = (Float) list.get(i);
                    }
                    return OnnxTensor.of(List.of(floats.length), floats);
                }
                default -> {
                    // Another attribute may be the value.
                }
            }
        }
        throw new UnsupportedOperationException("has no value of numbers (its attribute value)");
    }

    /** A shape that is given as a tensor. */
    static List<Integer> shape(long[] sizes) {
        List<Integer> shape = new ArrayList<>();
        for (long size : sizes) {
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("makes a tensor with an axis of " + size);
            }
            shape.add((int) size);
        }
        return shape;
    }

    static Value constantOfShape(Folding f) {
        List<Integer> shape = shape(f.integers(0));
        Object value = f.node().attributes().get("value");
        if (value != null && !(value instanceof OnnxTensor one && one.elements() == 1)) {
            throw new IllegalArgumentException("its attribute value is not one number");
        }
        OnnxTensor one = value == null ? OnnxTensor.of(List.of(1), new float[1]) : (OnnxTensor) value;
        return f.repeated(Folding.reshaped(one, List.of()), shape);
    }

    private static List<OnnxTensor> range(Folding f) {
        if (f.input(0).kind() == Kind.FLOAT) {
            double start = f.input(0).floats()[0];
            double limit = f.input(1).floats()[0];
            double delta = f.input(2).floats()[0];
            double count = Math.max(0, Math.ceil((limit - start) / delta));
            if (!(count <= Integer.MAX_VALUE)) {
                throw new IllegalArgumentException("makes " + count + " numbers from " + start + " to " + limit);
            }
            float[] values = f.floats(List.of((int) count));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (start + i * delta);
            }
            return List.of(OnnxTensor.of(List.of(values.length), values));
        }
        long start = f.integer(0);
        long delta = f.integer(2);
        if (delta == 0) {
            throw new IllegalArgumentException("makes numbers in steps of zero");
        }
        long count = Math.max(0, Math.ceilDiv(Math.subtractExact(f.integer(1), start), delta));
        long[] values = f.longs(shape(new long[]{count}));
        Arrays.setAll(values, i -> start + i * delta);
        return List.of(OnnxTensor.of(List.of(values.length), values));
    }

    private static List<OnnxTensor> oneHot(Folding f) {
        OnnxTensor indices = FoldedMath.like(f.input(0), Kind.INTEGER);
        OnnxTensor depths = FoldedMath.like(f.input(1), Kind.INTEGER);
        OnnxTensor values = f.input(2);
        if (depths.elements() != 1 || values.elements() != 2) {
            throw new IllegalArgumentException("has no single depth or not two values");
        }
        int depth = shape(depths.integers()).getFirst();
        List<Integer> shape = new ArrayList<>(indices.shape());
        int axis = FoldedMoves.axis(f.node().integer("axis", -1), shape.size() + 1);
        shape.add(axis, depth);
        int inner = FoldedMoves.product(shape.subList(axis + 1, shape.size()));
        int[] places = new int[f.elements(shape)];
        for (int i = 0; i < places.length; i++) {
            long index = indices.integers()[i / inner / depth * inner + i % inner];
            places[i] = (index < 0 ? index + depth : index) == i / inner % depth ? 1 : 0;
        }
        return List.of(f.pick(values, shape, places, null));
    }

    private static List<OnnxTensor> nonZero(Folding f) {
        OnnxTensor x = FoldedMath.like(f.input(0), Kind.BOOLEAN);
        int count = (int) Arrays.stream(x.integers()).filter(v -> v != 0).count();
        int rank = x.shape().size();
        int[] strides = FoldedMoves.strides(x.shape());
        List<Integer> shape = List.of(rank, count);
        long[] values = f.longs(shape);
        int found = 0;
        for (int i = 0; i < x.elements(); i++) {
            if (x.integers()[i] != 0) {
                for (int k = 0; k < rank; k++) {
                    values[k * count + found] = i / strides[k] % x.shape().get(k);
                }
                found++;
            }
        }
        return List.of(OnnxTensor.of(shape, values));
    }
}
