package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;

/** {@link MapNorm} by its definition, in double. One unit. The vector kernel uses it where float is too narrow. */
public record ScalarMapNorm(MapNorm spec, float[] weight, float[] bias) implements Kernel {
    public ScalarMapNorm(MapNorm spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.weight = weight == null ? null : weight.clone();
        this.bias = WeightLayout.paddedBias(bias, spec.in().channels());
    }

    @Override
    public String name() {
        return "f32-map-norm-scalar";
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from < to) {
            rows(o, 0, spec.in().height());
        }
    }

    /** Writes the rows of the result from {@code from} to before {@code to}, from all of the input. */
    public void rows(Operands o, int from, int to) {
        MapLayout map = spec.in();
        double meanLength = spec.kind() == MapNorm.Kind.RESPONSE ? meanLength(o) : 0;
        int perGroup = map.channels() / spec.groups();
        double mean = 0;
        double deviation = 1;
        for (int c = 0; c < map.channels(); c++) {
            if (spec.kind() == MapNorm.Kind.GROUP && c % perGroup == 0) {
                mean = mean(o, c, c + perGroup);
                deviation = Math.sqrt(variance(o, c, c + perGroup, mean) + spec.epsilon());
            }
            double f = switch (spec.kind()) {
                case GROUP -> weight[c] / deviation;
                case RESPONSE -> 1 + weight[c] * (length(o, c) / (meanLength + spec.epsilon()));
                case L2 -> 1 / Math.max(length(o, c), spec.epsilon());
            };
            for (int p = from * map.width(); p < to * map.width(); p++) {
                int at = p * map.stride() + c;
                o.out()[o.outOffset() + at] = (float) ((o.in()[o.inOffset() + at] - mean) * f + bias[c]);
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

    private double variance(Operands o, int from, int to, double mean) {
        MapLayout map = spec.in();
        double sum = 0;
        for (int p = 0; p < map.pixels(); p++) {
            for (int c = from; c < to; c++) {
                double deviation = o.in()[o.inOffset() + p * map.stride() + c] - mean;
                sum += deviation * deviation;
            }
        }
        return sum / map.pixels() / (to - from);
    }

    private double length(Operands o, int c) {
        MapLayout map = spec.in();
        double squares = 0;
        for (int p = 0; p < map.pixels(); p++) {
            double x = o.in()[o.inOffset() + p * map.stride() + c];
            squares += x * x;
        }
        return Math.sqrt(squares);
    }

    private double meanLength(Operands o) {
        double sum = 0;
        for (int c = 0; c < spec.in().channels(); c++) {
            sum += length(o, c);
        }
        return sum / spec.in().channels();
    }
}
