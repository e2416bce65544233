package io.github.jvig.model;

import io.github.jvig.model.nets.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleUnaryOperator;

/**
 * Deterministic weights and inputs by tensor name, the same in Java and in the program that made the golden outputs: splitmix64 from a
 * state that is the FNV-1a hash of the name.
 */
public final class Seeded {
    /** StarNet multiplies in every block: with weights as large as elsewhere its maps would grow without bound, and rounding with them. */
    private static final double STAR_BRANCH = 0.1;

    private Seeded() {
    }

    /** The values of a tensor in C order. Its name decides their range, as it does in a trained net. */
    public static float[] values(String name, int... shape) {
        int n = 1;
        for (int size : shape) {
            n = Math.multiplyExact(n, size);
        }
        int fanIn = shape.length == 0 || n == 0 ? 0 : n / shape[0];
        long state = fnv1a64(name.getBytes(StandardCharsets.UTF_8));
        DoubleUnaryOperator range = range(name, shape.length, fanIn);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) range.applyAsDouble(uniform(state, i));
        }
        return values;
    }

    /** All tensors of a net. */
    public static Parameters parameters() {
        return new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                return values(name, shape);
            }

            @Override
            public String source() {
                return "seeded weights";
            }
        };
    }

    /** What makes a tensor's values of even numbers between 0 and 1. A net has millions of them, so its name is looked at once. */
    private static DoubleUnaryOperator range(String name, int rank, int fanIn) {
        if (name.equals("input") || name.startsWith("input/")) {
            return u -> symmetric(u) * 2.0;
        }
        if (name.endsWith(".running_var")) {
            return u -> 0.5 + u;
        }
        if (name.endsWith(".running_mean")) {
            return u -> symmetric(u) * 0.1;
        }
        if (name.contains("layer_scale") || name.endsWith(".gamma")) {
            return u -> 0.1 + 0.4 * u;
        }
        if (name.endsWith("attention_biases")) {
            return u -> symmetric(u) * 0.5;
        }
        if (name.endsWith(".bias")) {
            return u -> symmetric(u) * 0.1;
        }
        if (name.endsWith(".weight") && (rank == 2 || rank == 4)) {
            double bound = Math.sqrt(3.0 / fanIn);
            double branch = name.contains(".dwconv2.conv.") ? STAR_BRANCH : 1;
            return u -> symmetric(u) * bound * branch;
        }
        if (name.endsWith(".weight") && rank == 1) {
            return u -> 0.5 + u;
        }
        return u -> symmetric(u) * 0.5;
    }

    private static double symmetric(double u) {
        return 2.0 * u - 1.0;
    }

    private static long fnv1a64(byte[] bytes) {
        long h = 0xCBF29CE484222325L;
        for (byte b : bytes) {
            h = (h ^ b & 0xFF) * 0x100000001B3L;
        }
        return h;
    }

    private static double uniform(long state, long i) {
        long z = state + (i + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24;
    }
}
