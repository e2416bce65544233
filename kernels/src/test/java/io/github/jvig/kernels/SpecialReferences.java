package io.github.jvig.kernels;

/** Operations of single papers in double. */
final class SpecialReferences {
    private SpecialReferences() {
    }

    static Reference pieces(PiecewiseLinear s, float[] in, float[] weight) {
        Reference result = Reference.of(s.out());
        int channels = s.in().channels();
        int pixels = s.in().pixels();
        for (int i = 0; i < in.length; i++) {
            int c = i / pixels;
            double x = (double) in[i] - weight[c];
            double slope = x >= 0 ? weight[2 * channels + c] : weight[channels + c];
            result.value()[i] = slope * x + weight[3 * channels + c];
            result.bound()[i] = 3 * Reference.UNIT * (Math.abs(slope * x) + Math.abs(weight[3 * channels + c]));
        }
        return result;
    }

    static Reference signs(BinaryConv s, float[] in, float[] weight, float[] bias) {
        Reference result = Reference.of(s.out());
        MapLayout from = s.in();
        MapLayout to = s.out();
        Window.Axis down = s.window().rows();
        Window.Axis across = s.window().columns();
        int perOutput = from.channels() * s.window().taps();
        for (int at = 0; at < result.value().length; at++) {
            int o = at / to.pixels();
            int y = at / to.width() % to.height() * down.stride() - down.padBefore();
            int x = at % to.width() * across.stride() - across.padBefore();
            int w = o * perOutput;
            long sum = 0;
            for (int row = 0; row < from.channels() * from.height(); row += from.height()) {
                for (int i = y; i < y + down.kernel() * down.dilation(); i += down.dilation()) {
                    for (int j = x; j < x + across.kernel() * across.dilation(); j += across.dilation()) {
                        if (i >= 0 && i < from.height() && j >= 0 && j < from.width()) {
                            sum += sign(in[(row + i) * from.width() + j]) * sign(weight[w]);
                        }
                        w++;
                    }
                }
            }
            double factor = weight[to.channels() * perOutput + o];
            double added = bias == null ? 0 : bias[o];
            result.value()[at] = factor * sum + added;
            result.bound()[at] = 2 * Reference.UNIT * (Math.abs(factor * sum) + Math.abs(added));
        }
        return result;
    }

    private static int sign(float x) {
        return x >= 0 ? 1 : -1;
    }

    static Reference local(LocalDepthwiseConv s, float[] in, float[] weight, float[] bias) {
        Reference result = Reference.of(s.out());
        MapLayout from = s.in();
        MapLayout to = s.out();
        Window.Axis down = s.window().rows();
        Window.Axis across = s.window().columns();
        int taps = s.window().taps();
        for (int at = 0; at < result.value().length; at++) {
            int c = at / to.pixels();
            double sum = bias == null ? 0 : bias[c];
            double size = Math.abs(sum);
            for (int t = 0; t < taps; t++) {
                int y = at / to.width() % to.height() * down.stride() - down.padBefore()
                        + t / across.kernel() * down.dilation();
                int x = at % to.width() * across.stride() - across.padBefore()
                        + t % across.kernel() * across.dilation();
                if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
                    double product = (double) in[(c * from.height() + y) * from.width() + x]
                            * weight[(at % to.pixels() * taps + t) * to.channels() + c];
                    sum += product;
                    size += Math.abs(product);
                }
            }
            result.value()[at] = sum;
            result.bound()[at] = Reference.UNIT * (taps + 2) * size;
        }
        return result;
    }

    /** Each pixel of the map by its distance from the place of a tap: its share is a product of two triangles. */
    static Reference deformed(DeformableDepthwiseConv s, float[] in, float[] scale, float[] weight, float[] bias) {
        Reference result = Reference.of(s.out());
        MapLayout from = s.in();
        MapLayout to = s.out();
        for (int at = 0; at < result.value().length; at++) {
            int c = at / to.pixels();
            double r = Math.min(Math.max(scale[at % to.pixels()], 1 - s.bound()), s.bound());
            double sum = bias == null ? 0 : bias[c];
            double size = Math.abs(sum);
            for (int tap = 0; tap < DeformableDepthwiseConv.TAPS; tap++) {
                double y = at / to.width() % to.height() * s.stride() + (tap / 3 - 1) * r;
                double x = at % to.width() * s.stride() + (tap % 3 - 1) * r;
                for (int p = 0; p < from.pixels(); p++) {
                    double share = Math.max(0, 1 - Math.abs(p / from.width() - y))
                            * Math.max(0, 1 - Math.abs(p % from.width() - x));
                    double product = share * in[c * from.pixels() + p]
                            * weight[c * DeformableDepthwiseConv.TAPS + tap];
                    sum += product;
                    size += Math.abs(product);
                }
            }
            result.value()[at] = sum;
            result.bound()[at] = 32 * Reference.UNIT * size;
        }
        return result;
    }
}
