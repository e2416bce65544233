package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AveragePoolMix;
import io.github.jvig.kernels.Candidate;
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
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.stream.Stream;

/** The provider of the Vector API's kernels; made by the lookup once its guards have passed. */
public final class VectorKernels implements Kernels {

    /** @throws UnsupportedOperationException when the machine does not have vectors as wide as asked for */
    public VectorKernels() {
        VectorWidth.chosen();
    }

    @Override
    public String name() {
        return Isa.NAME;
    }

    @Override
    public Kernel pointwise(PointwiseConv spec, float[] weight, float[] bias) {
        return new VectorPointwise(spec, weight, bias, Tile.pick(Isa.REGISTERS, spec.in().pixels()));
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
    public Kernel dense(DenseConv spec, float[] weight, float[] bias) {
        return new VectorDense(spec, weight, bias, Tile.pick(Isa.REGISTERS, spec.out().pixels()));
    }

    @Override
    public Kernel maxRelative(MaxRelative spec) {
        return new VectorMaxRelative(spec);
    }

    @Override
    public Kernel shiftDistance(ShiftDistance spec) {
        return new VectorShiftDistance(spec);
    }

    /** The scalar one: it reads one number of a pixel, and a vector would add in another order at every width. */
    @Override
    public Kernel meanLessDeviation(MeanLessDeviation spec) {
        return Kernels.scalar().meanLessDeviation(spec);
    }

    @Override
    public Kernel nearMaxRelative(NearMaxRelative spec) {
        return new VectorNearMaxRelative(spec);
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
    public Kernel averagePoolMix(AveragePoolMix spec, float[] weight) {
        return new VectorAveragePoolMix(spec, weight);
    }

    @Override
    public Kernel attention(Attention spec, float[] weight) {
        return new VectorAttention(spec, weight, Tile.pick(Isa.REGISTERS, spec.tokens()));
    }

    @Override
    public List<Candidate> candidates(Spec spec, float[] weight, float[] bias) {
        return switch (spec) {
            case PointwiseConv s -> tiles(s.out().pixels())
                    .map(t -> new Candidate(t.toString(), () -> new VectorPointwise(s, weight, bias, t))).toList();
            case DenseConv s -> tiles(s.out().pixels())
                    .map(t -> new Candidate(t.toString(), () -> new VectorDense(s, weight, bias, t))).toList();
            case DepthwiseConv s when VectorDepthwise3x3.takes(s) -> List.of(
                    new Candidate("3x3", () -> new VectorDepthwise3x3(s, weight, bias)),
                    new Candidate("any", () -> new VectorDepthwise(s, weight, bias)));
            case DepthwiseConv s when VectorDepthwise7x7.takes(s) -> List.of(
                    new Candidate("7x7", () -> new VectorDepthwise7x7(s, weight, bias)),
                    new Candidate("any", () -> new VectorDepthwise(s, weight, bias)));
            default -> Kernels.super.candidates(spec, weight, bias);
        };
    }

    /** The tiles that a map of so many pixels can have, the table's pick first. */
    private static Stream<Tile> tiles(int pixels) {
        Tile picked = Tile.pick(Isa.REGISTERS, pixels);
        return Stream.concat(Stream.of(picked), Tile.ALL.stream().filter(t -> t != picked && t.rows <= pixels));
    }

    @Override
    public double measurePeakGflops() {
        return FmaPeak.measureGflops();
    }
}
