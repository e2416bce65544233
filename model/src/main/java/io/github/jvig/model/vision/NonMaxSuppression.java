package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Greedy non-maximum suppression: of boxes that overlap, the one with the highest score stays.
 *
 * @param iou         boxes whose intersection over union with a better one is above this are dropped; 0 to 1
 * @param perClass    whether only boxes of the same class are compared
 * @param maxCount    how many boxes at most are kept, at least 1
 */
public record NonMaxSuppression(double iou, boolean perClass, int maxCount) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when {@code iou} is not 0 to 1 or {@code maxCount} below 1
     */
    public NonMaxSuppression {
        if (!(iou >= 0 && iou <= 1)) {
            throw new IllegalArgumentException("an intersection over union is 0 to 1, got " + iou);
        }
        if (maxCount < 1) {
            throw new IllegalArgumentException("at least one box must be kept, got " + maxCount);
        }
    }

    /**
     * Drops what overlaps. The result depends on nothing but the boxes and their order.
     *
     * @param boxes in any order; scores must not be NaN
     * @return those that stay, the best first, of equal scores the one that was given first
     */
    public List<Detection> apply(List<Detection> boxes) {
        List<Detection> ranked = new ArrayList<>(boxes);
        ranked.sort(Comparator.comparingDouble(Detection::score).reversed());
        List<Detection> kept = new ArrayList<>();
        for (Detection box : ranked) {
            if (kept.size() == maxCount) {
                break;
            }
            if (kept.stream().noneMatch(k -> (!perClass || k.index() == box.index()) && k.iou(box) > iou)) {
                kept.add(box);
            }
        }
        return List.copyOf(kept);
    }
}
