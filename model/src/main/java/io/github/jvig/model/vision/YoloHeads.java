package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads boxes from the outputs of YOLO nets. Boxes are in pixels of the net's input and come in the order of the anchors, not ranked, with
 * overlaps; {@link NonMaxSuppression} is the next step. A score that is NaN gives no box.
 */
public final class YoloHeads {
    private YoloHeads() {
    }

    /**
     * Boxes of YOLOv8, v9, v11 and v12 as Ultralytics exports them: {@code [4 + classes][anchors]}, where the four are the middle, width and
     * height of the box, in pixels, and the others are scores of 0 to 1. A box has the class of the highest score.
     *
     * @param values   the output of one image, row-major
     * @param anchors  number of boxes
     * @param minScore boxes with scores above it are returned
     * @param labels   name the classes; their number must be the output's
     * @return the boxes
     * @throws IllegalArgumentException when there are not {@code (4 + classes) * anchors} values
     */
    public static List<Detection> v8(float[] values, int anchors, double minScore, Labels labels) {
        int classes = labels.size();
        check(values, anchors, 4 + classes);
        List<Detection> boxes = new ArrayList<>();
        for (int a = 0; a < anchors; a++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (values[(4 + c) * anchors + a] > values[(4 + best) * anchors + a]) {
                    best = c;
                }
            }
            float score = values[(4 + best) * anchors + a];
            if (score > minScore) {
                boxes.add(Detection.centered(labels, best, score, values[a], values[anchors + a],
                        values[2 * anchors + a], values[3 * anchors + a]));
            }
        }
        return boxes;
    }

    /**
     * Boxes of YOLOv5 and v7: {@code [anchors][5 + classes]}, where the first four are the middle, width and height of the box, in pixels,
     * the fifth says whether there is an object, and the others are scores of the classes, which are multiplied by the fifth.
     *
     * @param values   the output of one image, row-major
     * @param anchors  number of boxes
     * @param minScore boxes whose product is above it are returned
     * @param labels   name the classes; their number must be the output's
     * @return the boxes
     * @throws IllegalArgumentException when there are not {@code anchors * (5 + classes)} values
     */
    public static List<Detection> v5(float[] values, int anchors, double minScore, Labels labels) {
        int classes = labels.size();
        int row = 5 + classes;
        check(values, anchors, row);
        List<Detection> boxes = new ArrayList<>();
        for (int at = 0; at < values.length; at += row) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (values[at + 5 + c] > values[at + 5 + best]) {
                    best = c;
                }
            }
            float score = values[at + 4] * values[at + 5 + best];
            if (score > minScore) {
                boxes.add(Detection.centered(labels, best, score, values[at], values[at + 1], values[at + 2],
                        values[at + 3]));
            }
        }
        return boxes;
    }

    /**
     * Boxes of nets that need no suppression, such as YOLOv10, or with one built in: {@code [boxes][6]}, which are left, top, right, bottom in
     * pixels, score, and number of the class.
     *
     * @param values   the output of one image, row-major
     * @param minScore boxes with scores above it are returned
     * @param labels   name the classes
     * @return the boxes
     * @throws IllegalArgumentException when the values are no multiple of 6, or a box is of a class without a label
     */
    public static List<Detection> endToEnd(float[] values, double minScore, Labels labels) {
        // A net that selects boxes may find none.
        if (values.length > 0) {
            check(values, values.length / 6, 6);
        }
        List<Detection> boxes = new ArrayList<>();
        for (int at = 0; at < values.length; at += 6) {
            if (values[at + 4] > minScore) {
                int index = (int) values[at + 5];
                if (index < 0 || index >= labels.size()) {
                    throw new IllegalArgumentException("a box is of class " + index + ", there are labels for "
                            + labels.size() + " classes");
                }
                boxes.add(new Detection(labels.name(index), index, values[at + 4], values[at], values[at + 1],
                        values[at + 2] - values[at], values[at + 3] - values[at + 1]));
            }
        }
        return boxes;
    }

    /**
     * Boxes of one level of a YOLOv8 head before its own decoding: {@code [4 * bins + classes][height][width]}. For each side of the box,
     * left, top, right, bottom, the softmax over the bins 0, 1, ... gives the mean distance from the middle of the cell, in strides
     * (distribution focal loss, <a href="https://arxiv.org/abs/2006.04388">Li et al. 2020</a>). Classes are logits, of which the sigmoid is
     * taken.
     *
     * @param values   the output of one image, row-major
     * @param height   rows of the level's map
     * @param width    columns of the level's map
     * @param stride   pixels of the input for a cell of the map
     * @param bins     for a side, 16 in all nets of Ultralytics
     * @param minScore boxes with scores above it are returned
     * @param labels   name the classes; their number must be the output's
     * @return the boxes
     * @throws IllegalArgumentException when there are not {@code (4 * bins + classes) * height * width} values
     */
    public static List<Detection> dfl(float[] values, int height, int width, int stride, int bins, double minScore,
            Labels labels) {
        int cells = height * width;
        int classes = labels.size();
        check(values, cells, 4 * bins + classes);
        List<Detection> boxes = new ArrayList<>();
        for (int cell = 0; cell < cells; cell++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (values[(4 * bins + c) * cells + cell] > values[(4 * bins + best) * cells + cell]) {
                    best = c;
                }
            }
            double score = sigmoid(values[(4 * bins + best) * cells + cell]);
            if (score > minScore) {
                double x = cell % width + 0.5;
                double y = cell / width + 0.5;
                double left = x - distance(values, cells, cell, bins, 0);
                double top = y - distance(values, cells, cell, bins, 1);
                double right = x + distance(values, cells, cell, bins, 2);
                double bottom = y + distance(values, cells, cell, bins, 3);
                boxes.add(new Detection(labels.name(best), best, score, left * stride, top * stride,
                        (right - left) * stride, (bottom - top) * stride));
            }
        }
        return boxes;
    }

    /** The mean of the bins, weighted by their softmax. */
    private static double distance(float[] values, int cells, int cell, int bins, int side) {
        double max = Double.NEGATIVE_INFINITY;
        for (int b = 0; b < bins; b++) {
            max = Math.max(max, values[(side * bins + b) * cells + cell]);
        }
        double sum = 0;
        double weighted = 0;
        for (int b = 0; b < bins; b++) {
            double e = Math.exp(values[(side * bins + b) * cells + cell] - max);
            sum += e;
            weighted += b * e;
        }
        return weighted / sum;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void check(float[] values, int boxes, int each) {
        if (boxes < 1 || values.length != (long) boxes * each) {
            throw new IllegalArgumentException(boxes + " boxes of " + each + " numbers each are " + (long) boxes * each
                    + " numbers, not " + values.length);
        }
    }
}
