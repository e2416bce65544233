package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The default boxes of SSD nets (<a href="https://arxiv.org/abs/1512.02325">Liu et al. 2016</a>), and the boxes that a net makes of them.
 * Immutable.
 */
public final class SsdAnchors {
    /** By which a net's numbers are divided: middle, size. */
    private static final double CENTER = 10;
    private static final double SIZE = 5;
    /** Sizes that are larger than this times a default box are cut, as in torchvision. */
    private static final double MAX_LOG = Math.log(1000.0 / 16);

    /** Order of the four numbers of a box. */
    public enum Coding {
        /** Offset of the middle to the right and down, then width and height: torchvision. */
        XYWH,
        /** Offset of the middle down and to the right, then height and width: TensorFlow's object detection API. */
        YXHW
    }

    /** Middle x, y, width, height as shares of the image. */
    private final List<double[]> boxes;
    private final Coding coding;

    private SsdAnchors(List<double[]> boxes, Coding coding) {
        this.boxes = List.copyOf(boxes);
        this.coding = coding;
    }

    /** {@return how many default boxes there are} */
    public int size() {
        return boxes.size();
    }

    /**
     * A default box.
     *
     * @param i number of the box
     * @return the middle's x and y, width and height, as shares of the image's width and height
     */
    public double[] box(int i) {
        return boxes.get(i).clone();
    }

    /**
     * The boxes of torchvision's {@code DefaultBoxGenerator} without steps: for each cell of each map a square of the map's scale, a larger
     * one, and for each ratio a wide and a high box, cut to the image's size.
     *
     * @param grids    rows and columns of each map
     * @param ratios   aspect ratios of each map, above 1
     * @param minScale of the first map, as a share of the image
     * @param maxScale of the last map
     * @return the boxes in the order of the maps, rows, columns
     * @throws IllegalArgumentException when there are not ratios for each map, or less than two maps
     */
    public static SsdAnchors torchvision(List<int[]> grids, List<double[]> ratios, double minScale, double maxScale) {
        double[] scales = scales(grids.size(), minScale, maxScale);
        return torchvision(grids, grids.stream().map(g -> new double[]{g[0], g[1]}).toList(), ratios, scales);
    }

    /** @param cells how many rows and columns the image is cut into at each map, which may be half a one less than the map has */
    private static SsdAnchors torchvision(List<int[]> grids, List<double[]> cells, List<double[]> ratios,
            double[] scales) {
        if (grids.size() != ratios.size()) {
            throw new IllegalArgumentException(grids.size() + " maps and ratios for " + ratios.size());
        }
        List<double[]> boxes = new ArrayList<>();
        for (int k = 0; k < grids.size(); k++) {
            List<double[]> sizes = new ArrayList<>();
            double between = Math.sqrt(scales[k] * scales[k + 1]);
            sizes.add(new double[]{scales[k], scales[k]});
            sizes.add(new double[]{between, between});
            for (double ratio : ratios.get(k)) {
                double root = Math.sqrt(ratio);
                sizes.add(new double[]{scales[k] * root, scales[k] / root});
                sizes.add(new double[]{scales[k] / root, scales[k] * root});
            }
            add(boxes, grids.get(k), cells.get(k), sizes, true);
        }
        return new SsdAnchors(boxes, Coding.XYWH);
    }

    /**
     * The boxes of TensorFlow's {@code ssd_anchor_generator}: on the first map three (a square of a tenth of the image, a wide and a high
     * one), on each other a box for each ratio, and a square of the mean scale of this map and the next.
     *
     * @param grids    rows and columns of each map
     * @param ratios   width by height, the same for all maps but the first
     * @param minScale of the first map, as a share of the image
     * @param maxScale of the last map
     * @return the boxes in the order of the maps, rows, columns
     * @throws IllegalArgumentException when there are less than two maps
     */
    public static SsdAnchors tensorFlow(List<int[]> grids, double[] ratios, double minScale, double maxScale) {
        double[] scales = scales(grids.size(), minScale, maxScale);
        List<double[]> boxes = new ArrayList<>();
        for (int k = 0; k < grids.size(); k++) {
            List<double[]> sizes = new ArrayList<>();
            if (k == 0) {
                sizes.add(new double[]{0.1, 0.1});
                sizes.add(sized(scales[0], 2));
                sizes.add(sized(scales[0], 0.5));
            } else {
                for (double ratio : ratios) {
                    sizes.add(sized(scales[k], ratio));
                }
                sizes.add(sized(Math.sqrt(scales[k] * scales[k + 1]), 1));
            }
            add(boxes, grids.get(k), new double[]{grids.get(k)[0], grids.get(k)[1]}, sizes, false);
        }
        return new SsdAnchors(boxes, Coding.YXHW);
    }

    private static double[] sized(double scale, double ratio) {
        return new double[]{scale * Math.sqrt(ratio), scale / Math.sqrt(ratio)};
    }

    /** A scale for each map, and 1 behind. */
    private static double[] scales(int maps, double min, double max) {
        if (maps < 2) {
            throw new IllegalArgumentException("default boxes need two maps or more, got " + maps);
        }
        double[] scales = new double[maps + 1];
        for (int k = 0; k < maps; k++) {
            scales[k] = min + (max - min) * k / (maps - 1);
        }
        scales[maps] = 1;
        return scales;
    }

    private static void add(List<double[]> boxes, int[] grid, double[] cells, List<double[]> sizes, boolean cut) {
        for (int y = 0; y < grid[0]; y++) {
            for (int x = 0; x < grid[1]; x++) {
                for (double[] size : sizes) {
                    boxes.add(new double[]{(x + 0.5) / cells[1], (y + 0.5) / cells[0],
                            cut ? Math.clamp(size[0], 0, 1) : size[0], cut ? Math.clamp(size[1], 0, 1) : size[1]});
                }
            }
        }
    }

    /**
     * The default boxes of a published net, by their number: torchvision's SSDLite320 (3234) and SSD300 (8732), and TensorFlow's SSD with
     * MobileNets at 300x300 (1917).
     *
     * @param count of default boxes
     * @return the boxes; empty where no such net has so many
     */
    public static Optional<SsdAnchors> published(int count) {
        return switch (count) {
            case 3234 -> Optional.of(torchvision(squares(20, 10, 5, 3, 2, 1),
                    List.of(new double[]{2, 3}, new double[]{2, 3}, new double[]{2, 3}, new double[]{2, 3},
                            new double[]{2, 3}, new double[]{2, 3}),
                    0.2, 0.95));
            case 8732 -> Optional.of(torchvision(squares(38, 19, 10, 5, 3, 1),
                    List.of(300.0 / 8, 300.0 / 16, 300.0 / 32, 300.0 / 64, 300.0 / 100, 300.0 / 300).stream()
                            .map(n -> new double[]{n, n}).toList(),
                    List.of(new double[]{2}, new double[]{2, 3}, new double[]{2, 3}, new double[]{2, 3},
                            new double[]{2}, new double[]{2}),
                    new double[]{0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05}));
            case 1917 -> Optional.of(tensorFlow(squares(19, 10, 5, 3, 2, 1), new double[]{1, 2, 0.5, 3, 0.3333},
                    0.2, 0.95));
            default -> Optional.empty();
        };
    }

    private static List<int[]> squares(int... sides) {
        List<int[]> grids = new ArrayList<>();
        for (int side : sides) {
            grids.add(new int[]{side, side});
        }
        return grids;
    }

    /**
     * Boxes of a net. The offsets of the middle are divided by 10 and count in sizes of the default box, the logarithms of the sizes are
     * divided by 5 and cut at 1000/16.
     *
     * @param codes    {@code [boxes][4]}
     * @param scores   {@code [boxes][1 + classes]} of 0 to 1, the background first
     * @param height   rows of the net's input, in pixels
     * @param width    columns of the net's input, in pixels
     * @param minScore boxes are returned for each class with a score above it
     * @param labels   name the classes without the background; the index of a detection counts without it
     * @return the boxes in pixels of the input, in the order of the default boxes, then of the classes
     * @throws IllegalArgumentException when there are not so many numbers
     */
    public List<Detection> decode(float[] codes, float[] scores, int height, int width, double minScore,
            Labels labels) {
        int columns = 1 + labels.size();
        if (codes.length != 4L * size() || scores.length != (long) columns * size()) {
            throw new IllegalArgumentException(size() + " default boxes and " + labels.size() + " classes need "
                    + 4L * size() + " and " + (long) columns * size() + " numbers, not " + codes.length + " and "
                    + scores.length);
        }
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            for (int c = 1; c < columns; c++) {
                if (scores[i * columns + c] > minScore) {
                    double[] box = decoded(codes, i);
                    found.add(Detection.centered(labels, c - 1, scores[i * columns + c], box[0] * width,
                            box[1] * height, box[2] * width, box[3] * height));
                }
            }
        }
        return found;
    }

    private double[] decoded(float[] codes, int i) {
        double[] box = boxes.get(i);
        int swap = coding == Coding.YXHW ? 1 : 0;
        double dx = codes[4 * i + swap] / CENTER;
        double dy = codes[4 * i + 1 - swap] / CENTER;
        double dw = Math.min(codes[4 * i + 2 + swap] / SIZE, MAX_LOG);
        double dh = Math.min(codes[4 * i + 3 - swap] / SIZE, MAX_LOG);
        return new double[]{box[0] + dx * box[2], box[1] + dy * box[3], box[2] * Math.exp(dw), box[3] * Math.exp(dh)};
    }

    /**
     * The softmax of each box's logits, which torchvision's nets give where TensorFlow's give a sigmoid of each.
     *
     * @param logits  {@code [boxes][columns]}
     * @param columns numbers of a box
     * @return the probabilities, a new array
     */
    public static float[] softmax(float[] logits, int columns) {
        float[] result = new float[logits.length];
        for (int at = 0; at < logits.length; at += columns) {
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < columns; c++) {
                max = Math.max(max, logits[at + c]);
            }
            double sum = 0;
            for (int c = 0; c < columns; c++) {
                sum += Math.exp(logits[at + c] - max);
            }
            for (int c = 0; c < columns; c++) {
                result[at + c] = (float) (Math.exp(logits[at + c] - max) / sum);
            }
        }
        return result;
    }

    /** {@return the order of the four numbers that a net gives for a box} */
    public Coding coding() {
        return coding;
    }
}
