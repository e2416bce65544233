package io.github.jvig.kernels.scalar;

/** The distance that the scalar kernels share. */
final class ScalarL1 {
    private ScalarL1() {
    }

    /** L1 between two pixels, summed in double. */
    static float l1(float[] x, int a, int b, int channels) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += Math.abs((double) x[a + c] - x[b + c]);
        }
        return (float) sum;
    }
}
