package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.List;

/** Boxes that a net has selected itself, as many as it found: left, top, right and bottom in pixels of its input. */
public final class SelectedBoxes {
    /** Numbers of a row: image, left, top, right, bottom, class, score. */
    private static final int ROW = 7;

    private SelectedBoxes() {
    }

    /**
     * Outputs of torchvision's detectors. Class 0 is the background in their numbering, and names are counted with it.
     *
     * @param boxes    {@code [n, 4]}, row-major
     * @param classes  {@code [n]}
     * @param scores   {@code [n]}
     * @param minScore boxes with scores above it are returned, so none with a NaN
     * @param labels   name the classes
     * @return the boxes, in the net's order
     * @throws IllegalArgumentException when the lengths do not fit, or there are other classes than labels
     */
    public static List<Detection> torchvision(float[] boxes, float[] classes, float[] scores, double minScore,
            Labels labels) {
        if (classes.length != scores.length || boxes.length != 4L * scores.length) {
            throw new IllegalArgumentException(boxes.length + " numbers of boxes do not fit " + classes.length
                    + " classes and " + scores.length + " scores");
        }
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > minScore) {
                found.add(box(boxes, 4 * i, classes[i], scores[i], labels));
            }
        }
        return found;
    }

    /**
     * Rows {@code image, left, top, right, bottom, class, score}.
     *
     * @param rows     {@code [n, 7]}, row-major
     * @param image    boxes of this image are returned, from 0
     * @param minScore boxes with scores above it are returned, so none with a NaN
     * @param labels   name the classes
     * @return the boxes, in the net's order
     * @throws IllegalArgumentException when these are no whole rows, or there are other classes than labels
     */
    public static List<Detection> batch(float[] rows, int image, double minScore, Labels labels) {
        if (rows.length % ROW != 0) {
            throw new IllegalArgumentException(rows.length + " numbers are no rows of " + ROW);
        }
        List<Detection> found = new ArrayList<>();
        for (int at = 0; at < rows.length; at += ROW) {
            if (rows[at] == image && rows[at + 6] > minScore) {
                found.add(box(rows, at + 1, rows[at + 5], rows[at + 6], labels));
            }
        }
        return found;
    }

    private static Detection box(float[] corners, int at, float number, float score, Labels labels) {
        int index = (int) number;
        if (index != number || index < 0 || index >= labels.size()) {
            throw new IllegalArgumentException(
                    "a box is of class " + number + ", and there are " + labels.size() + " classes");
        }
        return new Detection(labels.name(index), index, score, corners[at], corners[at + 1],
                corners[at + 2] - corners[at], corners[at + 3] - corners[at + 1]);
    }
}
