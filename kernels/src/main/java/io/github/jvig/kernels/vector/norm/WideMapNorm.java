package io.github.jvig.kernels.vector.norm;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link MapNorm} of maps whose sums are beyond the range of float, or that have NaN or infinities: all in double, channel by channel. */
record WideMapNorm(MapNorm spec, float[] weight, float[] bias) {
    /** Writes the rows of the result from {@code from} to before {@code to}. */
    void run(Operands o, int from, int to) {
        MapLayout map = spec.in();
        int perGroup = map.channels() / spec.groups();
        double meanLength = spec.kind() == MapNorm.Kind.RESPONSE ? meanLength(o) : 0;
        double mean = 0;
        double deviation = 1;
        for (int c = 0; c < map.channels(); c++) {
            if (spec.kind() == MapNorm.Kind.GROUP && c % perGroup == 0) {
                mean = mean(o, c, c + perGroup);
                deviation = Math.sqrt(squares(o, c, c + perGroup, mean) / map.pixels() / perGroup + spec.epsilon());
            }
            double factor = switch (spec.kind()) {
                case GROUP -> weight[c] / deviation;
                case RESPONSE -> 1 + weight[c] * (length(o, c) / (meanLength + spec.epsilon()));
                case L2 -> 1 / Math.max(length(o, c), spec.epsilon());
            };
            for (int p = from * map.width(); p < to * map.width(); p++) {
                int at = p * map.stride() + c;
                o.out()[o.outOffset() + at] = (float) ((o.in()[o.inOffset() + at] - mean) * factor + bias[c]);
            }
        }
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int at = o.outOffset() + p * map.stride();
            Arrays.fill(o.out(), at + map.channels(), at + map.stride(), 0f);
        }
    }

    private double mean(Operands o, int from, int to) {
        MapLayout map = spec.in();
        double sum = 0;
        for (int p = 0; p < map.pixels(); p++) {
            for (int c = from; c < to; c++) {
                sum += o.in()[o.inOffset() + p * map.stride() + c];
            }
        }
        return sum / map.pixels() / (to - from);
    }

    /** The sum of the squared differences from a number. */
    private double squares(Operands o, int from, int to, double center) {
        MapLayout map = spec.in();
        double sum = 0;
        for (int p = 0; p < map.pixels(); p++) {
            for (int c = from; c < to; c++) {
                double difference = o.in()[o.inOffset() + p * map.stride() + c] - center;
                sum += difference * difference;
            }
        }
        return sum;
    }

    private double length(Operands o, int channel) {
        return Math.sqrt(squares(o, channel, channel + 1, 0));
    }

    private double meanLength(Operands o) {
        double sum = 0;
        for (int c = 0; c < spec.in().channels(); c++) {
            sum += length(o, c);
        }
        return sum / spec.in().channels();
    }
}
