package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What is applied to single numbers, for devices whose work items are lanes themselves. Inlined into every kernel. */
final class ScalarMath {
    private ScalarMath() {
    }

    /** One of {@link Activations}. */
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

    /** Where the weight of a channel for a tap lies in its panel; tap 0 is the bias. See {@link WeightPanels}. */
    static int weight(int start, int channel, int taps, int tap) {
        return start + (channel / VectorTasks.WIDTH * (taps + 1) + tap) * VectorTasks.WIDTH
                + channel % VectorTasks.WIDTH;
    }

    /** The pixel that a cyclic shift brings to (y, x). */
    static int shifted(int y, int x, int dy, int dx, int height, int width) {
        int sy = y - dy;
        int sx = x - dx;
        return (sy + (height & sy >> 31)) * width + sx + (width & sx >> 31);
    }

    /** L1 over the channels between the pixels at a and at b. */
    static float distance(FloatArray memory, int a, int b, int channels) {
        float sum = 0f;
        for (int c = 0; c < channels; c++) {
            sum += TornadoMath.abs(memory.get(a + c) - memory.get(b + c));
        }
        return sum;
    }

    /** The square root in the device's float. Math's would be one of doubles. */
    static float root(float x) {
        return TornadoMath.sqrt(x);
    }

    /** The exponential function in the device's float. Math's would be one of doubles. */
    static float exp(float x) {
        return TornadoMath.exp(x);
    }

    /** Writes the end of a sum: activation, residual if its place is not negative. */
    static void finish(FloatArray memory, int at, int residualOffset, int residual, int activation, float sum) {
        float y = activate(activation, sum);
        if (residual >= 0) {
            y += memory.get(residualOffset);
        }
        memory.set(at, y);
    }
}
