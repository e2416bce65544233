package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime's product with a matrix whose weights have few bits, in blocks that share a scale, as the files have it that are made for small
 * downloads: the weights become real numbers when the net is compiled. Quantities are those of ONNX Runtime's documents (ContribOperators).
 */
final class FewBitRules {
    private FewBitRules() {
    }

    static void addMicrosoftTo(Map<String, Operators.Rule> rules) {
        rules.put("MatMulNBits", FewBitRules::matMul);
    }

    /**
     * A {@code [..., K]} times the transpose of B, which has for each of N columns blocks of weights along K. Inputs are A, B as bytes, a scale
     * for each block, zero points as bytes or real numbers, an order of K, a bias.
     */
    private static boolean matMul(Lowering lowering, OnnxNode node) {
        int bits = Math.toIntExact(node.integer("bits", 4));
        int block = Math.toIntExact(node.integer("block_size", 0));
        int k = Math.toIntExact(node.integer("K", 0));
        int n = Math.toIntExact(node.integer("N", 0));
        if (bits != 2 && bits != 4 && bits != 8 || node.has(4)) {
            throw new UnsupportedOperationException(node.has(4)
                    ? "has an order of its weights (g_idx)"
                    : "has weights of " + bits + " bits; 2, 4 and 8 are computed");
        }
        if (block < 1 || k < 1 || n < 1) {
            throw new IllegalArgumentException("has a matrix of " + k + " x " + n + " in blocks of " + block);
        }
        int blocks = Math.ceilDiv(k, block);
        int rowBytes = Math.multiplyExact(blocks, Math.ceilDiv(Math.multiplyExact(block, bits), 8));
        long[] packed = known(lowering, node, 1, Math.multiplyExact(n, rowBytes)).integers();
        float[] scales = known(lowering, node, 2, Math.multiplyExact(n, blocks)).asFloats();
        float[] zeros = zeros(lowering, node, bits, n, blocks);
        float[] weights = new float[lowering.charge(List.of(k, n))];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                int at = i * blocks + j / block;
                // Each block starts with a byte of its own.
                int from = i * rowBytes + j / block * (rowBytes / blocks);
                weights[j * n + i] = (value(packed, from, j % block, bits) - zeros[at]) * scales[at];
            }
        }
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String matrix = node.outputs().getFirst() + ":weights";
        lowering.put(matrix, new Value.Constant(OnnxTensor.of(List.of(k, n), weights)));
        String product = steps.step("MatMul", 13, List.of(node.inputs().getFirst(), matrix), Map.of());
        lowering.put(node, lowering.value(steps.plus(product, 5)));
        return true;
    }

    private static float[] zeros(Lowering lowering, OnnxNode node, int bits, int n, int blocks) {
        float[] zeros = new float[n * blocks];
        if (!node.has(3)) {
            Arrays.fill(zeros, 1 << bits - 1);
            return zeros;
        }
        boolean real = lowering.constant(node, 3).filter(z -> z.kind() == Kind.FLOAT).isPresent();
        int rowBytes = Math.ceilDiv(blocks * bits, 8);
        OnnxTensor given = known(lowering, node, 3, real ? zeros.length : n * rowBytes);
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = real
                    ? given.floats()[i]
                    : value(given.integers(), i / blocks * rowBytes, i % blocks, bits);
        }
        return zeros;
    }

    /** One of the whole numbers that bytes hold, the first in the lowest bits. */
    private static int value(long[] bytes, int from, int i, int bits) {
        int each = 8 / bits;
        return (int) (bytes[from + i / each] >> i % each * bits) & (1 << bits) - 1;
    }

    private static OnnxTensor known(Lowering lowering, OnnxNode node, int input, int elements) {
        OnnxTensor tensor = lowering.constant(node, input).orElseThrow(() -> new UnsupportedOperationException(
                "has weights that are not known before it runs"));
        if (tensor.elements() != elements || input == 1 && tensor.kind() != Kind.INTEGER) {
            throw new IllegalArgumentException("has an input " + (input + 1) + " of shape " + tensor.shape()
                    + " where it takes " + elements + " elements");
        }
        return tensor;
    }
}
