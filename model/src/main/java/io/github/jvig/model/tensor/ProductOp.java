package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.CustomOp;
import java.util.List;

/**
 * Products of matrices that lie in tensors or maps, by the kernels for {@link MatrixProduct}. Its sizes are fixed.
 *
 * @param product what is computed
 * @param weights the side that is constant; null for none
 */
public record ProductOp(MatrixProduct product, float[] weights) implements CustomOp {
    /**
     * Checks the number of weights.
     *
     * @throws IllegalArgumentException when there are not as many as the product takes
     */
    public ProductOp {
        int count = weights == null ? 0 : weights.length;
        if (count != product.weightCount()) {
            throw new IllegalArgumentException(product + " takes " + product.weightCount() + " weights, not " + count);
        }
    }

    @Override
    public int arity() {
        return product.inputs().size();
    }

    @Override
    public int channels(List<Integer> inputs) {
        List<Integer> expected = product.inputs().stream().map(MapLayout::channels).toList();
        if (!inputs.equals(expected)) {
            throw new IllegalArgumentException("takes " + expected + " channels, not " + inputs);
        }
        return product.out().channels();
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        return product;
    }

    @Override
    public float[] weights(Spec spec) {
        return weights;
    }

    @Override
    public long parameters() {
        return weights == null ? 0 : weights.length;
    }

    @Override
    public String describe() {
        return product.toString();
    }
}
