package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Functions of single floats, for devices whose work items are the lanes. Inlined into every kernel. */
final class ScalarMath {
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
        }
        return y;
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

    /** Applies the activation to a sum, adds the residual unless {@code residual} is negative, and writes the result. */
    static void finish(FloatArray memory, int offset, int residualOffset, int residual, int activation, float sum) {
        float y = activate(activation, sum);
        if (residual >= 0) {
            y += memory.get(residualOffset);
        }
        memory.set(offset, y);
    }
}
