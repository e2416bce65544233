package io.github.jvig.model;

import io.github.jvig.model.nets.Parameters;
import java.nio.charset.StandardCharsets;

/**
 * Weights and inputs that follow from a tensor's name and shape alone (splitmix64 on the FNV-1a hash of the name): the golden files were
 * computed with the same.
 */
public final class Seeded {
    private Seeded() {
    }

    /** The tensor of this name and shape, in C order. */
    public static float[] values(String name, int... shape) {
        return values(name, name, shape);
    }

    /**
     * @param generator name that feeds the generator
     * @param rule      name that decides the range of values
     */
    public static float[] values(String generator, String rule, int... shape) {
        int length = 1;
        for (int size : shape) {
            length *= size;
        }
        long state = fnv1a64(generator.getBytes(StandardCharsets.UTF_8));
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            double u = uniform(state, i);
            double symmetric = 2 * u - 1;
            double value;
            if (rule.equals("input") || rule.startsWith("input/")) {
                value = symmetric * 2;
            } else if (rule.endsWith(".running_var")) {
                value = 0.5 + u;
            } else if (rule.endsWith(".running_mean")) {
                value = symmetric * 0.1;
            } else if (rule.contains("layer_scale") || rule.endsWith(".gamma")) {
                value = 0.1 + 0.4 * u;
            } else if (rule.endsWith("attention_biases")) {
                value = symmetric * 0.5;
            } else if (rule.endsWith(".bias")) {
                value = symmetric * 0.1;
            } else if (rule.endsWith(".weight") && (shape.length == 4 || shape.length == 2)) {
                value = symmetric * Math.sqrt(3.0 / (length / shape[0]));
            } else if (rule.endsWith(".weight") && shape.length == 1) {
                value = 0.5 + u;
            } else {
                throw new IllegalArgumentException("no rule for " + rule);
            }
            result[i] = (float) value;
        }
        return result;
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

    private static long fnv1a64(byte[] bytes) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : bytes) {
            hash ^= b & 0xFF;
            hash *= 0x100000001B3L;
        }
        return hash;
    }

    private static double uniform(long state, long i) {
        long z = state + (i + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24;
    }
}
