package io.github.jvig.kernels;

/** Checks of weights, shared by the providers. */
public final class Packing {
    private Packing() {
    }

    /**
     * Checks that a convolution's weight and bias have the lengths that its spec asks for.
     *
     * @param spec      the convolution
     * @param weight    its weights
     * @param perOutput weights of one output channel
     * @param bias      its biases, may be null
     * @throws IllegalArgumentException that gives both lengths
     */
    public static void check(Spec spec, float[] weight, int perOutput, float[] bias) {
        int outputs = spec.out().channels();
        check(spec, weight, outputs, perOutput);
        if (bias != null && bias.length != outputs) {
            throw new IllegalArgumentException(spec + " takes " + outputs + " biases, not " + bias.length);
        }
    }

    /**
     * Checks that there are {@code groups * perGroup} weights.
     *
     * @param spec     the operation, for the message
     * @param weight   its weights
     * @param groups   number of groups
     * @param perGroup weights of one group
     * @throws IllegalArgumentException that gives both lengths
     */
    public static void check(Spec spec, float[] weight, int groups, int perGroup) {
        if (weight.length != (long) groups * perGroup) {
            throw new IllegalArgumentException(
                    spec + " takes " + groups + " x " + perGroup + " weights, not " + weight.length);
        }
    }

    /**
     * Pads a bias with zeros.
     *
     * @param bias   the bias, or null for zeros
     * @param length floats of the result
     * @return a new array: the bias followed by zeros
     */
    public static float[] paddedBias(float[] bias, int length) {
        return bias == null ? new float[length] : java.util.Arrays.copyOf(bias, length);
    }

    /**
     * Transposes {@code [rows][columns]} into {@code [columns][padded]}, each new row filled up with zeros.
     *
     * @param matrix  the matrix, row by row
     * @param rows    its rows
     * @param columns its columns
     * @param padded  floats of a new row, at least {@code rows}
     * @return a new array
     */
    public static float[] transposed(float[] matrix, int rows, int columns, int padded) {
        float[] result = new float[Math.multiplyExact(columns, padded)];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * padded + r] = matrix[r * columns + c];
            }
        }
        return result;
    }
}
