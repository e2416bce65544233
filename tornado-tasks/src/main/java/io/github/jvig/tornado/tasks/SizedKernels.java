package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.tornado.kernels.AdaptiveAveragePerItem;
import io.github.jvig.tornado.kernels.AttentionScoresPerItem;
import io.github.jvig.tornado.kernels.BinaryConstantPerItem;
import io.github.jvig.tornado.kernels.BinaryConvPerItem;
import io.github.jvig.tornado.kernels.BlockCopies;
import io.github.jvig.tornado.kernels.BufferOffsets;
import io.github.jvig.tornado.kernels.ChannelAtMaximumPerItem;
import io.github.jvig.tornado.kernels.ChannelCopies;
import io.github.jvig.tornado.kernels.ChannelNormPerItem;
import io.github.jvig.tornado.kernels.CrossCovariancePhases;
import io.github.jvig.tornado.kernels.DeformableDepthwisePerItem;
import io.github.jvig.tornado.kernels.GatedPointwisePerItem;
import io.github.jvig.tornado.kernels.GeneralAttentionPerItem;
import io.github.jvig.tornado.kernels.GlobalDeviationPerItem;
import io.github.jvig.tornado.kernels.GroupedConvPerItem;
import io.github.jvig.tornado.kernels.LinearAttentionPhases;
import io.github.jvig.tornado.kernels.LocalDepthwisePerItem;
import io.github.jvig.tornado.kernels.MapNormPhases;
import io.github.jvig.tornado.kernels.NeighborhoodAggregationPerItem;
import io.github.jvig.tornado.kernels.PiecewiseLinearPerItem;
import io.github.jvig.tornado.kernels.PointwiseTiles;
import io.github.jvig.tornado.kernels.PoolPerItem;
import io.github.jvig.tornado.kernels.ResizePerItem;
import io.github.jvig.tornado.kernels.SelectiveScanPhases;
import io.github.jvig.tornado.kernels.SeparableAttentionPhases;
import io.github.jvig.tornado.kernels.Sizes;
import io.github.jvig.tornado.kernels.SpatialSoftmaxPerItem;
import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels for every kind of device, which read the sizes of their layer from memory ({@link Sizes}). Each has two forms of one code: a grid
 * of work items for processors and GPUs, and for FPGAs a loop over all of them. They are simple rather than fast. On processors and GPUs
 * the driver finds the program of a second layer of an operation in its cache, because it is that of the first.
 */
final class SizedKernels {
    /** What a device runs. */
    enum Form {
        /** Work items side by side. */
        GRID,
        /** A single work item, which loops over all images and work items. */
        PIPELINE
    }

    private interface OnGrid extends Task4<KernelContext, FloatArray, FloatArray, IntArray> {}

    /** The form for FPGAs. It also runs as plain Java. */
    interface Pipeline extends Task3<FloatArray, FloatArray, IntArray> {}

    private interface Own {
        int[] of(BufferOffsets at);
    }

    /**
     * A phase of a kernel in both forms.
     *
     * @param name  see {@link KernelLaunch.Phase}
     * @param items work items per image
     * @param own   the kernel's own numbers for the offsets of a step
     */
    record Phase(String name, int items, OnGrid grid, Pipeline pipeline, Own own) {
        /** The numbers of a layer with these offsets. */
        IntArray sizes(int images, BufferOffsets at) {
            return Sizes.of(images, items, at, own.of(at));
        }

        private KernelLaunch.Phase as(Form form) {
            return switch (form) {
                case GRID -> KernelLaunch.Phase.of(name, items, (graph, id, context, memory, weights, at) -> {
                    IntArray sizes = sizes(memory.getSize() / at.image(), at);
                    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, sizes)
                            .task(id, grid, context, memory, weights, sizes);
                });
                case PIPELINE -> KernelLaunch.Phase.single(name, (graph, id, _, memory, weights, at) -> {
                    IntArray sizes = sizes(memory.getSize() / at.image(), at);
                    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, sizes)
                            .task(id, pipeline, memory, weights, sizes);
                });
            };
        }
    }

    /** A kernel in both forms; see {@link KernelLaunch}. */
    record Sized(float[] weights, int scratch, List<Phase> phases) {
        Sized(float[] weights, Phase... phases) {
            this(weights, 0, List.of(phases));
        }

        private KernelLaunch as(Form form) {
            return new KernelLaunch("", "", weights, scratch, phases.stream().map(phase -> phase.as(form)).toList());
        }
    }

    private static final float[] NONE = DeviceKernels.NO_WEIGHTS;

    private SizedKernels() {
    }

    /** All kernels in a form, with their ids as in {@code "f32-concat-element"} or {@code "f32-concat-pipelined"}. */
    static List<? extends KernelRow<?, KernelLaunch>> rows(Form form) {
        return rows().stream().map(row -> launched(row, form)).toList();
    }

    private static <S extends Spec> KernelRow<S, KernelLaunch> launched(KernelRow<S, Sized> row, Form form) {
        String id = form == Form.GRID ? row.kernel() : row.kernel().replaceAll("-[a-z]+$", "-pipelined");
        String words = form == Form.GRID ? "any device: sizes from memory" : FpgaKernels.WORDS;
        KernelRow<S, KernelLaunch> launched = DeviceKernels.row(row.spec(), id, words,
                (s, w, b) -> row.factory().make(s, w, b).as(form));
        return row.condition().isEmpty() ? launched : launched.supporting(row.condition(), row.supports());
    }

    /** The rows in the order in which they are tried. The last word of an id is what a work item computes. */
    static List<KernelRow<?, Sized>> rows() {
        return List.of(
                KernelRow.of(GatedPointwiseConv.class, "f32-gated-pointwise-element", SizedKernels::gatedPointwise),
                KernelRow.of(BinaryConstant.class, "f32-binary-constant-element", (s, w, _) -> new Sized(w,
                        phase("", s.in().length(), BinaryConstantPerItem::run,
                                BinaryConstantPerItem::pipelinedBinaryConstant,
                                at -> BinaryConstantPerItem.own(s, at)))),
                KernelRow.of(Concat.class, "f32-concat-element", (s, _, _) -> copies(s, ChannelCopies::concat,
                        ChannelCopies::pipelinedConcat, at -> ChannelCopies.own(s, at))),
                KernelRow.of(Slice.class, "f32-slice-element", (s, _, _) -> copies(s, ChannelCopies::slice,
                        ChannelCopies::pipelinedSlice, at -> ChannelCopies.own(s, at))),
                KernelRow.of(ChannelGather.class, "f32-channel-gather-element", (s, _, _) -> copies(s,
                        ChannelCopies::gather, ChannelCopies::pipelinedChannelGather,
                        at -> ChannelCopies.own(s, at))),
                KernelRow.of(ChannelAtMaximum.class, "f32-channel-at-maximum-pixel", (s, _, _) -> new Sized(NONE,
                        phase("", s.in().pixels(), ChannelAtMaximumPerItem::run,
                                ChannelAtMaximumPerItem::pipelinedChannelAtMaximum,
                                at -> ChannelAtMaximumPerItem.own(s, at)))),
                KernelRow.of(DepthToSpace.class, "f32-depth-to-space-element", (s, _, _) -> copies(s,
                        BlockCopies::depthToSpace, BlockCopies::pipelinedDepthToSpace,
                        at -> BlockCopies.own(s, at))),
                KernelRow.of(SpaceToDepth.class, "f32-space-to-depth-element", (s, _, _) -> copies(s,
                        BlockCopies::spaceToDepth, BlockCopies::pipelinedSpaceToDepth,
                        at -> BlockCopies.own(s, at))),
                KernelRow.of(Pool2d.class, "f32-pool2d-element", (s, _, _) -> new Sized(NONE,
                        phase("", s.out().length(), PoolPerItem::run, PoolPerItem::pipelinedPool2d,
                                at -> PoolPerItem.own(s, at)))),
                KernelRow.of(TokenPool.class, "f32-token-pool-element", (s, _, _) -> new Sized(NONE,
                        phase("", s.out().length(), PoolPerItem::tokens, PoolPerItem::pipelinedTokenPool,
                                at -> PoolPerItem.own(s.asPool2d(), at)))),
                KernelRow.of(Resize.class, "f32-resize-element", (s, _, _) -> new Sized(ResizePerItem.pack(s),
                        phase("", s.out().length(), ResizePerItem::run, ResizePerItem::pipelinedResize,
                                at -> ResizePerItem.own(s, at)))),
                KernelRow.of(GlobalDeviation.class, "f32-global-deviation-channel",
                        (GlobalDeviation s, float[] _, float[] _) -> new Sized(new float[]{(float) s.epsilon()},
                                phase("", s.in().channels(), GlobalDeviationPerItem::run,
                                        GlobalDeviationPerItem::pipelinedGlobalDeviation,
                                        at -> GlobalDeviationPerItem.own(s, at))))
                        .supporting("more pixels than the correction", s -> s.in().pixels() > s.correction()),
                KernelRow.<Attention, Sized>of(Attention.class, "f32-attention-head", SizedKernels::attention),
                KernelRow.of(LinearAttention.class, "f32-linear-attention-element",
                        (s, _, _) -> linearAttention(s)),
                KernelRow.of(CrossCovariance.class, "f32-cross-covariance-element", SizedKernels::crossCovariance),
                KernelRow.of(SeparableAttention.class, "f32-separable-attention-element",
                        (s, _, _) -> separableAttention(s)),
                KernelRow.of(ChannelNorm.class, "f32-channel-norm-pixel", (s, w, _) -> new Sized(
                        ChannelNormPerItem.pack(s, w), phase("", s.in().pixels(), ChannelNormPerItem::run,
                                ChannelNormPerItem::pipelinedChannelNorm, at -> ChannelNormPerItem.own(s, at)))),
                KernelRow.of(MapNorm.class, "f32-map-norm-element", SizedKernels::mapNorm),
                KernelRow.of(SelectiveScan.class, "f32-selective-scan-element", SizedKernels::selectiveScan),
                KernelRow.of(SpatialSoftmax.class, "f32-spatial-softmax-channel", (s, _, _) -> new Sized(NONE,
                        phase("", s.in().channels(), SpatialSoftmaxPerItem::run,
                                SpatialSoftmaxPerItem::pipelinedSpatialSoftmax,
                                at -> SpatialSoftmaxPerItem.own(s, at)))),
                KernelRow.of(NeighborhoodAggregation.class, "f32-neighborhood-aggregation-head",
                        (s, w, _) -> new Sized(w, phase("", s.in().pixels() * s.heads(),
                                NeighborhoodAggregationPerItem::run,
                                NeighborhoodAggregationPerItem::pipelinedNeighborhoodAggregation,
                                at -> NeighborhoodAggregationPerItem.own(s, at)))),
                KernelRow.of(AttentionScores.class, "f32-attention-scores-element", (s, _, _) -> new Sized(NONE,
                        phase("", s.out().length(), AttentionScoresPerItem::run,
                                AttentionScoresPerItem::pipelinedAttentionScores,
                                at -> AttentionScoresPerItem.own(s, at)))),
                KernelRow.of(AdaptiveAveragePool.class, "f32-adaptive-average-pool-element",
                        (s, _, _) -> new Sized(NONE, phase("", s.out().length(), AdaptiveAveragePerItem::run,
                                AdaptiveAveragePerItem::pipelinedAdaptiveAveragePool,
                                at -> AdaptiveAveragePerItem.own(s, at)))),
                KernelRow.of(BinaryConv.class, "f32-binary-conv-element", (s, w, b) -> new Sized(
                        BinaryConvPerItem.pack(s, w, b), phase("", s.out().length(), BinaryConvPerItem::run,
                                BinaryConvPerItem::pipelinedBinaryConv, at -> BinaryConvPerItem.own(s, at)))),
                KernelRow.of(PiecewiseLinear.class, "f32-piecewise-linear-element", (s, w, _) -> new Sized(w,
                        phase("", s.in().length(), PiecewiseLinearPerItem::run,
                                PiecewiseLinearPerItem::pipelinedPiecewiseLinear,
                                at -> PiecewiseLinearPerItem.own(s, at)))),
                KernelRow.of(LocalDepthwiseConv.class, "f32-local-depthwise-element", (s, w, b) -> new Sized(
                        GroupedConvPerItem.pack(w, b, s.out().channels()),
                        phase("", s.out().length(), LocalDepthwisePerItem::run,
                                LocalDepthwisePerItem::pipelinedLocalDepthwise,
                                at -> LocalDepthwisePerItem.own(s, at)))),
                KernelRow.of(DeformableDepthwiseConv.class, "f32-deformable-depthwise-element",
                        (s, w, b) -> new Sized(GroupedConvPerItem.pack(w, b, s.out().channels()),
                                phase("", s.out().length(), DeformableDepthwisePerItem::run,
                                        DeformableDepthwisePerItem::pipelinedDeformableDepthwise,
                                        at -> DeformableDepthwisePerItem.own(s, at)))));
    }

    private static Phase phase(String name, int items, OnGrid grid, Pipeline pipeline, Own own) {
        return new Phase(name, items, grid, pipeline, own);
    }

    private static Sized copies(Spec spec, OnGrid grid, Pipeline pipeline, Own own) {
        return new Sized(NONE, phase("", spec.out().length(), grid, pipeline, own));
    }

    private static Sized gatedPointwise(GatedPointwiseConv spec, float[] weight, float[] bias) {
        return new Sized(PointwiseTiles.pack(weight, bias, spec.in().channels(), spec.out().channels()),
                phase("", spec.out().length(), GatedPointwisePerItem::run,
                        GatedPointwisePerItem::pipelinedGatedPointwise, at -> GatedPointwisePerItem.own(spec, at)));
    }

    private static Sized attention(Attention spec, float[] weight, float[] bias) {
        float[] biases = weight == null ? NONE : weight;
        return new Sized(DeviceKernels.prepend((float) spec.scale(), biases),
                phase("", spec.heads() * spec.queryMap().pixels(), GeneralAttentionPerItem::run,
                        GeneralAttentionPerItem::pipelinedAttention, at -> GeneralAttentionPerItem.own(spec, at)));
    }

    private static Sized linearAttention(LinearAttention spec) {
        int sums = LinearAttentionPhases.sums(spec);
        Own own = at -> LinearAttentionPhases.own(spec, at);
        return new Sized(new float[]{(float) spec.sumEpsilon()}, sums, List.of(
                phase("Sums", sums, LinearAttentionPhases::sum, LinearAttentionPhases::pipelinedLinearAttentionSums,
                        own),
                phase("", spec.out().length(), LinearAttentionPhases::divide,
                        LinearAttentionPhases::pipelinedLinearAttention, own)));
    }

    private static Sized crossCovariance(CrossCovariance spec, float[] weight, float[] bias) {
        Own own = at -> CrossCovariancePhases.own(spec, at);
        return new Sized(DeviceKernels.prepend((float) spec.epsilon(), weight), CrossCovariancePhases.scratch(spec),
                List.of(phase("Shares", spec.out().channels(), CrossCovariancePhases::shares,
                        CrossCovariancePhases::pipelinedCrossCovarianceShares, own),
                        phase("", spec.out().length(), CrossCovariancePhases::combine,
                                CrossCovariancePhases::pipelinedCrossCovariance, own)));
    }

    private static Sized separableAttention(SeparableAttention spec) {
        int contexts = SeparableAttentionPhases.contexts(spec);
        Own own = at -> SeparableAttentionPhases.own(spec, at);
        return new Sized(NONE, contexts, List.of(
                phase("Contexts", contexts, SeparableAttentionPhases::contexts,
                        SeparableAttentionPhases::pipelinedSeparableAttentionContexts, own),
                phase("", spec.in().pixels() * spec.dim(), SeparableAttentionPhases::multiply,
                        SeparableAttentionPhases::pipelinedSeparableAttention, own)));
    }

    private static Sized mapNorm(MapNorm spec, float[] weight, float[] bias) {
        Own own = at -> MapNormPhases.own(spec, at);
        return new Sized(MapNormPhases.pack(spec, weight, bias), MapNormPhases.scratch(spec), List.of(
                phase("Channels", spec.in().channels(), MapNormPhases::channels,
                        MapNormPhases::pipelinedMapNormChannels, own),
                phase("Factors", spec.groups(), MapNormPhases::factors, MapNormPhases::pipelinedMapNormFactors, own),
                phase("", spec.in().length(), MapNormPhases::apply, MapNormPhases::pipelinedMapNorm, own)));
    }

    private static Sized selectiveScan(SelectiveScan spec, float[] weight, float[] bias) {
        Own own = at -> SelectiveScanPhases.own(spec, at);
        return new Sized(SelectiveScanPhases.pack(spec, weight, bias), SelectiveScanPhases.scratch(spec), List.of(
                phase("Orders", SelectiveScanPhases.scans(spec), SelectiveScanPhases::scan,
                        SelectiveScanPhases::pipelinedSelectiveScanOrders, own),
                phase("", spec.out().length(), SelectiveScanPhases::add, SelectiveScanPhases::pipelinedSelectiveScan,
                        own)));
    }
}
