package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link CrossCovariance} by its definition, in double, but for the shares of a channel, which are kept as floats. A unit is a head. The vector kernel uses it where float is too narrow. */
public record ScalarCrossCovariance(CrossCovariance spec, float[] weight) implements Kernel {
    public ScalarCrossCovariance(CrossCovariance spec, float[] weight) {
        this.spec = spec;
        this.weight = weight.clone();
    }

    @Override
    public String name() {
        return "f32-cross-covariance-scalar";
    }

    @Override
    public int units() {
        return spec.layout().heads();
    }

    /** A share of each channel. */
    @Override
    public int scratch() {
        return spec.layout().keyDim();
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        AttentionHeads at = spec.layout();
        int dim = at.keyDim();
        int stride = spec.out().stride();
        int pixels = spec.out().pixels();
        int input = at.value().input();
        int valueStride = spec.inputs().get(input).stride();
        for (int h = from; h < to; h++) {
            for (int c = 0; c < dim; c++) {
                shares(o, h, c, scratch, offset);
                for (int i = 0; i < pixels; i++) {
                    int value = o.inputOffset(input) + i * valueStride + at.value().channel(h);
                    double mixed = 0;
                    for (int d = 0; d < dim; d++) {
                        mixed += (double) scratch[offset + d] * o.input(input)[value + d];
                    }
                    o.out()[o.outOffset() + i * stride + h * dim + c] = (float) mixed;
                }
            }
        }
        if (to == at.heads() && from < to) {
            for (int i = 0; i < pixels; i++) {
                int pixel = o.outOffset() + i * stride;
                Arrays.fill(o.out(), pixel + spec.out().channels(), pixel + stride, 0f);
            }
        }
    }

    private void shares(Operands o, int h, int c, float[] to, int offset) {
        AttentionHeads at = spec.layout();
        int dim = at.keyDim();
        double own = length(o, at.query(), h, c);
        double max = Double.NEGATIVE_INFINITY;
        for (int d = 0; d < dim; d++) {
            double score = weight[h] * dot(o, at.query(), at.query().channel(h) + c, at.key(), at.key().channel(h) + d)
                    / own / length(o, at.key(), h, d);
            to[offset + d] = (float) score;
            max = Math.max(max, to[offset + d]);
        }
        double sum = 0;
        for (int d = 0; d < dim; d++) {
            sum += Math.exp(to[offset + d] - max);
        }
        for (int d = 0; d < dim; d++) {
            to[offset + d] = (float) (Math.exp(to[offset + d] - max) / sum);
        }
    }

    private double length(Operands o, AttentionHeads.Place place, int h, int c) {
        int channel = place.channel(h) + c;
        return Math.max(Math.sqrt(dot(o, place, channel, place, channel)), spec.epsilon());
    }

    private double dot(Operands o, AttentionHeads.Place a, int channelOfA, AttentionHeads.Place b, int channelOfB) {
        int aStride = spec.inputs().get(a.input()).stride();
        int bStride = spec.inputs().get(b.input()).stride();
        double sum = 0;
        for (int i = 0; i < spec.out().pixels(); i++) {
            sum += (double) o.input(a.input())[o.inputOffset(a.input()) + i * aStride + channelOfA]
                    * o.input(b.input())[o.inputOffset(b.input()) + i * bStride + channelOfB];
        }
        return sum;
    }
}
