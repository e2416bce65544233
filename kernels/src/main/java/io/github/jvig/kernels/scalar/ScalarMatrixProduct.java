package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.MatrixProduct.Matrices;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link MatrixProduct} by its definition, in double. A unit is a row of a result. */
final class ScalarMatrixProduct implements Kernel {
    private final MatrixProduct spec;
    /** Kept, since the spec makes it anew for each call. */
    private final MapLayout out;
    /** Null for none. */
    private final float[] weight;
    private final int[] leftStarts;
    private final int[] rightStarts;

    ScalarMatrixProduct(MatrixProduct spec, float[] weight) {
        this.spec = spec;
        out = spec.out();
        this.weight = weight == null ? null : weight.clone();
        leftStarts = spec.left().starts(spec.batch());
        rightStarts = spec.right().starts(spec.batch());
    }

    @Override
    public MatrixProduct spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-matrix-product-scalar";
    }

    @Override
    public int units() {
        return leftStarts.length * spec.rows();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        Matrices left = spec.left();
        Matrices right = spec.right();
        float[] a = left.constant() ? weight : o.input(left.input());
        float[] b = right.constant() ? weight : o.input(right.input());
        for (int unit = from; unit < to; unit++) {
            int product = unit / spec.rows();
            int row = (left.constant() ? 0 : o.inputOffset(left.input())) + leftStarts[product]
                    + unit % spec.rows() * left.rowStride();
            int first = (right.constant() ? 0 : o.inputOffset(right.input())) + rightStarts[product];
            int io = o.outOffset() + unit * spec.columns();
            for (int j = 0; j < spec.columns(); j++) {
                double sum = 0;
                for (int k = 0; k < spec.depth(); k++) {
                    sum += (double) a[row + k * left.columnStride()]
                            * b[first + k * right.rowStride() + j * right.columnStride()];
                }
                o.out()[io + j] = (float) sum;
            }
        }
        if (to == units()) {
            Arrays.fill(o.out(), o.outOffset() + out.channels(), o.outOffset() + out.length(), 0f);
        }
    }
}
