package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.weights.WeightLayout;
import java.util.Arrays;

/** {@link SparsePointwiseConv} by its definition: each output's weights that are not zero, with their inputs. A unit is a row of the map. */
final class ScalarSparsePointwise implements Kernel {
    private final SparsePointwiseConv spec;
    private final float[] bias;
    /** Where the weights of each output start, and where those of the last one end. */
    private final int[] starts;
    private final int[] inputs;
    private final float[] weight;

    ScalarSparsePointwise(SparsePointwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        this.bias = WeightLayout.paddedBias(bias, spec.out().channels());
        int depth = spec.in().channels();
        starts = new int[spec.out().channels() + 1];
        int[] allInputs = new int[weight.length];
        float[] allWeights = new float[weight.length];
        int n = 0;
        for (int i = 0; i < weight.length; i++) {
            if (weight[i] != 0) {
                allInputs[n] = i % depth;
                allWeights[n++] = weight[i];
            }
            starts[i / depth + 1] = n;
        }
        inputs = Arrays.copyOf(allInputs, n);
        this.weight = Arrays.copyOf(allWeights, n);
    }

    @Override
    public SparsePointwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-sparse-pointwise-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int channels = spec.out().channels();
        for (int p = from * spec.in().width(); p < to * spec.in().width(); p++) {
            int in = o.inOffset() + p * spec.in().stride();
            int out = o.outOffset() + p * spec.out().stride();
            for (int c = 0; c < channels; c++) {
                float sum = bias[c];
                for (int i = starts[c]; i < starts[c + 1]; i++) {
                    sum += o.in()[in + inputs[i]] * weight[i];
                }
                o.out()[out + c] = sum;
            }
            Arrays.fill(o.out(), out + channels, out + spec.out().stride(), 0f);
            Elementwise.epilogue(spec.epilogue(), o, out, channels);
        }
    }
}
