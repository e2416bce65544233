package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.scalar.ScalarKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

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
        for (GemmTile tile : GemmTile.ALL) {
            rows.add(tiled(PointwiseConv.class, "pointwise", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorPointwise(s, w, b, tile)));
        }
        for (GemmTile tile : GemmTile.ALL) {
            rows.add(tiled(Conv2d.class, "conv2d", tile, s -> s.out().pixels(),
                    (s, w, b) -> new VectorConv2d(s, w, b, tile)).supporting("one group", s -> s.groups() == 1));
        }
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
        for (int stride = 1; stride <= 2; stride++) {
            int rowStride = stride;
            rows.add(KernelRow.<DepthwiseConv, Kernel>of(DepthwiseConv.class,
                    id("depthwise-3x3s" + stride + "-1x" + VectorDepthwise3x3.COLUMNS), VectorDepthwise3x3::new)
                    .supporting("window 3x3s" + stride + ", padding 0 or 1, at least " + VectorDepthwise3x3.COLUMNS
                            + " output columns",
                            s -> VectorDepthwise3x3.takes(s) && s.window().rows().stride() == rowStride));
        }
        rows.add(KernelRow.<DepthwiseConv, Kernel>of(DepthwiseConv.class,
                id("depthwise-7x7s1-1x" + VectorDepthwise7x7.COLUMNS), VectorDepthwise7x7::new).supporting(
                        "window 7x7s1p3, at least " + VectorDepthwise7x7.COLUMNS + " columns",
                        VectorDepthwise7x7::takes));
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
        rows.add(KernelRow.of(LayerNorm.class, id("layer-norm"), VectorLayerNorm::new));
        rows.add(KernelRow.of(AvgPoolBlend.class, id("avg-pool-blend"), (s, w, _) -> new VectorAvgPoolBlend(s, w)));
        for (GemmTile tile : GemmTile.ALL) {
            rows.add(tiled(Attention.class, "attention", tile, Attention::tokens,
                    (s, w, _) -> new VectorAttention(s, w, tile)));
        }
        return rows;
    }

    /** A row for a kernel on a register tile: the map has to fill it, the machine should have the registers for it. */
    private static <S extends Spec> KernelRow<S, Kernel> tiled(Class<S> spec, String operation, GemmTile tile,
            ToIntFunction<S> pixels, KernelRow.Factory<S, Kernel> factory) {
        KernelRow<S, Kernel> row = KernelRow.of(spec, id(operation + "-" + tile), factory);
        if (tile.rows > 1) {
            row = row.supporting("at least " + tile.rows + " pixels", s -> pixels.applyAsInt(s) >= tile.rows);
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
}
