package io.github.jvig.kernels.weights;

/** Orders of weights that the scalar and the vector kernels share. */
public final class WeightLayout {
    private WeightLayout() {
    }

    /** The bias followed by zeros up to {@code length}; all zeros when it is null. */
    public static float[] paddedBias(float[] bias, int length) {
        return bias == null ? new float[length] : java.util.Arrays.copyOf(bias, length);
    }

    /**
     * Transposes {@code [rows][columns]} into {@code [columns][padded]}, each new row filled up with zeros.
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
