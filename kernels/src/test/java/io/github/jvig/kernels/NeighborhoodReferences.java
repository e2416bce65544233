package io.github.jvig.kernels;

import java.util.List;

/** Scores, neighborhoods and windows of any size on planes. */
final class NeighborhoodReferences {
    private NeighborhoodReferences() {
    }

    static Reference scores(AttentionScores s, float[] query, float[] key) {
        int pixels = s.in().pixels();
        int keys = s.keyLayout().pixels();
        Reference result = Reference.of(s.out());
        for (int c = 0; c < s.in().channels(); c++) {
            int head = c / (s.in().channels() / s.heads());
            for (int j = 0; j < keys; j++) {
                for (int p = 0; p < pixels; p++) {
                    double product = (double) query[c * pixels + p] * key[c * keys + j];
                    result.value()[(head * keys + j) * pixels + p] += product;
                    result.bound()[(head * keys + j) * pixels + p] += Reference.UNIT * (s.dim() + 2)
                            * Math.abs(product);
                }
            }
        }
        return result;
    }

    /** By a search for the window: of all that lie in the map, the one whose middle is nearest to the pixel. */
    static Reference aggregate(NeighborhoodAggregation s, List<float[]> in, float[] bias) {
        int h = s.in().height();
        int w = s.in().width();
        int k = s.kernel();
        int side = 2 * k - 1;
        Reference result = Reference.of(s.out());
        for (int c = 0; c < s.out().channels(); c++) {
            int head = c / s.dim();
            for (int p = 0; p < h * w; p++) {
                int top = nearest(p / w, h, k);
                int left = nearest(p % w, w, k);
                double sum = 0;
                double weighted = 0;
                double size = 0;
                double largest = 0;
                for (int ky = 0; ky < k; ky++) {
                    for (int kx = 0; kx < k; kx++) {
                        int channel = s.firstWeight() + head * s.weightStep() + ky * k + kx;
                        int dy = top + ky - p / w;
                        int dx = left + kx - p % w;
                        double x = in.get(1)[channel * h * w + p]
                                + (double) bias[head * side * side + (dy + k - 1) * side + dx + k - 1];
                        double value = in.get(0)[((s.firstValue() + c) * h + top + ky) * w + left + kx];
                        sum += Math.exp(x);
                        weighted += Math.exp(x) * value;
                        size += Math.exp(x) * Math.abs(value);
                        largest = Math.max(largest, Math.abs(x));
                    }
                }
                result.value()[c * h * w + p] = weighted / sum;
                result.bound()[c * h * w + p] = (Reference.UNIT * (k * k + 12 + 4 * largest)
                        + 2 * Reference.EXPONENTIAL) * size / sum;
            }
        }
        return result;
    }

    private static int nearest(int at, int size, int kernel) {
        int best = 0;
        for (int start = 1; start + kernel <= size; start++) {
            if (Math.abs(start + kernel / 2 - at) < Math.abs(best + kernel / 2 - at)) {
                best = start;
            }
        }
        return best;
    }

    /** Window i has all pixels of which a part lies between i and i + 1, if the map is as long as the result. */
    static Reference pool(AdaptiveAveragePool s, float[] in) {
        int h = s.in().height();
        int w = s.in().width();
        Reference result = Reference.of(s.out());
        for (int i = 0; i < result.value().length; i++) {
            int c = i / s.out().pixels();
            int row = i % s.out().pixels() / s.out().width();
            int column = i % s.out().width();
            double sum = 0;
            double size = 0;
            int count = 0;
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    if (meets(y, h, row, s.out().height()) && meets(x, w, column, s.out().width())) {
                        sum += in[(c * h + y) * w + x];
                        size += Math.abs(in[(c * h + y) * w + x]);
                        count++;
                    }
                }
            }
            result.value()[i] = sum / count;
            result.bound()[i] = Reference.UNIT * (h + w + 4) * size / count;
        }
        return result;
    }

    /** Whether [at / size, (at + 1) / size] and [i / of, (i + 1) / of] overlap. */
    private static boolean meets(int at, int size, int i, int of) {
        return at * of < (i + 1) * size && i * size < (at + 1) * of;
    }
}
