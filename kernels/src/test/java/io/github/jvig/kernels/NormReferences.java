package io.github.jvig.kernels;

/** {@link Reference} for the normalizations, in double on planes, from the formulas. */
final class NormReferences {
    private NormReferences() {
    }

    static Reference channels(ChannelNorm s, float[] in, float[] weight) {
        int pixels = s.in().pixels();
        int channels = s.in().channels();
        Reference result = Reference.of(s.out());
        for (int p = 0; p < pixels; p++) {
            double length = 0;
            for (int c = 0; c < channels; c++) {
                length = Math.hypot(length, in[c * pixels + p]);
            }
            for (int c = 0; c < channels; c++) {
                int at = c * pixels + p;
                result.value()[at] = s.kind() == ChannelNorm.Kind.RMS
                        ? in[at] * weight[c] / Math.sqrt(length * length / channels + s.epsilon())
                        : in[at] / Math.max(length, s.epsilon());
                result.bound()[at] = Reference.UNIT * (channels / 4 + 8) * Math.abs(result.value()[at]);
            }
        }
        return result;
    }

    static Reference map(MapNorm s, float[] in, float[] weight, float[] bias) {
        return s.kind() == MapNorm.Kind.GROUP ? group(s, in, weight, bias) : lengths(s, in, weight, bias);
    }

    /** By the sums of values and of squares, not by differences to the mean. */
    private static Reference group(MapNorm s, float[] in, float[] weight, float[] bias) {
        int length = in.length / s.groups();
        // A lane, of at least four, adds the values of a row; or one channel's values are added row by row.
        double growth = Reference.UNIT * (s.groups() == 1
                ? s.in().width() * (s.in().channels() / 4 + 1) + 8
                : s.in().height() + s.in().width() + 8);
        Reference result = Reference.of(s.out());
        for (int first = 0; first < in.length; first += length) {
            double sum = 0;
            double squares = 0;
            double size = 0;
            for (int i = first; i < first + length; i++) {
                sum += in[i];
                squares += (double) in[i] * in[i];
                size += Math.abs(in[i]);
            }
            double mean = sum / length;
            double deviation = Math.sqrt(Math.max(0, squares / length - mean * mean) + s.epsilon());
            double meanOff = growth * size / length / deviation;
            for (int i = first; i < first + length; i++) {
                int c = i / s.in().pixels();
                double x = (in[i] - mean) / deviation;
                double shift = bias == null ? 0 : bias[c];
                result.value()[i] = x * weight[c] + shift;
                result.bound()[i] = Math.abs(weight[c])
                        * (meanOff + meanOff * meanOff * Math.abs(x) + growth * Math.abs(x))
                        + 2 * Reference.UNIT * Math.abs(shift);
            }
        }
        return result;
    }

    private static Reference lengths(MapNorm s, float[] in, float[] weight, float[] bias) {
        int pixels = s.in().pixels();
        int channels = s.in().channels();
        double[] length = new double[channels];
        double mean = 0;
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                length[c] = Math.hypot(length[c], in[c * pixels + p]);
            }
            mean += length[c] / channels;
        }
        double growth = Reference.UNIT * (s.in().height() + s.in().width() + 12);
        Reference result = Reference.of(s.out());
        for (int i = 0; i < in.length; i++) {
            int c = i / pixels;
            if (s.kind() == MapNorm.Kind.L2) {
                result.value()[i] = in[i] / Math.max(length[c], s.epsilon());
                result.bound()[i] = growth * Math.abs(result.value()[i]);
            } else {
                double shift = bias == null ? 0 : bias[c];
                double scaled = weight[c] * in[i] * length[c] / (mean + s.epsilon());
                result.value()[i] = in[i] + scaled + shift;
                result.bound()[i] = growth * Math.abs(scaled)
                        + 4 * Reference.UNIT * (Math.abs(in[i]) + Math.abs(scaled) + Math.abs(shift));
            }
        }
        return result;
    }
}
