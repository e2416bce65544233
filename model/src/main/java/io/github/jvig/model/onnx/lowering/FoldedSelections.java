package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that select elements of known tensors: those that differ, those that are asked for, boxes that do not overlap. */
final class FoldedSelections {
    private FoldedSelections() {
    }

    static void addTo(Map<String, Constants.Fold> folds) {
        folds.put("Compress", FoldedSelections::compress);
        folds.put("Unique", FoldedSelections::unique);
        folds.put("NonMaxSuppression", FoldedSelections::nonMaxSuppression);
    }

    private static List<OnnxTensor> compress(Folding f) {
        OnnxTensor x = f.input(0);
        boolean flat = !f.node().attributes().containsKey("axis");
        OnnxTensor from = flat ? Folding.reshaped(x, List.of(x.elements())) : x;
        int axis = flat ? 0 : FoldedMoves.axis(f.node().integer("axis", 0), x.shape().size());
        long[] which = f.integers(1);
        int[][] indices = Folding.all(from.shape());
        indices[axis] = IntStream.range(0, Math.min(which.length, from.shape().get(axis)))
                .filter(i -> which[i] != 0).toArray();
        return List.of(f.pick(from, indices, null));
    }

    /** Slices of an axis, or elements where none is given, each once: their first places, and for each which of them it is. */
    private static List<OnnxTensor> unique(Folding f) {
        OnnxTensor x = f.input(0);
        boolean flat = !f.node().attributes().containsKey("axis");
        OnnxTensor from = flat ? Folding.reshaped(x, List.of(x.elements())) : x;
        int axis = flat ? 0 : FoldedMoves.axis(f.node().integer("axis", 0), x.shape().size());
        int size = from.shape().get(axis);
        int inner = FoldedMoves.product(from.shape().subList(axis + 1, from.shape().size()));
        int outer = FoldedMoves.product(from.shape().subList(0, axis));
        Comparator<Integer> element = FoldedReductions.order(from);
        Comparator<Integer> slice = (a, b) -> {
            int difference = 0;
            for (int i = 0; i < outer * inner && difference == 0; i++) {
                int at = i / inner * size * inner + i % inner;
                difference = element.compare(at + a * inner, at + b * inner);
            }
            return difference;
        };
        Integer[] sorted = new Integer[size];
        Arrays.setAll(sorted, i -> i);
        Arrays.sort(sorted, slice);
        List<Integer> firsts = new ArrayList<>();
        Map<Integer, Integer> ofFirst = new HashMap<>();
        int[] first = new int[size];
        for (int i = 0; i < size; i++) {
            boolean another = i == 0 || slice.compare(sorted[i - 1], sorted[i]) != 0;
            first[sorted[i]] = another ? sorted[i] : firsts.getLast();
            if (another) {
                firsts.add(sorted[i]);
            }
        }
        if (f.node().integer("sorted", 1) == 0) {
            firsts.sort(null);
        }
        firsts.forEach(at -> ofFirst.put(at, ofFirst.size()));
        List<Integer> shape = List.of(firsts.size());
        long[] counts = f.longs(shape);
        long[] inverse = f.longs(List.of(size));
        for (int i = 0; i < size; i++) {
            inverse[i] = ofFirst.get(first[i]);
            counts[(int) inverse[i]]++;
        }
        int[][] indices = Folding.all(from.shape());
        indices[axis] = firsts.stream().mapToInt(i -> i).toArray();
        return List.of(f.pick(from, indices, null),
                OnnxTensor.of(shape, firsts.stream().mapToLong(i -> i).toArray()),
                OnnxTensor.of(List.of(size), inverse), OnnxTensor.of(shape, counts));
    }

    private static List<OnnxTensor> nonMaxSuppression(Folding f) {
        List<Integer> shape = f.input(1).shape();
        if (shape.size() != 3 || !f.input(0).shape().equals(List.of(shape.get(0), shape.get(2), 4))) {
            throw new IllegalArgumentException("has boxes of shape " + f.input(0).shape() + " and scores of shape "
                    + shape);
        }
        long most = f.has(2) ? f.integer(2) : 0;
        float overlap = f.has(3) ? f.input(3).asFloats()[0] : 0;
        float least = f.has(4) ? f.input(4).asFloats()[0] : Float.NEGATIVE_INFINITY;
        NonMaxSuppression boxes = new NonMaxSuppression(f.input(0).floats(), overlap,
                f.node().integer("center_point_box", 0) != 0);
        List<int[]> kept = new ArrayList<>();
        int count = shape.get(2);
        for (int image = 0; image < shape.get(0); image++) {
            for (int c = 0; c < shape.get(1); c++) {
                int first = (image * shape.get(1) + c) * count;
                for (int box : boxes.keep(image * count, f.input(1).floats(), first, count, most, least)) {
                    kept.add(new int[]{image, c, box});
                }
            }
        }
        List<Integer> rows = List.of(kept.size(), 3);
        f.elements(rows);
        return List.of(OnnxTensor.of(rows, kept.stream().flatMapToInt(Arrays::stream).asLongStream().toArray()));
    }
}
