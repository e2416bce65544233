package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Functions of single floats, for devices whose work items are the lanes. Inlined into every kernel. */
final class ScalarMath {
    /** Slope of leaky ReLU below zero. */
    static final float LEAK = 0.01f;
    static final float SIXTH = 1f / 6;
    static final float THIRD = 1f / 3;
    /** The exponential function of its negative is finite: with relaxed arithmetic, devices need not know infinities. */
    static final float EXP_FLOOR = -87f;
    /** From here on GELU by tanh is zero in single precision. */
    static final float GELU_FLOOR = -9.9f;
    /** {@code 2 sqrt(2 / pi)}, since {@code (1 + tanh(x)) / 2} is the logistic function of twice x. */
    static final float LINEAR = 1.5957691f;
    static final float CUBIC = 0.044715f * LINEAR;

    private ScalarMath() {
    }

    /** Applies one of {@link Activations}. */
    static float activate(int activation, float x) {
        float y = x;
        if (activation == Activations.RELU) {
            y = Math.max(x, 0f);
        } else if (activation == Activations.RELU6) {
            y = Math.min(Math.max(x, 0f), 6f);
        } else if (activation == Activations.GELU) {
            y = gelu(x);
        } else if (activation == Activations.LEAKY_RELU) {
            y = Math.max(x, 0f) + LEAK * Math.min(x, 0f);
        } else if (activation == Activations.GELU_TANH) {
            float z = Math.max(x, GELU_FLOOR);
            float t = Math.min(z, -GELU_FLOOR);
            y = z * logistic(t * (t * t * CUBIC + LINEAR));
        } else if (activation == Activations.SIGMOID) {
            y = logistic(Math.max(x, EXP_FLOOR));
        } else if (activation == Activations.HARD_SIGMOID) {
            y = hardSigmoid(x);
        } else if (activation == Activations.SILU) {
            float z = Math.max(x, EXP_FLOOR);
            y = z * logistic(z);
        } else if (activation == Activations.HARD_SWISH) {
            y = Math.max(x, -3f) * hardSigmoid(x);
        } else if (activation == Activations.ELU) {
            y = Math.max(x, 0f) + (exp(Math.min(x, 0f)) - 1f);
        }
        return y;
    }

    /** The logistic function of a number not below {@link #EXP_FLOOR}. */
    private static float logistic(float x) {
        return 1f / (1f + exp(-x));
    }

    private static float hardSigmoid(float x) {
        return Math.min(Math.max(x * SIXTH + 0.5f, 0f), 1f);
    }

    /** See {@link VectorTasks}. */
    private static float gelu(float x) {
        float relu = Math.max(x, 0f);
        float n = Math.max(x - (relu + relu), VectorTasks.FLOOR);
        float t = n * VectorTasks.C0 + VectorTasks.C1;
        t = t * n + VectorTasks.C2;
        t = t * t + VectorTasks.C3;
        t = t * n + VectorTasks.C4;
        t = t * t + VectorTasks.C5;
        t = t * t + VectorTasks.C6;
        t = t * t + VectorTasks.C7;
        t = t * t + VectorTasks.C8;
        return n * t + relu;
    }

    /** Offset of the weight of a channel and tap in the panels; tap 0 is the bias. See {@link WeightPanels}. */
    static int weight(int start, int channel, int taps, int tap) {
        return start + (channel / VectorTasks.WIDTH * (taps + 1) + tap) * VectorTasks.WIDTH
                + channel % VectorTasks.WIDTH;
    }

    /** Index of the pixel that a cyclic shift moves to (y, x). */
    static int shifted(int y, int x, int dy, int dx, int height, int width) {
        int sy = y - dy;
        int sx = x - dx;
        return (sy + (height & sy >> 31)) * width + sx + (width & sx >> 31);
    }

    /** L1 distance over the channels between the pixels at offsets a and b. */
    static float distance(FloatArray memory, int a, int b, int channels) {
        float sum = 0f;
        for (int c = 0; c < channels; c++) {
            sum += TornadoMath.abs(memory.get(a + c) - memory.get(b + c));
        }
        return sum;
    }

    /** The square root in single precision. {@code Math.sqrt} would need doubles on the device. */
    static float root(float x) {
        return TornadoMath.sqrt(x);
    }

    /** The exponential function in single precision. {@code Math.exp} would need doubles on the device. */
    static float exp(float x) {
        return TornadoMath.exp(x);
    }

    /** {@code log(1 + exp(x))}; small results by a series, because one plus a small number is rounded. */
    static float softplus(float x) {
        float e = exp(Math.max(-TornadoMath.abs(x), EXP_FLOOR));
        float log = TornadoMath.log(1f + e);
        if (e < 0.01f) {
            log = e * (1f - e * (0.5f - e * (THIRD - e * 0.25f)));
        }
        return Math.max(x, 0f) + log;
    }

    /** The sum of one channel over a map, row by row to keep the rounding error small. */
    static float sum(FloatArray memory, int from, int step, int height, int width) {
        float sum = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                row += memory.get(from + (y * width + x) * step);
            }
            sum += row;
        }
        return sum;
    }

    /** The sum of the squared differences of one channel from a number, row by row. */
    static float squaresAround(FloatArray memory, int from, int step, int height, int width, float mean) {
        float squares = 0f;
        for (int y = 0; y < height; y++) {
            float row = 0f;
            for (int x = 0; x < width; x++) {
                float d = memory.get(from + (y * width + x) * step) - mean;
                row += d * d;
            }
            squares += row;
        }
        return squares;
    }

    /** Applies the epilogue to a sum of a channel, without residual if {@code residual} is negative, and writes the result. */
    static void finish(FloatArray memory, int offset, int residualOffset, int residual, int epilogue, int channel,
            float sum) {
        float y = sum;
        if (residual >= 0 && Activations.residualFirst(epilogue) == 1) {
            y += memory.get(residualOffset);
        }
        y = activate(Activations.activation(epilogue), y);
        if (Activations.kept(epilogue) > 0 && channel >= Activations.kept(epilogue)) {
            y = 0f;
        }
        if (residual >= 0 && Activations.residualFirst(epilogue) == 0) {
            y += memory.get(residualOffset);
        }
        memory.set(offset, y);
    }
}
