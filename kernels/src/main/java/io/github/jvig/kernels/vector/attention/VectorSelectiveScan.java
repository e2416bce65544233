package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.activation.ExpConstants.EXPONENT_OF_ONE;
import static io.github.jvig.kernels.vector.activation.ExpConstants.LN2;
import static io.github.jvig.kernels.vector.activation.ExpConstants.LOG2_E;
import static io.github.jvig.kernels.vector.activation.ExpConstants.MANTISSA_BITS;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q0;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q1;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q2;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q3;
import static io.github.jvig.kernels.vector.activation.ExpConstants.Q4;
import static io.github.jvig.kernels.vector.activation.ExpConstants.ROUNDING;
import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link SelectiveScan} with a channel in each lane. All orders take a step together, since the decay of a state depends on the step alone, and
 * the exponential is most of the work. A unit is some vectors of channels.
 */
public final class VectorSelectiveScan implements Kernel {
    /** Below it an exponential is not a normal float; it is taken for this one. */
    private static final float MIN_INPUT = -87f;
    /** Work of a step of one state in multiply-accumulates, which {@link Split} counts: the exponential. */
    private static final int STEP_MACS = 32;

    private final SelectiveScan spec;
    /** {@code A}, for each vector of channels {@code [states][LANES]}. */
    private final float[] decay;
    /** Of each channel, padded with zeros: four times the skip, and the bias. */
    private final float[] skip;
    private final float[] bias;
    private final float[] direction;
    /** Where in the maps each order is at a step: {@code [step][order]}. */
    private final int[] inAt;
    private final int[] outAt;
    /** First weight of the direction at a step: {@code [step][order]}. */
    private final int[] directionAt;
    private final int vectors;
    private final Split split;

    public VectorSelectiveScan(SelectiveScan spec, float[] weight, float[] bias) {
        this.spec = spec;
        int channels = spec.in().channels();
        int states = spec.states();
        vectors = VectorConfig.vectors(channels);
        decay = new float[vectors * LANES * states];
        skip = new float[vectors * LANES];
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < states; n++) {
                decay[(c / LANES * states + n) * LANES + c % LANES] = (float) -Math.exp(weight[c * states + n]);
            }
            skip[c] = SelectiveScan.ORDERS * weight[spec.skips() + c];
        }
        this.bias = bias == null ? new float[vectors * LANES] : Arrays.copyOf(bias, vectors * LANES);
        direction = Arrays.copyOfRange(weight, spec.directionWeights(), spec.weightCount());
        int pixels = spec.in().pixels();
        inAt = new int[pixels * SelectiveScan.ORDERS];
        outAt = new int[pixels * SelectiveScan.ORDERS];
        directionAt = new int[pixels * SelectiveScan.ORDERS];
        for (int order = 0; order < SelectiveScan.ORDERS; order++) {
            int[] path = spec.pixels(order);
            int[] moves = spec.directions(order);
            for (int t = 0; t < pixels; t++) {
                int at = t * SelectiveScan.ORDERS + order;
                inAt[at] = path[t] * spec.in().stride();
                outAt[at] = path[t] * spec.out().stride();
                directionAt[at] = moves[t] * states;
            }
        }
        split = Split.ofRows((long) pixels * states * vectors * LANES * STEP_MACS, vectors);
    }

    @Override
    public SelectiveScan spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-selective-scan-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** The steps of a vector of channels, then its states: {@code [states][orders][LANES]}. */
    @Override
    public int scratch() {
        return (spec.in().pixels() + spec.states() * SelectiveScan.ORDERS) * LANES;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int pixels = spec.in().pixels();
        int states = scratchOffset + pixels * LANES;
        int end = split.row(to);
        for (int v = split.row(from); v < end; v++) {
            int c = v * LANES;
            steps(o.input(1), o.inputOffset(1) + c, spec.step().stride(), pixels, bias, c, scratch, scratchOffset);
            skip(o.in(), o.inOffset() + c, spec.in().stride(), pixels, skip, c, o.out(), o.outOffset() + c,
                    spec.out().stride());
            Arrays.fill(scratch, states, scratchOffset + scratch(), 0f);
            for (int t = 0; t < pixels; t++) {
                step(o, v, t, scratch, scratchOffset, states);
            }
        }
        if (from < to && end == vectors) {
            Epilogues.clear(o.out(), o.outOffset(), spec.out().stride(), pixels, spec.out().channels());
        }
    }

    /** {@code softplus(d + bias)}: of x it is {@code max(x, 0) + log(1 + z)} with {@code z = exp(-|x|)}. */
    private static void steps(float[] in, int offset, int stride, int pixels, float[] bias, int biasOffset, float[] to,
            int toOffset) {
        FloatVector b = FloatVector.fromArray(FLOATS, bias, biasOffset);
        for (int p = 0; p < pixels; p++) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, offset + p * stride).add(b);
            FloatVector v = x.abs().neg();
            v = v.blend(MIN_INPUT, v.compare(VectorOperators.LT, MIN_INPUT));
            FloatVector rounded = v.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector r = rounded.sub(ROUNDING).fma(FloatVector.broadcast(FLOATS, -LN2), v);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                    MANTISSA_BITS);
            e = e.mul(power.reinterpretAsFloats());
            // log(1 + z) = 2 artanh(q) with q = z / (2 + z), at most 1/3, by its series.
            FloatVector q = e.div(e.add(2f));
            FloatVector square = q.mul(q);
            FloatVector sum = square.fma(FloatVector.broadcast(FLOATS, 2f / 13),
                    FloatVector.broadcast(FLOATS, 2f / 11));
            sum = sum.fma(square, FloatVector.broadcast(FLOATS, 2f / 9));
            sum = sum.fma(square, FloatVector.broadcast(FLOATS, 2f / 7));
            sum = sum.fma(square, FloatVector.broadcast(FLOATS, 2f / 5));
            sum = sum.fma(square, FloatVector.broadcast(FLOATS, 2f / 3));
            sum = sum.fma(square, FloatVector.broadcast(FLOATS, 2f));
            x = x.blend(0f, x.compare(VectorOperators.LT, 0f));
            sum.fma(q, x).intoArray(to, toOffset + p * LANES);
        }
    }

    /** What goes around the states, of all orders. */
    private static void skip(float[] in, int offset, int stride, int pixels, float[] skip, int skipOffset, float[] to,
            int toOffset, int toStride) {
        FloatVector factor = FloatVector.fromArray(FLOATS, skip, skipOffset);
        for (int p = 0; p < pixels; p++) {
            FloatVector.fromArray(FLOATS, in, offset + p * stride).mul(factor).intoArray(to, toOffset + p * toStride);
        }
    }

    private void step(Operands o, int v, int t, float[] scratch, int steps, int states) {
        int c = v * LANES;
        int at = t * SelectiveScan.ORDERS;
        int in = o.inOffset() + c;
        int out = o.outOffset() + c;
        int w = o.inputOffset(2) + t * spec.projection().stride();
        step(scratch, steps + t * LANES, states, spec.states(), decay, v * spec.states() * LANES, o.input(2),
                w + spec.wayIn(), w + spec.wayOut(), direction, directionAt[at], directionAt[at + 1],
                directionAt[at + 2], directionAt[at + 3], o.in(), in + inAt[at], in + inAt[at + 1], in + inAt[at + 2],
                in + inAt[at + 3], o.out(), out + outAt[at], out + outAt[at + 1], out + outAt[at + 2],
                out + outAt[at + 3]);
    }

    /** One step of all orders; numbers behind names are those of the orders. */
    private static void step(float[] scratch, int step, int states, int count, float[] decay, int decayAt, float[] w,
            int wayIn, int wayOut, float[] direction, int m0, int m1, int m2, int m3, float[] in, int in0, int in1,
            int in2, int in3, float[] out, int out0, int out1, int out2, int out3) {
        FloatVector s = FloatVector.fromArray(FLOATS, scratch, step);
        FloatVector u0 = FloatVector.fromArray(FLOATS, in, in0).mul(s);
        FloatVector u1 = FloatVector.fromArray(FLOATS, in, in1).mul(s);
        FloatVector u2 = FloatVector.fromArray(FLOATS, in, in2).mul(s);
        FloatVector u3 = FloatVector.fromArray(FLOATS, in, in3).mul(s);
        FloatVector y0 = FloatVector.zero(FLOATS);
        FloatVector y1 = FloatVector.zero(FLOATS);
        FloatVector y2 = FloatVector.zero(FLOATS);
        FloatVector y3 = FloatVector.zero(FLOATS);
        for (int n = 0, h = states; n < count; n++, h += SelectiveScan.ORDERS * LANES) {
            FloatVector x = FloatVector.fromArray(FLOATS, decay, decayAt + n * LANES).mul(s);
            x = x.blend(MIN_INPUT, x.compare(VectorOperators.LT, MIN_INPUT));
            FloatVector rounded = x.fma(FloatVector.broadcast(FLOATS, LOG2_E),
                    FloatVector.broadcast(FLOATS, ROUNDING));
            FloatVector r = rounded.sub(ROUNDING).fma(FloatVector.broadcast(FLOATS, -LN2), x);
            FloatVector e = r.fma(FloatVector.broadcast(FLOATS, Q4), FloatVector.broadcast(FLOATS, Q3));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q2));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q1));
            e = e.fma(r, FloatVector.broadcast(FLOATS, Q0));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            e = e.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts().add(EXPONENT_OF_ONE).lanewise(VectorOperators.LSHL,
                    MANTISSA_BITS);
            e = e.mul(power.reinterpretAsFloats());
            float b = w[wayIn + n];
            FloatVector k = FloatVector.broadcast(FLOATS, w[wayOut + n]);
            FloatVector h0 = FloatVector.fromArray(FLOATS, scratch, h).fma(e, u0.mul(b + direction[m0 + n]));
            h0.intoArray(scratch, h);
            y0 = h0.fma(k, y0);
            FloatVector h1 = FloatVector.fromArray(FLOATS, scratch, h + LANES).fma(e, u1.mul(b + direction[m1 + n]));
            h1.intoArray(scratch, h + LANES);
            y1 = h1.fma(k, y1);
            FloatVector h2 = FloatVector.fromArray(FLOATS, scratch, h + 2 * LANES).fma(e,
                    u2.mul(b + direction[m2 + n]));
            h2.intoArray(scratch, h + 2 * LANES);
            y2 = h2.fma(k, y2);
            FloatVector h3 = FloatVector.fromArray(FLOATS, scratch, h + 3 * LANES).fma(e,
                    u3.mul(b + direction[m3 + n]));
            h3.intoArray(scratch, h + 3 * LANES);
            y3 = h3.fma(k, y3);
        }
        // One behind the other, since orders may be at one pixel.
        FloatVector.fromArray(FLOATS, out, out0).add(y0).intoArray(out, out0);
        FloatVector.fromArray(FLOATS, out, out1).add(y1).intoArray(out, out1);
        FloatVector.fromArray(FLOATS, out, out2).add(y2).intoArray(out, out2);
        FloatVector.fromArray(FLOATS, out, out3).add(y3).intoArray(out, out3);
    }
}
