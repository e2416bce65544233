package io.github.jvig.model.onnx.lowering;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * ONNX's NonMaxSuppression: boxes in order of their scores, without those that overlap one that is kept.
 *
 * @param boxes   four numbers each: two corners y, x, or the center x, y and width, height
 * @param overlap two boxes whose intersection by union is above this overlap
 * @param centers whether boxes are given by their centers
 */
record NonMaxSuppression(float[] boxes, float overlap, boolean centers) {
    /**
     * The boxes of one image and class that are kept, the best first; of equal ones the first.
     *
     * @param box    number of the image's first box
     * @param scores of its boxes, from {@code first} on
     * @param count  of its boxes
     * @param most   boxes that are kept
     * @param least  they have scores above this
     */
    int[] keep(int box, float[] scores, int first, int count, long most, float least) {
        int[] candidates = IntStream.range(0, count).filter(i -> scores[first + i] > least).boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[first + i])).mapToInt(i -> i).toArray();
        int[] kept = new int[(int) Math.min(most, candidates.length)];
        int found = 0;
        for (int i = 0; i < candidates.length && found < kept.length; i++) {
            boolean free = true;
            for (int k = 0; k < found && free; k++) {
                free = !overlaps((box + kept[k]) * 4, (box + candidates[i]) * 4);
            }
            if (free) {
                kept[found++] = candidates[i];
            }
        }
        return Arrays.copyOf(kept, found);
    }

    private boolean overlaps(int i, int j) {
        float height = Math.min(high(i, 0), high(j, 0)) - Math.max(low(i, 0), low(j, 0));
        float width = Math.min(high(i, 1), high(j, 1)) - Math.max(low(i, 1), low(j, 1));
        if (height <= 0 || width <= 0) {
            return false;
        }
        float both = height * width;
        return both / (area(i) + area(j) - both) > overlap;
    }

    private float area(int i) {
        return (high(i, 0) - low(i, 0)) * (high(i, 1) - low(i, 1));
    }

    private float low(int i, int axis) {
        return centers ? boxes[i + 1 - axis] - boxes[i + 3 - axis] / 2 : Math.min(boxes[i + axis], boxes[i + axis + 2]);
    }

    private float high(int i, int axis) {
        return centers ? boxes[i + 1 - axis] + boxes[i + 3 - axis] / 2 : Math.max(boxes[i + axis], boxes[i + axis + 2]);
    }
}
