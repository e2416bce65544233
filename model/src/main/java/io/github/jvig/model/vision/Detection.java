package io.github.jvig.model.vision;

import java.util.Locale;

/**
 * An object that a net found, and its box.
 *
 * @param label  the class's name
 * @param index  the class's number, from 0
 * @param score  of the class, usually 0 to 1
 * @param x      left edge of the box, in pixels from the left edge of the image
 * @param y      top edge of the box, in pixels from the top edge of the image
 * @param width  of the box, in pixels
 * @param height of the box, in pixels
 */
public record Detection(String label, int index, double score, double x, double y, double width, double height) {
    /**
     * Of a box by its middle.
     *
     * @param labels  name the classes
     * @param index   the class's number
     * @param score   of the class
     * @param centerX of the box, in pixels
     * @param centerY of the box, in pixels
     * @param width   of the box, in pixels
     * @param height  of the box, in pixels
     * @return the detection
     */
    static Detection centered(Labels labels, int index, double score, double centerX, double centerY, double width,
            double height) {
        return new Detection(labels.name(index), index, score, centerX - width / 2, centerY - height / 2, width,
                height);
    }

    /** {@return the area of the box in square pixels; 0 where a side is not above 0} */
    public double area() {
        return Math.max(0, width) * Math.max(0, height);
    }

    /**
     * Intersection over union of two boxes.
     *
     * @param other box in the same image
     * @return 0 for boxes without common area, 1 for equal ones; 0 where both are empty
     */
    public double iou(Detection other) {
        double overlapX = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double overlapY = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        double common = Math.max(0, overlapX) * Math.max(0, overlapY);
        return common == 0 ? 0 : common / (area() + other.area() - common);
    }

    /** Label, score in percent, and box: {@code person 93.1 % at 12,40 100x220}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %% at %.0f,%.0f %.0fx%.0f", label, 100 * score, x, y, width, height);
    }
}
