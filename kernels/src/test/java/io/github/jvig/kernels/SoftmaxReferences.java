package io.github.jvig.kernels;

/** Softmax over planes. */
final class SoftmaxReferences {
    private SoftmaxReferences() {
    }

    /** Without the maximum, which double has the range for. */
    static Reference spatial(SpatialSoftmax s, float[] in) {
        int pixels = s.in().pixels();
        double growth = Reference.UNIT * (s.in().height() + s.in().width() + 8) + 2 * Reference.EXPONENTIAL;
        Reference result = Reference.of(s.out());
        for (int c = 0; c < s.in().channels(); c++) {
            double sum = 0;
            for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                sum += Math.exp(in[i]);
            }
            for (int i = c * pixels; i < (c + 1) * pixels; i++) {
                result.value()[i] = Math.exp(in[i]) / sum;
                result.bound()[i] = growth * result.value()[i];
            }
        }
        return result;
    }
}
