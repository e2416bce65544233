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
}
