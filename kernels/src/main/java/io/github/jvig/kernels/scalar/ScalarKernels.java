package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.TokenPool;
import java.util.List;

/** The provider of the scalar kernels: one row for each operation. */
public final class ScalarKernels implements KernelProvider {
    private static final String NAME = "scalar";

    private final KernelTable<Kernel> table = new KernelTable<>(NAME, Machine.of(NAME), List.of(
            KernelRow.of(PointwiseConv.class, "f32-pointwise-scalar", ScalarPointwise::new),
            KernelRow.of(GatedPointwiseConv.class, "f32-gated-pointwise-scalar", ScalarGatedPointwise::new),
            KernelRow.of(SparsePointwiseConv.class, "f32-sparse-pointwise-scalar", ScalarSparsePointwise::new),
            KernelRow.of(DepthwiseConv.class, "f32-depthwise-scalar", ScalarDepthwise::new),
            conv2d(),
            KernelRow.of(MaxRelative.class, "f32-max-relative-scalar", (s, _, _) -> new ScalarMaxRelative(s)),
            KernelRow.of(RolledL1Distance.class, "f32-rolled-l1-distance-scalar",
                    (s, _, _) -> new ScalarRolledL1Distance(s)),
            meanMinusStd(),
            KernelRow.of(ThresholdedMaxRelative.class, "f32-thresholded-max-relative-scalar",
                    (s, _, _) -> new ScalarThresholdedMaxRelative(s)),
            KernelRow.of(GlobalAveragePool.class, "f32-global-average-pool-scalar",
                    (s, _, _) -> new ScalarGlobalAveragePool(s)),
            KernelRow.of(Binary.class, "f32-binary-scalar", (s, _, _) -> new ScalarBinary(s)),
            KernelRow.of(Concat.class, "f32-concat-scalar", (s, _, _) -> new ScalarConcat(s)),
            KernelRow.of(Slice.class, "f32-slice-scalar", (s, _, _) -> new ScalarSlice(s)),
            KernelRow.of(ChannelGather.class, "f32-channel-gather-scalar", (s, _, _) -> new ScalarChannelGather(s)),
            KernelRow.of(LayerNorm.class, "f32-layer-norm-scalar", ScalarLayerNorm::new),
            KernelRow.of(ChannelNorm.class, "f32-channel-norm-scalar", (s, w, _) -> new ScalarChannelNorm(s, w)),
            KernelRow.of(MapNorm.class, "f32-map-norm-scalar", ScalarMapNorm::new),
            KernelRow.of(AdaptiveAveragePool.class, "f32-adaptive-average-pool-scalar",
                    (s, _, _) -> new ScalarAdaptiveAveragePool(s)),
            KernelRow.of(ChannelAtMaximum.class, "f32-channel-at-maximum-scalar",
                    (s, _, _) -> new ScalarChannelAtMaximum(s)),
            KernelRow.of(AttentionScores.class, "f32-attention-scores-scalar",
                    (s, _, _) -> new ScalarAttentionScores(s)),
            KernelRow.of(NeighborhoodAggregation.class, "f32-neighborhood-aggregation-scalar",
                    (s, w, _) -> new ScalarNeighborhoodAggregation(s, w)),
            KernelRow.of(SpatialSoftmax.class, "f32-spatial-softmax-scalar", (s, _, _) -> new ScalarSpatialSoftmax(s)),
            KernelRow.of(SelectiveScan.class, "f32-selective-scan-scalar", ScalarSelectiveScan::new),
            KernelRow.of(AvgPoolBlend.class, "f32-avg-pool-blend-scalar", (s, w, _) -> new ScalarAvgPoolBlend(s, w)),
            KernelRow.of(LinearAttention.class, "f32-linear-attention-scalar",
                    (s, _, _) -> new ScalarLinearAttention(s)),
            KernelRow.of(CrossCovariance.class, "f32-cross-covariance-scalar",
                    (s, w, _) -> new ScalarCrossCovariance(s, w)),
            KernelRow.of(SeparableAttention.class, "f32-separable-attention-scalar",
                    (s, _, _) -> new ScalarSeparableAttention(s)),
            KernelRow.of(Attention.class, "f32-attention-scalar", (s, w, _) -> new ScalarAttention(s, w)),
            KernelRow.of(MatrixProduct.class, "f32-matrix-product-scalar", (s, w, _) -> new ScalarMatrixProduct(s, w)),
            KernelRow.of(Pool2d.class, "f32-pool2d-scalar", (s, _, _) -> new ScalarPool2d(s)),
            KernelRow.of(TokenPool.class, "f32-token-pool-scalar",
                    (s, _, _) -> new RelayedKernel(s, "f32-token-pool-scalar", new ScalarPool2d(s.asPool2d()))),
            KernelRow.of(Resize.class, "f32-resize-scalar", (s, _, _) -> new ScalarResize(s)),
            depthToSpace(), spaceToDepth(),
            KernelRow.of(BinaryConstant.class, "f32-binary-constant-scalar",
                    (s, w, _) -> new ScalarBinaryConstant(s, w)),
            KernelRow.of(BinaryConv.class, "f32-binary-conv-scalar", ScalarBinaryConv::new),
            KernelRow.of(LocalDepthwiseConv.class, "f32-local-depthwise-scalar", ScalarLocalDepthwise::new),
            KernelRow.of(DeformableDepthwiseConv.class, "f32-deformable-depthwise-scalar",
                    ScalarDeformableDepthwise::new),
            KernelRow.of(PiecewiseLinear.class, "f32-piecewise-linear-scalar",
                    (s, w, _) -> new ScalarPiecewiseLinear(s, w)),
            KernelRow.of(GlobalDeviation.class, "f32-global-deviation-scalar",
                    (s, _, _) -> new ScalarGlobalDeviation(s))));

    /** Other tables have this row too, for what they have no kernel of their own. */
    public static KernelRow<Conv2d, Kernel> conv2d() {
        return KernelRow.of(Conv2d.class, "f32-conv2d-scalar", ScalarConv2d::new);
    }

    /** Other tables have this row too: it reads one number of each pixel, in an order of sums that every width keeps. */
    public static KernelRow<MeanMinusStd, Kernel> meanMinusStd() {
        return KernelRow.of(MeanMinusStd.class, "f32-mean-minus-std-scalar", (s, _, _) -> new ScalarMeanMinusStd(s));
    }

    /** Other tables have this row too: it only copies, whole pixels but for {@link BlockOrder#CHANNELS_FIRST}. */
    public static KernelRow<DepthToSpace, Kernel> depthToSpace() {
        return KernelRow.of(DepthToSpace.class, "f32-depth-to-space-scalar", (s, _, _) -> ScalarBlocks.of(s));
    }

    /** Other tables have this row too: it only copies, whole pixels but for {@link BlockOrder#CHANNELS_FIRST}. */
    public static KernelRow<SpaceToDepth, Kernel> spaceToDepth() {
        return KernelRow.of(SpaceToDepth.class, "f32-space-to-depth-scalar", (s, _, _) -> ScalarBlocks.of(s));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public KernelTable<Kernel> table() {
        return table;
    }

    @Override
    public double measurePeakGflops() {
        return ScalarPeak.measureGflops();
    }
}
