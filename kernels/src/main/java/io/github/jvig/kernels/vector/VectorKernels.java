package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.KernelCandidate;
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
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.stream.Stream;

/** The provider of the Vector API's kernels; made by the lookup once its guards have passed. */
public final class VectorKernels implements KernelProvider {

    /** @throws UnsupportedOperationException when the machine does not have vectors as wide as asked for */
    public VectorKernels() {
        VectorWidth.chosen();
    }

    @Override
    public String name() {
        return VectorConfig.NAME;
    }

    @Override
    public Kernel pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        return new VectorPointwise(spec, weight, bias, GemmTile.pick(VectorConfig.REGISTERS, spec.in().pixels()));
    }

    @Override
    public Kernel depthwise(DepthwiseConv spec, float[] weight, float[] bias) {
        if (VectorDepthwise3x3.takes(spec)) {
            return new VectorDepthwise3x3(spec, weight, bias);
        }
        return VectorDepthwise7x7.takes(spec)
                ? new VectorDepthwise7x7(spec, weight, bias)
                : new VectorDepthwise(spec, weight, bias);
    }

    @Override
    public Kernel dense(Conv2d spec, float[] weight, float[] bias) {
        return new VectorConv2d(spec, weight, bias, GemmTile.pick(VectorConfig.REGISTERS, spec.out().pixels()));
    }

    @Override
    public Kernel maxRelative(MaxRelative spec) {
        return new VectorMaxRelative(spec);
    }

    @Override
    public Kernel rolledL1Distance(RolledL1Distance spec) {
        return new VectorRolledL1Distance(spec);
    }

    /** The scalar one: it reads one number of a pixel, and a vector would add in another order at every width. */
    @Override
    public Kernel meanMinusStd(MeanMinusStd spec) {
        return KernelProvider.scalar().meanMinusStd(spec);
    }

    @Override
    public Kernel thresholdedMaxRelative(ThresholdedMaxRelative spec) {
        return new VectorThresholdedMaxRelative(spec);
    }

    @Override
    public Kernel globalAveragePool(GlobalAveragePool spec) {
        return new VectorGlobalAveragePool(spec);
    }

    @Override
    public Kernel residualAdd(ResidualAdd spec) {
        return new VectorResidualAdd(spec);
    }

    @Override
    public Kernel layerNorm(LayerNorm spec, float[] weight, float[] bias) {
        return new VectorLayerNorm(spec, weight, bias);
    }

    @Override
    public Kernel avgPoolBlend(AvgPoolBlend spec, float[] weight) {
        return new VectorAvgPoolBlend(spec, weight);
    }

    @Override
    public Kernel attention(Attention spec, float[] weight) {
        return new VectorAttention(spec, weight, GemmTile.pick(VectorConfig.REGISTERS, spec.tokens()));
    }

    @Override
    public List<KernelCandidate> candidates(Spec spec, float[] weight, float[] bias) {
        return switch (spec) {
            case PointwiseConv s -> tiles(s.out().pixels())
                    .map(t -> new KernelCandidate(t.toString(), () -> new VectorPointwise(s, weight, bias, t)))
                    .toList();
            case Conv2d s -> tiles(s.out().pixels())
                    .map(t -> new KernelCandidate(t.toString(), () -> new VectorConv2d(s, weight, bias, t))).toList();
            case DepthwiseConv s when VectorDepthwise3x3.takes(s) -> List.of(
                    new KernelCandidate("3x3", () -> new VectorDepthwise3x3(s, weight, bias)),
                    new KernelCandidate("any", () -> new VectorDepthwise(s, weight, bias)));
            case DepthwiseConv s when VectorDepthwise7x7.takes(s) -> List.of(
                    new KernelCandidate("7x7", () -> new VectorDepthwise7x7(s, weight, bias)),
                    new KernelCandidate("any", () -> new VectorDepthwise(s, weight, bias)));
            default -> KernelProvider.super.candidates(spec, weight, bias);
        };
    }

    /** The tiles that a map of so many pixels can have, the table's pick first. */
    private static Stream<GemmTile> tiles(int pixels) {
        GemmTile picked = GemmTile.pick(VectorConfig.REGISTERS, pixels);
        return Stream.concat(Stream.of(picked), GemmTile.ALL.stream().filter(t -> t != picked && t.rows <= pixels));
    }

    @Override
    public double measurePeakGflops() {
        return FmaPeak.measureGflops();
    }
}
