package io.github.jvig.kernels;

import java.util.Arrays;
import java.util.List;

/** What moves channels, on planes: whole planes are copied. Exact. */
final class MoveReferences {
    private MoveReferences() {
    }

    static Reference concat(List<float[]> maps) {
        int size = maps.stream().mapToInt(map -> map.length).sum();
        double[] value = new double[size];
        int at = 0;
        for (float[] map : maps) {
            for (float x : map) {
                value[at++] = x;
            }
        }
        return new Reference(value, new double[size]);
    }

    static Reference slice(Slice s, float[] in) {
        int plane = s.in().pixels();
        float[] kept = Arrays.copyOfRange(in, s.from() * plane, (s.from() + s.out().channels()) * plane);
        return concat(List.of(kept));
    }

    static Reference gather(ChannelGather s, float[] in) {
        int plane = s.in().pixels();
        return concat(s.channels().stream().map(c -> Arrays.copyOfRange(in, c * plane, (c + 1) * plane)).toList());
    }

    /** From the last channel to the first: one that is NaN or no smaller than the largest behind it takes its place. */
    static Reference atMaximum(ChannelAtMaximum s, float[] in, float[] values) {
        Reference result = Reference.of(s.out());
        int plane = s.in().pixels();
        for (int p = 0; p < plane; p++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = s.in().channels() - 1; c >= 0; c--) {
                double x = in[c * plane + p];
                if (Double.isNaN(x) || x >= largest) {
                    largest = x;
                    result.value()[p] = values[c * plane + p];
                }
            }
        }
        return result;
    }
}
