package io.github.jvig.model.vision;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the outputs of a detector hold. */
public enum DetectionFormat {
    /** One output {@code [1, 4 + classes, boxes]}; see {@link YoloHeads#v8}. */
    YOLOV8,
    /** One output {@code [1, boxes, 5 + classes]}; see {@link YoloHeads#v5}. */
    YOLOV5,
    /** One output {@code [1, boxes, 6]}, no overlaps left; see {@link YoloHeads#endToEnd}. */
    END_TO_END,
    /** Outputs {@code [1, boxes, 4]} and {@code [1, boxes, 1 + classes]} of a net with {@linkplain SsdAnchors#published published boxes}. */
    SSD,
    /** Outputs {@code [1, classes, h, w]}, {@code [1, 2, h, w]} of sizes, and perhaps {@code [1, 2, h, w]} of offsets, in this order. */
    CENTERNET,
    /** Outputs {@code [boxes, 4]} of left, top, right, bottom, {@code [boxes]} of classes, {@code [boxes]} of scores, no overlaps left. */
    TORCHVISION,
    /** One output {@code [boxes, 7]}: image, left, top, right, bottom, class, score (YOLOv7 with its own selection), no overlaps left. */
    BATCH_END_TO_END;

    private static final int MAX_PEAKS = 100;
    /** Names of classes that are not known, for outputs that do not tell how many there are. */
    private static final int UNKNOWN_CLASSES = 1000;

    /**
     * The format that outputs of these shapes most likely have.
     *
     * @param shapes of all outputs
     * @return empty where none fits
     */
    public static Optional<DetectionFormat> guess(List<List<Integer>> shapes) {
        List<Integer> first = shapes.getFirst();
        if (shapes.size() == 1 && first.size() == 2 && first.get(1) == 7 && first.getFirst() < 0) {
            return Optional.of(BATCH_END_TO_END);
        }
        if (shapes.size() >= 3 && first.size() == 2 && first.get(1) == 4
                && shapes.subList(1, 3).stream().allMatch(s -> s.equals(first.subList(0, 1)))) {
            return Optional.of(TORCHVISION);
        }
        if (first.size() == 3 && first.getFirst() == 1) {
            if (shapes.size() == 2 && (first.get(2) == 4 || shapes.get(1).size() == 3 && shapes.get(1).get(2) == 4)
                    && first.get(1).equals(shapes.get(1).get(1))) {
                return Optional.of(SSD);
            }
            // There are more boxes than classes, and all of 5 or more numbers.
            if (first.get(2) == 6) {
                return Optional.of(END_TO_END);
            }
            if (first.get(1) >= 5 && first.get(1) < first.get(2)) {
                return Optional.of(YOLOV8);
            }
            return first.get(2) >= 6 && first.get(2) < first.get(1) ? Optional.of(YOLOV5) : Optional.empty();
        }
        boolean maps = shapes.size() >= 2 && shapes.size() <= 3 && shapes.stream().allMatch(s -> s.size() == 4
                && s.getFirst() == 1 && s.subList(2, 4).equals(first.subList(2, 4)));
        return maps && shapes.subList(1, shapes.size()).stream().allMatch(s -> s.get(1) == 2)
                ? Optional.of(CENTERNET)
                : Optional.empty();
    }

    /** {@return whether boxes may overlap, so that a {@link NonMaxSuppression} is to follow} */
    public boolean hasOverlaps() {
        return this == YOLOV8 || this == YOLOV5 || this == SSD;
    }

    /** {@return whether boxes come with the number of their class, so that shapes do not tell how many there are} */
    public boolean isAnyClass() {
        return this == END_TO_END || this == TORCHVISION || this == BATCH_END_TO_END;
    }

    /**
     * How many classes outputs of these shapes are for.
     *
     * @param shapes of all outputs
     * @return the classes without a background; 1000 where {@link #isAnyClass} says that the shapes do not tell
     * @throws IllegalArgumentException when the shapes are not of this format
     */
    public int classes(List<List<Integer>> shapes) {
        int classes = switch (this) {
            case YOLOV8 -> axis(shapes, 0, 3, 1) - 4;
            case YOLOV5 -> axis(shapes, 0, 3, 2) - 5;
            case END_TO_END -> axis(shapes, 0, 3, 2) == 6 ? UNKNOWN_CLASSES : 0;
            case SSD -> axis(shapes, 1 - codes(shapes), 3, 2) - 1;
            case CENTERNET -> axis(shapes, 0, 4, 1);
            case TORCHVISION, BATCH_END_TO_END ->
                guess(shapes).filter(format -> format == this).isPresent() ? UNKNOWN_CLASSES : 0;
        };
        if (classes < 1) {
            throw unfit(shapes);
        }
        return classes;
    }

    private int axis(List<List<Integer>> shapes, int output, int rank, int axis) {
        if (output >= shapes.size() || shapes.get(output).size() != rank || shapes.get(output).getFirst() != 1) {
            throw unfit(shapes);
        }
        return shapes.get(output).get(axis);
    }

    private IllegalArgumentException unfit(List<List<Integer>> shapes) {
        return new IllegalArgumentException("outputs of the shapes " + shapes + " are not in the format " + this);
    }

    /** Which output has the boxes, and not the scores. */
    private int codes(List<List<Integer>> shapes) {
        if (shapes.size() < 2) {
            throw unfit(shapes);
        }
        return axis(shapes, 0, 3, 2) == 4 ? 0 : 1;
    }

    /**
     * The boxes of one image. SSD's scores are logits where a box's sum is not 1, and CenterNet's where one is below 0 or above 1.
     *
     * @param shapes   of all outputs
     * @param values   of all outputs, row-major
     * @param height   rows of the net's input, in pixels
     * @param width    columns of the net's input, in pixels
     * @param minScore boxes with scores above it are returned
     * @param labels   name the classes
     * @return the boxes in pixels of the input; overlaps are still there where {@link #hasOverlaps} says so
     * @throws IllegalArgumentException when the shapes are not of this format, or there are other classes than labels
     */
    public List<Detection> decode(List<List<Integer>> shapes, List<float[]> values, int height, int width,
            double minScore, Labels labels) {
        if (!isAnyClass()) {
            labels.requireSize(classes(shapes));
        }
        return switch (this) {
            case YOLOV8 -> YoloHeads.v8(values.getFirst(), axis(shapes, 0, 3, 2), minScore, labels);
            case YOLOV5 -> YoloHeads.v5(values.getFirst(), axis(shapes, 0, 3, 1), minScore, labels);
            case END_TO_END -> YoloHeads.endToEnd(values.getFirst(), minScore, labels);
            case SSD -> {
                int codes = codes(shapes);
                int count = axis(shapes, codes, 3, 1);
                SsdAnchors anchors = SsdAnchors.published(count).orElseThrow(() -> new IllegalArgumentException(
                        "there is no published SSD with " + count
                                + " default boxes; decode its outputs with SsdAnchors"));
                float[] scores = values.get(1 - codes);
                yield anchors.decode(values.get(codes), scores(scores, 1 + labels.size(), anchors.coding()), height,
                        width, minScore, labels);
            }
            case TORCHVISION -> {
                if (values.size() < 3) {
                    throw unfit(shapes);
                }
                yield SelectedBoxes.torchvision(values.get(0), values.get(1), values.get(2), minScore, labels);
            }
            case BATCH_END_TO_END -> SelectedBoxes.batch(values.getFirst(), 0, minScore, labels);
            case CENTERNET -> {
                int rows = axis(shapes, 0, 4, 2);
                int columns = axis(shapes, 0, 4, 3);
                axis(shapes, 1, 4, 1);
                yield CenterNetPeaks.decode(probabilities(values.getFirst()), values.get(1),
                        values.size() > 2 ? values.get(2) : null, rows, columns, Math.max(1, width / columns),
                        MAX_PEAKS, minScore, labels);
            }
        };
    }

    /** Scores as they are, or of logits the softmax (torchvision) or the sigmoid (TensorFlow). */
    private static float[] scores(float[] scores, int columns, SsdAnchors.Coding coding) {
        if (coding == SsdAnchors.Coding.YXHW) {
            return probabilities(scores);
        }
        double sum = 0;
        for (int i = 0; i < columns; i++) {
            sum += scores[i] < 0 ? Double.NaN : scores[i];
        }
        return Math.abs(sum - 1) < 1e-3 ? scores : SsdAnchors.softmax(scores, columns);
    }

    private static float[] probabilities(float[] values) {
        for (float value : values) {
            if (value < 0 || value > 1) {
                float[] result = new float[values.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = (float) YoloHeads.sigmoid(values[i]);
                }
                return result;
            }
        }
        return values;
    }

    /** The name as on the command line: {@code yolov8}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
