package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/** Products of row-major matrices, {@code [b, m, k]} by {@code [b, k, n]}; an item is a row of the result. */
public final class MatMul extends ItemFunction {
    private final Source left;
    private final Source right;
    private final int[] leftStarts;
    private final int[] rightStarts;
    private final int m;
    private final int k;
    private final int n;
    private final long macs;

    /**
     * Products.
     *
     * @param inputs     layouts of the buffers
     * @param left       the left matrices
     * @param leftBatch  digits of their batch; a stride of zero repeats one
     * @param right      the right matrices
     * @param rightBatch digits of their batch
     * @param m          rows of a left matrix
     * @param k          columns of a left matrix and rows of a right one
     * @param n          columns of a right matrix
     */
    public MatMul(List<MapLayout> inputs, Source left, List<Dim> leftBatch, Source right, List<Dim> rightBatch, int m,
            int k, int n) {
        super("matrices " + m + "x" + k + " by " + k + "x" + n, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(m, n), Dim.elements(leftBatch))),
                m * Dim.elements(leftBatch), (long) Dim.elements(leftBatch) * m * k * n);
        this.left = left;
        this.right = right;
        this.leftStarts = Steps.table(leftBatch);
        this.rightStarts = Steps.table(rightBatch);
        this.m = m;
        this.k = k;
        this.n = n;
        this.macs = (long) leftStarts.length * m * k * n;
    }

    @Override
    public long macs() {
        return macs;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] a = left.array(o);
        float[] b = right.array(o);
        float[] out = o.out();
        for (int item = from; item < to; item++) {
            int batch = item / m;
            int ia = left.start(o) + leftStarts[batch] + (item - batch * m) * k;
            int ib = right.start(o) + rightStarts[batch];
            int io = o.outOffset() + item * n;
            if (n == 1) {
                double sum = 0;
                for (int i = 0; i < k; i++) {
                    sum += a[ia + i] * b[ib + i];
                }
                out[io] = (float) sum;
                continue;
            }
            Arrays.fill(out, io, io + n, 0f);
            int i = 0;
            for (; i + 4 <= k; i += 4) {
                four(out, io, a, ia + i, b, ib + i * n);
            }
            for (; i < k; i++) {
                float factor = a[ia + i];
                int row = ib + i * n;
                for (int j = 0; j < n; j++) {
                    out[io + j] += factor * b[row + j];
                }
            }
        }
    }

    /** Four rows of the right matrix at a time, so that the sums are loaded and stored a quarter as often. */
    private void four(float[] out, int io, float[] a, int ia, float[] b, int ib) {
        float f0 = a[ia];
        float f1 = a[ia + 1];
        float f2 = a[ia + 2];
        float f3 = a[ia + 3];
        int r1 = ib + n;
        int r2 = r1 + n;
        int r3 = r2 + n;
        for (int j = 0; j < n; j++) {
            out[io + j] += f0 * b[ib + j] + f1 * b[r1 + j] + f2 * b[r2 + j] + f3 * b[r3 + j];
        }
    }
}
