package io.github.jvig.kernels;

import java.util.List;

/** {@link Reference} for products of matrices, in double on planes, from the formula. */
final class ProductReferences {
    private ProductReferences() {
    }

    static Reference product(MatrixProduct s, List<float[]> in, float[] weight) {
        Reference result = Reference.of(s.out());
        int at = 0;
        int[] digits = new int[s.batch().size()];
        for (int product = 0; product < s.products(); product++) {
            int rest = product;
            for (int d = digits.length - 1; d >= 0; d--) {
                digits[d] = rest % s.batch().get(d);
                rest /= s.batch().get(d);
            }
            for (int i = 0; i < s.rows(); i++) {
                for (int j = 0; j < s.columns(); j++) {
                    double sum = 0;
                    double size = 0;
                    for (int k = 0; k < s.depth(); k++) {
                        double x = element(s, s.left(), digits, i, k, in, weight)
                                * element(s, s.right(), digits, k, j, in, weight);
                        sum += x;
                        size += Math.abs(x);
                    }
                    result.value()[at] = sum;
                    result.bound()[at++] = Reference.UNIT * (s.depth() + 2) * size;
                }
            }
        }
        return result;
    }

    private static double element(MatrixProduct s, MatrixProduct.Matrices side, int[] digits, int row, int column,
            List<float[]> in, float[] weight) {
        int at = side.offset() + row * side.rowStride() + column * side.columnStride();
        for (int d = 0; d < digits.length; d++) {
            at += digits[d] * side.batchStrides().get(d);
        }
        if (side.constant()) {
            return weight[at];
        }
        MapLayout map = s.inputs().get(side.input());
        int channel = at % map.stride();
        return channel < map.channels() ? in.get(side.input())[channel * map.pixels() + at / map.stride()] : 0;
    }
}
