package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import java.util.Arrays;

/**
 * exp(x - max) by its sum; zero where that is below {@link Float#MIN_NORMAL}.
 *
 * @param zeros whether a row of negative infinity gives zeros; else it gives NaN
 */
record SoftmaxRow(boolean zeros) implements RowOperator {
    @Override
    public String describe() {
        return "softmax";
    }

    @Override
    public boolean isSoftmax() {
        return !zeros;
    }

    @Override
    public void apply(float[] s, int in, int n, int out) {
        apply(ArrayMath.scalar(), s, in, n, out);
    }

    @Override
    public void apply(ArrayMath math, float[] s, int in, int n, int out) {
        if (zeros && isHidden(s, in, n)) {
            Arrays.fill(s, out, out + n, 0f);
            return;
        }
        int whole = Math.ceilDiv(n, ArrayMath.STEP) * ArrayMath.STEP;
        System.arraycopy(s, in, s, out, n);
        Arrays.fill(s, out + n, out + whole, Float.NEGATIVE_INFINITY);
        math.softmax(s, out, whole);
    }

    private static boolean isHidden(float[] s, int in, int n) {
        for (int i = 0; i < n; i++) {
            if (s[in + i] != Float.NEGATIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }
}
