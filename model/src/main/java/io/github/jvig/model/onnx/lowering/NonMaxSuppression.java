package io.github.jvig.model.onnx.lowering;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * ONNX's NonMaxSuppression: boxes in order of their scores, without those that overlap one that is kept.
 */
final class NonMaxSuppression {
    /** The corners of each box, the lower one first, and its area. */
    private final float[] top;
    private final float[] left;
    private final float[] bottom;
    private final float[] right;
    private final float[] area;
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
        int count = boxes.length / 4;
        top = new float[count];
        left = new float[count];
        bottom = new float[count];
        right = new float[count];
        area = new float[count];
        for (int i = 0; i < count; i++) {
            top[i] = side(boxes, 4 * i, 0, centers, false);
            bottom[i] = side(boxes, 4 * i, 0, centers, true);
            left[i] = side(boxes, 4 * i, 1, centers, false);
            right[i] = side(boxes, 4 * i, 1, centers, true);
            area[i] = (bottom[i] - top[i]) * (right[i] - left[i]);
        }
    }

    /** A side of a box, the upper or the lower one of an axis. */
    private static float side(float[] boxes, int at, int axis, boolean centers, boolean upper) {
        if (centers) {
            float center = boxes[at + 1 - axis];
            float half = boxes[at + 3 - axis] / 2;
            return upper ? center + half : center - half;
        }
        float a = boxes[at + axis];
        float b = boxes[at + axis + 2];
        return upper ? Math.max(a, b) : Math.min(a, b);
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
        Kept free = new Kept(box, candidates);
        int found = 0;
        for (int i = 0; i < candidates.length && found < kept.length; i++) {
            if (free.add(box + candidates[i])) {
                kept[found++] = candidates[i];
            }
        }
        return Arrays.copyOf(kept, found);
    }

    /**
     * Boxes that are kept, in bands of rows by their upper sides. A band is higher than any box, so that a box meets those of its own band and of the
     * next ones only. There are many bands where boxes of all classes are given at once, those of each class some way from the others.
     */
    private final class Kept {
        private static final int MOST_BANDS = 256;
        /** Of a band to the highest box: more than sums are rounded by. */
        private static final float HIGHER = 1.01f;

        private final Band[] bands;
        private final float start;
        private final float height;

        private Kept(int first, int[] candidates) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            float highest = 0;
            for (int i : candidates) {
                low = Math.min(low, top[first + i]);
                high = Math.max(high, top[first + i]);
                highest = Math.max(highest, bottom[first + i] - top[first + i]);
            }
            // One band where a number is none, or too large.
            start = low;
            height = HIGHER * highest;
            bands = new Band[(int) Math.clamp((high - low) / height, 0, MOST_BANDS - 1) + 1];
            Arrays.setAll(bands, _ -> new Band());
        }

        /** Keeps a box unless it overlaps one that is kept by more than it may. */
        private boolean add(int box) {
            int band = Math.clamp((long) ((top[box] - start) / height), 0, bands.length - 1);
            for (int b = Math.max(0, band - 1); b <= Math.min(band + 1, bands.length - 1); b++) {
                if (bands[b].overlaps(box)) {
                    return false;
                }
            }
            bands[band].add(box);
            return true;
        }
    }

    /** Some boxes side by side. */
    private final class Band {
        private float[] tops = new float[16];
        private float[] bottoms = new float[16];
        private int[] boxes = new int[16];
        private int count;

        private void add(int box) {
            if (count == boxes.length) {
                tops = Arrays.copyOf(tops, 2 * count);
                bottoms = Arrays.copyOf(bottoms, 2 * count);
                boxes = Arrays.copyOf(boxes, 2 * count);
            }
            tops[count] = top[box];
            bottoms[count] = bottom[box];
            boxes[count++] = box;
        }

        private boolean overlaps(int box) {
            float from = top[box];
            float to = bottom[box];
            for (int k = 0; k < count; k++) {
                if (bottoms[k] > from && to > tops[k] && overlap(boxes[k], box)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether two boxes overlap by more than they may; none does with a side that is no number. */
    private boolean overlap(int i, int j) {
        if (right[i] <= left[j] || right[j] <= left[i]) {
            return false;
        }
        float height = Math.min(bottom[i], bottom[j]) - Math.max(top[i], top[j]);
        float width = Math.min(right[i], right[j]) - Math.max(left[i], left[j]);
        if (height <= 0 || width <= 0) {
            return false;
        }
        float both = height * width;
        return both / (area[i] + area[j] - both) > overlap;
    }
}
