package io.github.jvig.model.onnx.lowering;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * ONNX's NonMaxSuppression: boxes in order of their scores, without those that overlap one that is kept.
 */
final class NonMaxSuppression {
    /** Numbers of a box: the lower and the upper corner, y before x, and the area. */
    private static final int NUMBERS = 5;

    private final float[] boxes;
    private final float overlap;

    /**
     * Among boxes.
     *
     * @param boxes   four numbers each: two corners y, x, or the center x, y and width, height
     * @param overlap two boxes whose intersection by union is above this overlap
     * @param centers whether boxes are given by their centers
     */
    NonMaxSuppression(float[] boxes, float overlap, boolean centers) {
        this.overlap = overlap;
        this.boxes = new float[boxes.length / 4 * NUMBERS];
        for (int i = 0; i < boxes.length / 4; i++) {
            for (int axis = 0; axis < 2; axis++) {
                float a = boxes[4 * i + axis];
                float b = boxes[4 * i + axis + 2];
                float center = boxes[4 * i + 1 - axis];
                float size = boxes[4 * i + 3 - axis];
                this.boxes[NUMBERS * i + axis] = centers ? center - size / 2 : Math.min(a, b);
                this.boxes[NUMBERS * i + axis + 2] = centers ? center + size / 2 : Math.max(a, b);
            }
            this.boxes[NUMBERS * i + 4] = side(NUMBERS * i, 0) * side(NUMBERS * i, 1);
        }
    }

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
                free = !overlaps((box + kept[k]) * NUMBERS, (box + candidates[i]) * NUMBERS);
            }
            if (free) {
                kept[found++] = candidates[i];
            }
        }
        return Arrays.copyOf(kept, found);
    }

    private float side(int box, int axis) {
        return boxes[box + axis + 2] - boxes[box + axis];
    }

    /** Whether two boxes, each given by its first number's place, overlap by more than they may. */
    private boolean overlaps(int i, int j) {
        float height = Math.min(boxes[i + 2], boxes[j + 2]) - Math.max(boxes[i], boxes[j]);
        float width = Math.min(boxes[i + 3], boxes[j + 3]) - Math.max(boxes[i + 1], boxes[j + 1]);
        if (height <= 0 || width <= 0) {
            return false;
        }
        float both = height * width;
        return both / (boxes[i + 4] + boxes[j + 4] - both) > overlap;
    }
}
