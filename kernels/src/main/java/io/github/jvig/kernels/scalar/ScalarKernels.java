package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AveragePoolMix;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanLessDeviation;
import io.github.jvig.kernels.NearMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.ShiftDistance;

/** The provider of the scalar kernels. */
public final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Kernel pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        return new ScalarPointwise(spec, weight, bias);
    }

    @Override
    public Kernel depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        return new ScalarDepthwise(spec, weight, bias);
    }

    @Override
    public Kernel dense(DenseConv spec, float[] weight, float[] bias) {
        return new ScalarDense(spec, weight, bias);
    }

    @Override
    public Kernel maxRelative(MaxRelative spec) {
        return new ScalarMaxRelative(spec);
    }

    @Override
    public Kernel shiftDistance(ShiftDistance spec) {
        return new ScalarShiftDistance(spec);
    }

    @Override
    public Kernel meanLessDeviation(MeanLessDeviation spec) {
        return new ScalarMeanLessDeviation(spec);
    }

    @Override
    public Kernel nearMaxRelative(NearMaxRelative spec) {
        return new ScalarNearMaxRelative(spec);
    }

    @Override
    public Kernel globalAveragePool(GlobalAveragePool spec) {
        return new ScalarGlobalAveragePool(spec);
    }

    @Override
    public Kernel residualAdd(ResidualAdd spec) {
        return new ScalarResidualAdd(spec);
    }

    @Override
    public Kernel layerNorm(LayerNorm spec, float[] weight, float[] bias) {
        return new ScalarLayerNorm(spec, weight, bias);
    }

    @Override
    public Kernel averagePoolMix(AveragePoolMix spec, float[] weight) {
        return new ScalarAveragePoolMix(spec, weight);
    }

    @Override
    public Kernel attention(Attention spec, float[] weight) {
        return new ScalarAttention(spec, weight);
    }

    @Override
    public double measurePeakGflops() {
        return ScalarPeak.measureGflops();
    }
}
