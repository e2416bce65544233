package io.github.jvig.model.graph;

import java.util.Arrays;
import java.util.List;

/** What ops share: the check of channels, and parameters in float. */
final class Channels {
    private Channels() {
    }

    /**
     * The channels of the first input, which must be so many.
     *
     * @throws IllegalArgumentException that gives both numbers
     */
    static int require(List<Integer> inputs, int expected) {
        if (inputs.getFirst() != expected) {
            throw new IllegalArgumentException("takes " + expected + " channels and gets " + inputs.getFirst());
        }
        return expected;
    }

    /** As many times the same value; a new array. */
    static double[] filled(int length, double value) {
        double[] result = new double[length];
        Arrays.fill(result, value);
        return result;
    }

    /**
     * Rounds to float. Infinity and NaN stay: a constant that is added may be a mask of infinity.
     *
     * @param element its number, for the message
     * @throws IllegalArgumentException when a finite value becomes infinite: together with what was folded into it, it has passed float32
     */
    static float rounded(double value, int element) {
        float result = (float) value;
        if (Float.isInfinite(result) && !Double.isInfinite(value)) {
            throw new IllegalArgumentException("holds " + value + " at element " + element
                    + " with what is folded into it, too large for float32");
        }
        return result;
    }

    /**
     * The parts one after another, each value rounded to float; a new array.
     *
     * @throws IllegalArgumentException as {@link #rounded}
     */
    static float[] floats(double[]... parts) {
        double[] values = Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = rounded(values[i], i);
        }
        return result;
    }
}
