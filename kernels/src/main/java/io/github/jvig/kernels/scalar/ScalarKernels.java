package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;

/** The provider of the scalar kernels. */
public final class ScalarKernels implements KernelProvider {
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
    public Kernel dense(Conv2d spec, float[] weight, float[] bias) {
        return new ScalarConv2d(spec, weight, bias);
    }

    @Override
    public Kernel maxRelative(MaxRelative spec) {
        return new ScalarMaxRelative(spec);
    }

    @Override
    public Kernel rolledL1Distance(RolledL1Distance spec) {
        return new ScalarRolledL1Distance(spec);
    }

    @Override
    public Kernel meanMinusStd(MeanMinusStd spec) {
        return new ScalarMeanMinusStd(spec);
    }

    @Override
    public Kernel thresholdedMaxRelative(ThresholdedMaxRelative spec) {
        return new ScalarThresholdedMaxRelative(spec);
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
    public Kernel avgPoolBlend(AvgPoolBlend spec, float[] weight) {
        return new ScalarAvgPoolBlend(spec, weight);
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
