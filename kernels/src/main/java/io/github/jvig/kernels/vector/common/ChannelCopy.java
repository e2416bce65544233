package io.github.jvig.kernels.vector.common;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Copies some channels of each pixel to another place. By vectors: {@code System.arraycopy} of so few floats spends its time on finding out
 * how many they are.
 */
public final class ChannelCopy {
    private ChannelCopy() {
    }

    /**
     * Copies {@code count} floats of each pixel and writes no others. The last vector is moved back over the one before it. Fewer floats than
     * a vector has are copied one by one.
     *
     * @param in      array that holds the first pixel's floats from {@code inAt} on
     * @param inStep  floats from one pixel to the next
     * @param out     array that gets them from {@code outAt} on
     * @param outStep floats from one pixel to the next
     */
    public static void exact(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int count) {
        if (count < LANES) {
            for (int i = 0; i < count; i++) {
                number(in, inAt + i, inStep, out, outAt + i, outStep, pixels);
            }
            return;
        }
        vectors(in, inAt, inStep, out, outAt, outStep, pixels, count - LANES);
    }

    /** As {@link #exact}, but copies as many more floats of each pixel as fill its last vector. */
    public static void whole(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int count) {
        vectors(in, inAt, inStep, out, outAt, outStep, pixels, (VectorConfig.vectors(count) - 1) * LANES);
    }

    /**
     * Vectors from the start of each pixel's floats on, the last at {@code last}. Four columns of them at a time: a loop over the few vectors
     * of a pixel would mostly be start and end, and one over single vectors would fetch each line several times.
     */
    private static void vectors(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int last) {
        int i = 0;
        for (; last - i > 2 * LANES; i += 4 * LANES) {
            four(in, inAt + i, inStep, out, outAt + i, outStep, pixels, Math.min(3 * LANES, last - i));
        }
        int left = last - i;
        if (left > LANES) {
            three(in, inAt + i, inStep, out, outAt + i, outStep, pixels, left);
        } else if (left > 0) {
            two(in, inAt + i, inStep, out, outAt + i, outStep, pixels, left);
        } else if (left > -LANES) {
            one(in, inAt + last, inStep, out, outAt + last, outStep, pixels);
        }
    }

    private static void four(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int last) {
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            FloatVector.fromArray(FLOATS, in, a).intoArray(out, b);
            FloatVector.fromArray(FLOATS, in, a + LANES).intoArray(out, b + LANES);
            FloatVector.fromArray(FLOATS, in, a + 2 * LANES).intoArray(out, b + 2 * LANES);
            FloatVector.fromArray(FLOATS, in, a + last).intoArray(out, b + last);
        }
    }

    private static void three(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int last) {
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            FloatVector.fromArray(FLOATS, in, a).intoArray(out, b);
            FloatVector.fromArray(FLOATS, in, a + LANES).intoArray(out, b + LANES);
            FloatVector.fromArray(FLOATS, in, a + last).intoArray(out, b + last);
        }
    }

    private static void two(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int last) {
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            FloatVector.fromArray(FLOATS, in, a).intoArray(out, b);
            FloatVector.fromArray(FLOATS, in, a + last).intoArray(out, b + last);
        }
    }

    private static void one(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels) {
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            FloatVector.fromArray(FLOATS, in, a).intoArray(out, b);
        }
    }

    private static void number(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels) {
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            out[b] = in[a];
        }
    }

    /**
     * One vector of each pixel, of which {@code keep} floats are copied and the others set to zero, whatever is read there. It is read whole.
     */
    public static void part(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int pixels,
            int keep) {
        VectorMask<Float> rest = FLOATS.indexInRange(0, keep).not();
        for (int p = 0, a = inAt, b = outAt; p < pixels; p++, a += inStep, b += outStep) {
            FloatVector.fromArray(FLOATS, in, a).blend(0f, rest).intoArray(out, b);
        }
    }

    /**
     * Sets all whole vectors of each pixel to zero that hold pad lanes, channels in them too: before these are written.
     *
     * @param at       where the first pixel starts
     * @param step     floats from one pixel to the next, a whole number of vectors
     * @param channels floats of a pixel that are no pad lanes
     */
    public static void clear(float[] out, int at, int step, int pixels, int channels) {
        for (int i = channels / LANES * LANES; i < step; i += LANES) {
            for (int p = 0, b = at + i; p < pixels; p++, b += step) {
                FloatVector.zero(FLOATS).intoArray(out, b);
            }
        }
    }
}
