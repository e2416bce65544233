package io.github.jvig.kernels;

import java.util.Arrays;

/** The references of what pools, resizes, rearranges pixels, adds a constant map, or takes a deviation; see {@link Reference}. */
final class PoolReferences {
    /** Half the distance of 1 to the next float. */
    private static final double UNIT = 0x1p-24;

    private PoolReferences() {
    }

    private static Reference of(MapLayout map) {
        int size = map.channels() * map.pixels();
        return new Reference(new double[size], new double[size]);
    }

    /** Over all taps: those outside are left out, or counted as zero. Without the activation. */
    static Reference pool(Pool2d s, float[] in) {
        int h = s.in().height();
        int w = s.in().width();
        Reference result = of(s.out());
        Window.Axis down = s.window().rows();
        Window.Axis across = s.window().columns();
        for (int i = 0; i < result.value().length; i++) {
            int c = i / s.out().pixels();
            int y = i % s.out().pixels() / s.out().width();
            int x = i % s.out().width();
            double greatest = Double.NEGATIVE_INFINITY;
            double sum = 0;
            double size = 0;
            int inside = 0;
            for (int t = 0; t < s.window().taps(); t++) {
                int sy = y * down.stride() - down.padBefore() + t / across.kernel() * down.dilation();
                int sx = x * across.stride() - across.padBefore() + t % across.kernel() * across.dilation();
                if (sy >= 0 && sy < h && sx >= 0 && sx < w) {
                    double value = in[(c * h + sy) * w + sx];
                    greatest = Math.max(greatest, value);
                    sum += value;
                    size += Math.abs(value);
                    inside++;
                }
            }
            int counted = s.mode() == Pool2d.Mode.AVERAGE ? inside : s.window().taps();
            boolean maximum = s.mode() == Pool2d.Mode.MAXIMUM;
            result.value()[i] = maximum ? greatest : sum / counted;
            result.bound()[i] = maximum ? 0 : UNIT * (inside + 3) * size / counted;
        }
        return result;
    }

    /** Token by token, in the order of the raster. */
    static Reference tokens(TokenPool s, float[] in) {
        Reference result = of(s.out());
        int pixels = s.in().pixels();
        int runs = pixels / s.length();
        for (int c = 0; c < s.in().channels(); c++) {
            for (int p = 0; p < runs * s.length(); p++) {
                double value = in[c * pixels + p];
                result.value()[c * runs + p / s.length()] += value / s.length();
                result.bound()[c * runs + p / s.length()] += UNIT * (s.length() + 3) * Math.abs(value) / s.length();
            }
        }
        return result;
    }

    /** As a sum over all pixels of the input, each with the weight that it has for the output. */
    static Reference resize(Resize s, float[] in) {
        int h = s.in().height();
        int w = s.in().width();
        Reference result = of(s.out());
        for (int i = 0; i < result.value().length; i++) {
            int c = i / s.out().pixels();
            double[] rows = weights(s.mode(), i % s.out().pixels() / s.out().width(), h, s.out().height());
            double[] columns = weights(s.mode(), i % s.out().width(), w, s.out().width());
            for (int p = 0; p < h * w; p++) {
                double part = rows[p / w] * columns[p % w] * in[c * h * w + p];
                result.value()[i] += part;
                // A fraction that is rounded is off by as much as a weight of one may be.
                double near = (rows[p / w] > 0 ? 1 : 0) * (columns[p % w] > 0 ? 1 : 0);
                result.bound()[i] += s.mode() == Resize.Mode.NEAREST || s.mode() == Resize.Mode.PAD_OR_CROP
                        ? 0
                        : UNIT * (4 * Math.abs(part) + 3 * near * Math.abs(in[c * h * w + p]));
            }
        }
        return result;
    }

    /** A tent around the place, whose sides go down to zero at the next pixels; or the one pixel, in whole numbers. */
    private static double[] weights(Resize.Mode mode, int i, int size, int outSize) {
        double[] weights = new double[size];
        if (mode == Resize.Mode.PAD_OR_CROP) {
            if (i < size) {
                weights[i] = 1;
            }
            return weights;
        }
        if (mode == Resize.Mode.NEAREST) {
            weights[(int) ((long) i * size / outSize)] = 1;
            return weights;
        }
        double place = mode == Resize.Mode.BILINEAR
                ? (2 * i + 1.0) * size / (2.0 * outSize) - 0.5
                : outSize == 1 ? 0 : i * ((size - 1.0) / (outSize - 1.0));
        double inside = Math.min(size - 1, Math.max(0, place));
        Arrays.setAll(weights, p -> Math.max(0, 1 - Math.abs(p - inside)));
        return weights;
    }

    /** Both ways: what one does the other undoes. */
    static Reference blocks(Spec s, BlockOrder order, int factor, float[] in) {
        boolean toPixels = s instanceof DepthToSpace;
        MapLayout small = toPixels ? s.in() : s.out();
        int channels = small.channels() / (factor * factor);
        int height = small.height() * factor;
        int width = small.width() * factor;
        Reference result = of(s.out());
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int dy = y % factor;
                    int dx = x % factor;
                    int channel = switch (order) {
                        case CHANNELS_FIRST -> (c * factor + dy) * factor + dx;
                        case ROWS_FIRST -> (dy * factor + dx) * channels + c;
                        case COLUMNS_FIRST -> (dx * factor + dy) * channels + c;
                    };
                    int block = (channel * small.height() + y / factor) * small.width() + x / factor;
                    int pixel = (c * height + y) * width + x;
                    result.value()[toPixels ? pixel : block] = in[toPixels ? block : pixel];
                }
            }
        }
        return result;
    }

    static Reference binary(BinaryConstant s, float[] in, float[] weight) {
        Reference result = of(s.out());
        int pixels = s.in().pixels();
        for (int i = 0; i < result.value().length; i++) {
            double x = in[i];
            double y = weight[i % pixels * s.in().channels() + i / pixels];
            result.value()[i] = switch (s.operator()) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case MAXIMUM -> Math.max(x, y);
            };
            result.bound()[i] = UNIT * Math.abs(result.value()[i]);
        }
        return result;
    }

    /** By the mean of the squared differences of all pairs of pixels, which is twice the variance: no mean is needed. */
    static Reference deviation(GlobalDeviation s, float[] in) {
        int n = s.in().pixels();
        Reference result = of(s.out());
        for (int c = 0; c < s.in().channels(); c++) {
            double pairs = 0;
            double size = 0;
            for (int p = 0; p < n; p++) {
                size += Math.abs(in[c * n + p]);
                for (int q = 0; q < p; q++) {
                    double difference = (double) in[c * n + p] - in[c * n + q];
                    pairs += difference * difference;
                }
            }
            double deviation = Math.sqrt(pairs / n / (n - s.correction()) + s.epsilon());
            result.value()[c] = deviation;
            // And what is left of the rounding of the mean where all pixels are alike.
            result.bound()[c] = UNIT * ((s.in().height() + s.in().width() + 8) * deviation + size / n);
        }
        return result;
    }
}
