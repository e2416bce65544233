package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.DeformableDepthwiseConv;
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
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.scalar.RelayedKernel;
import io.github.jvig.kernels.scalar.ScalarKernels;
import io.github.jvig.kernels.vector.attention.VectorAttention;
import io.github.jvig.kernels.vector.attention.VectorAttentionScores;
import io.github.jvig.kernels.vector.attention.VectorCrossCovariance;
import io.github.jvig.kernels.vector.attention.VectorLinearAttention;
import io.github.jvig.kernels.vector.attention.VectorNeighborhoodAggregation;
import io.github.jvig.kernels.vector.attention.VectorSelectiveScan;
import io.github.jvig.kernels.vector.attention.VectorSeparableAttention;
import io.github.jvig.kernels.vector.attention.VectorSpatialSoftmax;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.common.VectorWidth;
import io.github.jvig.kernels.vector.convolution.GroupPanels;
import io.github.jvig.kernels.vector.convolution.SparseByOutputs;
import io.github.jvig.kernels.vector.convolution.SparseByPixels;
import io.github.jvig.kernels.vector.convolution.VectorBinaryConv;
import io.github.jvig.kernels.vector.convolution.VectorConv2d;
import io.github.jvig.kernels.vector.convolution.VectorGatedPointwise;
import io.github.jvig.kernels.vector.convolution.VectorGroupedConv;
import io.github.jvig.kernels.vector.convolution.VectorPointwise;
import io.github.jvig.kernels.vector.convolution.VectorSpreadConv;
import io.github.jvig.kernels.vector.convolution.VectorWinogradConv2d;
import io.github.jvig.kernels.vector.depthwise.DepthwiseTile;
import io.github.jvig.kernels.vector.depthwise.VectorDeformableDepthwise;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwise;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwise1x1;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwiseTiles;
import io.github.jvig.kernels.vector.depthwise.VectorLocalDepthwise;
import io.github.jvig.kernels.vector.elementwise.VectorBinary;
import io.github.jvig.kernels.vector.elementwise.VectorBinaryConstant;
import io.github.jvig.kernels.vector.elementwise.VectorPiecewiseLinear;
import io.github.jvig.kernels.vector.graph.VectorMaxRelative;
import io.github.jvig.kernels.vector.graph.VectorRolledL1Distance;
import io.github.jvig.kernels.vector.graph.VectorThresholdedMaxRelative;
import io.github.jvig.kernels.vector.move.ImagePlanes;
import io.github.jvig.kernels.vector.move.VectorChannelAtMaximum;
import io.github.jvig.kernels.vector.move.VectorChannelGather;
import io.github.jvig.kernels.vector.move.VectorConcat;
import io.github.jvig.kernels.vector.move.VectorResize;
import io.github.jvig.kernels.vector.move.VectorSlice;
import io.github.jvig.kernels.vector.norm.VectorChannelNorm;
import io.github.jvig.kernels.vector.norm.VectorLayerNorm;
import io.github.jvig.kernels.vector.norm.VectorMapNorm;
import io.github.jvig.kernels.vector.pool.VectorAdaptiveAveragePool;
import io.github.jvig.kernels.vector.pool.VectorAvgPoolBlend;
import io.github.jvig.kernels.vector.pool.VectorGlobalAveragePool;
import io.github.jvig.kernels.vector.pool.VectorGlobalDeviation;
import io.github.jvig.kernels.vector.pool.VectorPool2d;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.VectorMatrixProduct;
import io.github.jvig.kernels.vector.product.VectorRowProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** The provider of the Vector API's kernels; made by the lookup once its guards have passed. */
public final class VectorKernels implements KernelProvider {
    private final KernelTable<Kernel> table;

    /** @throws UnsupportedOperationException when the machine does not have vectors as wide as asked for */
    public VectorKernels() {
        VectorWidth.chosen();
        table = new KernelTable<>(VectorConfig.NAME,
                new Machine(VectorConfig.NAME, VectorConfig.REGISTERS, Caches.get()), rows());
    }

    /** In the order in which they are tried. */
    static List<KernelRow<?, Kernel>> rows() {
        List<KernelRow<?, Kernel>> rows = new ArrayList<>();
        for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
            rows.add(tiled(PointwiseConv.class, "pointwise", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorPointwise(s, w, b, tile))
                    .supporting(tile.outputs(), s -> tile.takes(s.out().channels())));
        }
        for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
            rows.add(tiled(GatedPointwiseConv.class, "gated-pointwise", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorGatedPointwise(s, w, b, tile))
                    .supporting(tile.outputs(), s -> tile.takes(s.out().channels())));
        }
        rows.addAll(sparse());
        rows.addAll(winograd());
        for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
            KernelRow<Conv2d, Kernel> row = tiled(Conv2d.class, "conv2d", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorConv2d(s, w, b, tile))
                    .supporting("one group", s -> s.groups() == 1)
                    .supporting(tile.outputs(), s -> tile.takes(s.out().channels()));
            // The tile that is for some outputs only must fit the rows, too.
            rows.add(GemmTile.ALL.contains(tile)
                    ? row
                    : row.preferredWhen("rows that it fits", (s, _) -> VectorConv2d.fits(s, tile)));
        }
        rows.addAll(groupedConvs());
        rows.add(KernelRow.<DepthwiseConv, Kernel>of(DepthwiseConv.class, id("depthwise-1x1"), VectorDepthwise1x1::new)
                .supporting("window 1x1s1", VectorDepthwise1x1::takes));
        rows.addAll(depthwiseTiles());
        rows.add(KernelRow.of(DepthwiseConv.class, id("depthwise-any-1x" + VectorDepthwise.COLUMNS),
                VectorDepthwise::new));
        rows.add(KernelRow.of(MaxRelative.class, id("max-relative-1x4"), (s, _, _) -> new VectorMaxRelative(s)));
        rows.add(KernelRow.of(RolledL1Distance.class, id("rolled-l1-distance-1x3"),
                (s, _, _) -> new VectorRolledL1Distance(s)));
        rows.add(ScalarKernels.meanMinusStd());
        rows.add(KernelRow.of(ThresholdedMaxRelative.class, id("thresholded-max-relative-1x3"),
                (s, _, _) -> new VectorThresholdedMaxRelative(s)));
        rows.add(KernelRow.of(GlobalAveragePool.class, id("global-average-pool-1x4"),
                (s, _, _) -> new VectorGlobalAveragePool(s)));
        rows.add(KernelRow.of(Binary.class, id("binary"), (s, _, _) -> new VectorBinary(s)));
        rows.add(KernelRow.of(Concat.class, id("concat"), (s, _, _) -> new VectorConcat(s)));
        rows.add(KernelRow.of(Slice.class, id("slice"), (s, _, _) -> new VectorSlice(s)));
        rows.add(KernelRow.of(ChannelGather.class, id("channel-gather"), (s, _, _) -> new VectorChannelGather(s)));
        rows.add(KernelRow.of(LayerNorm.class, id("layer-norm"), VectorLayerNorm::new));
        rows.add(KernelRow.of(ChannelNorm.class, id("channel-norm"), (s, w, _) -> new VectorChannelNorm(s, w)));
        rows.add(KernelRow.of(MapNorm.class, id("map-norm"), VectorMapNorm::new));
        rows.add(KernelRow.of(AdaptiveAveragePool.class, id("adaptive-average-pool"),
                (s, _, _) -> new VectorAdaptiveAveragePool(s)));
        for (GemmTile tile : GemmTile.ALL) {
            rows.add(tiled(AttentionScores.class, "attention-scores", tile, s -> s.in().pixels(),
                    (s, _, _) -> new VectorAttentionScores(s, tile)));
        }
        rows.add(KernelRow.of(ChannelAtMaximum.class, id("channel-at-maximum"),
                (s, _, _) -> new VectorChannelAtMaximum(s)));
        rows.add(KernelRow.of(NeighborhoodAggregation.class, id("neighborhood-aggregation"),
                (s, w, _) -> new VectorNeighborhoodAggregation(s, w)));
        rows.add(KernelRow.of(SpatialSoftmax.class, id("spatial-softmax"), (s, _, _) -> new VectorSpatialSoftmax(s)));
        rows.add(KernelRow.of(SelectiveScan.class, id("selective-scan"), VectorSelectiveScan::new));
        rows.add(KernelRow.of(AvgPoolBlend.class, id("avg-pool-blend"), (s, w, _) -> new VectorAvgPoolBlend(s, w)));
        for (GemmTile tile : GemmTile.ALL) {
            rows.add(tiled(Attention.class, "attention", tile, Attention::queries,
                    (s, w, _) -> new VectorAttention(s, w, tile)));
            rows.add(tiled(LinearAttention.class, "linear-attention", tile, s -> s.queryMap().pixels(),
                    (s, _, _) -> new VectorLinearAttention(s, tile)));
            rows.add(tiled(CrossCovariance.class, "cross-covariance", tile, s -> s.out().pixels(),
                    (s, w, _) -> new VectorCrossCovariance(s, w, tile)));
        }
        rows.addAll(matrixProducts());
        rows.add(KernelRow.of(SeparableAttention.class, id("separable-attention"),
                (s, _, _) -> new VectorSeparableAttention(s)));
        rows.add(KernelRow.of(Pool2d.class, id("pool2d"), (s, _, _) -> new VectorPool2d(s)));
        rows.add(KernelRow.of(TokenPool.class, id("token-pool"),
                (s, _, _) -> new RelayedKernel(s, id("token-pool"), new VectorPool2d(s.asPool2d()))));
        rows.add(KernelRow.of(Resize.class, id("resize"), (s, _, _) -> new VectorResize(s)));
        rows.add(ScalarKernels.depthToSpace());
        rows.add(ScalarKernels.spaceToDepth());
        rows.add(KernelRow.of(BinaryConstant.class, id("binary-constant"),
                (s, w, _) -> new VectorBinaryConstant(s, w)));
        rows.add(KernelRow.of(BinaryConv.class, id("binary-conv-4x2"), VectorBinaryConv::new));
        rows.add(KernelRow.of(LocalDepthwiseConv.class, id("local-depthwise-1x4"), VectorLocalDepthwise::new));
        rows.add(KernelRow.of(DeformableDepthwiseConv.class, id("deformable-depthwise"),
                VectorDeformableDepthwise::new));
        rows.add(KernelRow.of(PiecewiseLinear.class, id("piecewise-linear"),
                (s, w, _) -> new VectorPiecewiseLinear(s, w)));
        rows.add(KernelRow.of(GlobalDeviation.class, id("global-deviation-1x2"),
                (s, _, _) -> new VectorGlobalDeviation(s)));
        return rows;
    }

    private static List<KernelRow<?, Kernel>> matrixProducts() {
        List<KernelRow<?, Kernel>> rows = new ArrayList<>();
        rows.add(KernelRow.<MatrixProduct, Kernel>of(MatrixProduct.class, id("matrix-product-rows"),
                (s, w, _) -> new VectorRowProduct(s, w))
                .supporting("a right side of no weights, by columns or by rows side by side", VectorRowProduct::takes)
                .preferredWhen("few rows", (s, _) -> VectorRowProduct.pays(s)));
        for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
            KernelRow<MatrixProduct, Kernel> row = tiled(MatrixProduct.class, "matrix-product", tile,
                    MatrixProduct::rows,
                    (s, w, _) -> new VectorMatrixProduct(s, w, tile))
                    .supporting(tile.outputs(), s -> tile.takes(s.columns()));
            // Rows of maps never are so long, those of tensors can be. The tile of one row takes any.
            rows.add(tile.rows > 1
                    ? row.supporting("rows shorter than " + GemmTile.MAX_DEPTH + " numbers",
                            s -> s.depth() < GemmTile.MAX_DEPTH && s.left().rowStride() < GemmTile.MAX_ROW_STRIDE)
                    : row);
        }
        return rows;
    }

    private static List<KernelRow<?, Kernel>> sparse() {
        KernelRow<SparsePointwiseConv, Kernel> outputs = KernelRow.of(SparsePointwiseConv.class,
                id("sparse-pointwise-" + SparseByOutputs.ROWS + "x1"), SparseByOutputs::new);
        return List.of(
                outputs.supporting("at least " + SparseByOutputs.ROWS + " pixels",
                        s -> s.in().pixels() >= SparseByOutputs.ROWS)
                        .preferredWhen("zeros in blocks of 16 outputs", (s, _) -> s.skipsSixteens()),
                KernelRow.of(SparsePointwiseConv.class, id("sparse-pointwise-4x" + SparseByPixels.TILE),
                        SparseByPixels::new));
    }

    private static List<KernelRow<?, Kernel>> winograd() {
        List<KernelRow<?, Kernel>> rows = new ArrayList<>();
        for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
            if (tile.rows > 1) {
                rows.add(tiled(Conv2d.class, "conv2d-winograd", tile, "tiles of 2x2 outputs",
                        VectorWinogradConv2d::tiles,
                        (s, w, b) -> new VectorWinogradConv2d(s, w, b, tile))
                        .supporting(
                                "window 3x3, stride 1 or 2, padded pixels, groups of whole vectors with stride 1 only",
                                VectorWinogradConv2d::takes)
                        .supporting(tile.outputs(), s -> tile.takes(VectorWinogradConv2d.groupOutputs(s)))
                        .preferredWhen("16 channels and more, tiles enough for the weights",
                                VectorWinogradConv2d::pays));
            }
        }
        return rows;
    }

    /** Convolutions in groups. */
    private static List<KernelRow<?, Kernel>> groupedConvs() {
        List<KernelRow<?, Kernel>> rows = new ArrayList<>();
        rows.add(KernelRow.<Conv2d, Kernel>of(Conv2d.class, id("conv2d-spread-" + VectorSpreadConv.COLUMNS + "x1"),
                VectorSpreadConv::new).supporting("groups whose outputs in a vector see a vector of channels at most",
                        s -> s.groups() > 1 && VectorSpreadConv.takes(s))
                .preferredWhen("few channels in a group for the window", (s, _) -> VectorSpreadConv.pays(s)));
        for (GemmTile tile : GemmTile.ALL) {
            KernelRow<Conv2d, Kernel> row = tiled(Conv2d.class, "conv2d-grouped", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorGroupedConv(s, w, b, tile)).supporting("more than one group",
                            s -> s.groups() > 1);
            // The loop of seven rows by one vector is slower than that of six.
            rows.add(tile.rows > 6
                    ? row.preferredWhen("panels of two vectors or more", (s, _) -> GroupPanels.width(s, tile) > 1)
                    : row);
        }
        return rows;
    }

    /** Depthwise convolutions by tiles: the usual windows by name, then what else has loops. */
    private static List<KernelRow<?, Kernel>> depthwiseTiles() {
        List<KernelRow<?, Kernel>> rows = new ArrayList<>();
        for (int kernel = 3; kernel <= 7; kernel += 2) {
            for (int stride = 1; stride <= 2; stride++) {
                String window = kernel + "x" + kernel + "s" + stride;
                Window.Axis axis = Window.of(kernel, stride, kernel / 2).columns();
                List<DepthwiseTile> tiles = Arrays.stream(DepthwiseTile.values()).filter(t -> t.takes(axis)).toList();
                rows.addAll(depthwiseRows(window, "window " + window + (kernel == 3 ? ", padding up to 2" : ""),
                        s -> isSquare(s.window(), axis.kernel(), axis.stride()), tiles));
            }
        }
        rows.addAll(depthwiseRows("rows",
                "other windows, 3 or more wide with column stride 1, or 3, 5 or 7 with 2",
                s -> !isUsual(s.window()), List.of(DepthwiseTile.SEVEN, DepthwiseTile.FOURTEEN)));
        int outputs = VectorDepthwiseTiles.COLUMN_TILE.outputs();
        String id = id("depthwise-columns-" + outputs + "x1");
        rows.add(KernelRow.<DepthwiseConv, Kernel>of(DepthwiseConv.class, id,
                (s, w, b) -> VectorDepthwiseTiles.ofColumns(s, w, b, id)).supporting(
                        "window 1 wide, 3 or more high with row stride 1, or 3, 5 or 7 with 2; at least " + outputs
                                + " output rows",
                        VectorDepthwiseTiles::takesColumns));
        return rows;
    }

    /** A row for each of these tiles, the smallest last, which takes whatever the others take. */
    private static List<KernelRow<DepthwiseConv, Kernel>> depthwiseRows(String name, String windows,
            Predicate<DepthwiseConv> isOne, List<DepthwiseTile> tiles) {
        List<KernelRow<DepthwiseConv, Kernel>> rows = new ArrayList<>();
        for (DepthwiseTile tile : tiles) {
            String id = id("depthwise-" + name + "-1x" + tile.outputs());
            KernelRow<DepthwiseConv, Kernel> row = KernelRow.of(DepthwiseConv.class, id,
                    (s, w, b) -> VectorDepthwiseTiles.ofRows(s, w, b, id, tile));
            row = row.supporting(windows + "; at least " + tile.outputs() + " output columns",
                    s -> isOne.test(s) && VectorDepthwiseTiles.takesRows(s, tile));
            rows.addFirst(tile == tiles.getFirst()
                    ? row
                    : row.preferredWhen(
                            "the fastest tile: the outputs it computes, some twice, times 0.8 for wide ones,"
                                    + " which 32 vector registers hold",
                            (s, machine) -> DepthwiseTile.fastest(s, machine.registers()) == tile));
        }
        return rows;
    }

    /** Whether a window has a row of its own. */
    private static boolean isUsual(Window window) {
        int kernel = window.rows().kernel();
        return (kernel == 3 || kernel == 5 || kernel == 7) && isSquare(window, kernel, window.rows().stride());
    }

    /** Whether a window has this kernel and stride along both sides, and no dilation; paddings may differ. */
    private static boolean isSquare(Window window, int kernel, int stride) {
        return Stream.of(window.rows(), window.columns())
                .allMatch(a -> a.kernel() == kernel && a.stride() == stride && a.dilation() == 1);
    }

    /** A row for a kernel on a register tile: the map has to fill it, the machine should have the registers for it. */
    private static <S extends Spec> KernelRow<S, Kernel> tiled(Class<S> spec, String operation, GemmTile tile,
            ToIntFunction<S> pixels, KernelRow.Factory<S, Kernel> factory) {
        return tiled(spec, operation, tile, "pixels", pixels, factory);
    }

    /**
     * The same for a kernel whose tile's rows are not pixels.
     *
     * @param rows   what they are
     * @param number how many of them there are
     */
    private static <S extends Spec> KernelRow<S, Kernel> tiled(Class<S> spec, String operation, GemmTile tile,
            String rows, ToIntFunction<S> number, KernelRow.Factory<S, Kernel> factory) {
        KernelRow<S, Kernel> row = KernelRow.of(spec, id(operation + "-" + tile), factory);
        if (tile.rows > 1) {
            row = row.supporting("at least " + tile.rows + " " + rows, s -> number.applyAsInt(s) >= tile.rows);
        }
        return tile.registers().isEmpty()
                ? row
                : row.preferredWhen(tile.registers(), (_, machine) -> tile.suits(machine.registers()));
    }

    private static String id(String operationAndTile) {
        return "f32-" + operationAndTile + "-" + VectorConfig.NAME;
    }

    @Override
    public String name() {
        return VectorConfig.NAME;
    }

    @Override
    public KernelTable<Kernel> table() {
        return table;
    }

    @Override
    public double measurePeakGflops() {
        return FmaPeak.measureGflops();
    }

    @Override
    public void fromPlanes(MapLayout map, float[] chw, int chwOffset, float[] out, int outOffset, int from, int to) {
        ImagePlanes.fromPlanes(map, chw, chwOffset, out, outOffset, from, to);
    }
}
