package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * ONNX's NonMaxSuppression: of each image and class the boxes in order of their scores, without those that overlap one that is kept. How
 * many there are is known at run time only, so the output has rows (image, class, box) for as many as there may be at most; rows that are
 * not there hold -1 and come last.
 */
public final class NonMaxSuppression extends ItemFunction {
    private final Source boxes;
    private final Source scores;
    private final int images;
    private final int classes;
    private final int count;
    private final int most;
    private final float overlap;
    private final float leastScore;
    private final boolean centers;

    /**
     * Of boxes.
     *
     * @param inputs     layouts of the buffers
     * @param boxes      {@code [images, count, 4]}: two corners y, x each, or the center x, y and width, height
     * @param scores     {@code [images, classes, count]}
     * @param images     number of images
     * @param classes    number of classes
     * @param count      boxes of an image
     * @param most       boxes that are kept for an image and class at most
     * @param overlap    two boxes whose intersection by union is above this overlap
     * @param leastScore boxes that are kept have a score above this
     * @param centers    whether boxes are given by their centers
     */
    public NonMaxSuppression(List<MapLayout> inputs, Source boxes, Source scores, int images, int classes, int count,
            int most, float overlap, float leastScore, boolean centers) {
        super("non-max suppression of " + count + " boxes", inputs, TensorFunction.tensor(
                Math.multiplyExact(Math.multiplyExact(images, classes), 3 * Math.min(most, count))), 1, 1);
        this.boxes = boxes;
        this.scores = scores;
        this.images = images;
        this.classes = classes;
        this.count = count;
        this.most = Math.min(most, count);
        this.overlap = overlap;
        this.leastScore = leastScore;
        this.centers = centers;
    }

    /** A score of each box, set to NaN once it is out. */
    @Override
    public int scratch() {
        return count;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] out = o.out();
        int io = o.outOffset();
        for (int image = 0; image < images; image++) {
            int box = boxes.start(o) + image * count * 4;
            for (int c = 0; c < classes; c++) {
                System.arraycopy(scores.array(o), scores.start(o) + (image * classes + c) * count, scratch,
                        scratchOffset, count);
                for (int kept = 0; kept < most; kept++) {
                    int best = best(scratch, scratchOffset);
                    if (best < 0) {
                        break;
                    }
                    out[io] = image;
                    out[io + 1] = c;
                    out[io + 2] = best;
                    io += 3;
                    scratch[scratchOffset + best] = Float.NaN;
                    for (int i = 0; i < count; i++) {
                        if (scratch[scratchOffset + i] > leastScore
                                && overlaps(boxes.array(o), box + best * 4, box + i * 4)) {
                            scratch[scratchOffset + i] = Float.NaN;
                        }
                    }
                }
            }
        }
        Arrays.fill(out, io, o.outOffset() + images * classes * most * 3, -1f);
    }

    private int best(float[] left, int at) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (left[at + i] > leastScore && (best < 0 || left[at + i] > left[at + best])) {
                best = i;
            }
        }
        return best;
    }

    private boolean overlaps(float[] b, int i, int j) {
        float height = Math.min(high(b, i, 0), high(b, j, 0)) - Math.max(low(b, i, 0), low(b, j, 0));
        float width = Math.min(high(b, i, 1), high(b, j, 1)) - Math.max(low(b, i, 1), low(b, j, 1));
        if (height <= 0 || width <= 0) {
            return false;
        }
        float both = height * width;
        return both / (area(b, i) + area(b, j) - both) > overlap;
    }

    private float area(float[] b, int i) {
        return (high(b, i, 0) - low(b, i, 0)) * (high(b, i, 1) - low(b, i, 1));
    }

    private float low(float[] b, int i, int axis) {
        return centers ? b[i + 1 - axis] - b[i + 3 - axis] / 2 : Math.min(b[i + axis], b[i + axis + 2]);
    }

    private float high(float[] b, int i, int axis) {
        return centers ? b[i + 1 - axis] + b[i + 3 - axis] / 2 : Math.max(b[i + axis], b[i + axis + 2]);
    }
}
