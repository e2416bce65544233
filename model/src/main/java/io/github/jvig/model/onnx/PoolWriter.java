package io.github.jvig.model.onnx;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.kernels.Window;
import java.util.List;

/** What changes the size of a map, {@code [batch][channels][height][width]}: pools, resizes, blocks of pixels; and deviations over a map. */
final class PoolWriter {
    private final ModelBuilder model;

    PoolWriter(ModelBuilder model) {
        this.model = model;
    }

    /**
     * A pool without its activation. All padding is written as such, so there is no ceil mode.
     *
     * @throws UnsupportedOperationException when pixels of the input are skipped
     */
    void pool(String x, Pool2d spec, String out) {
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        if (Math.min(Math.min(rows.padBefore(), rows.padAfter()),
                Math.min(columns.padBefore(), columns.padAfter())) < 0) {
            throw new UnsupportedOperationException(out + ": a pool that skips pixels can't be written as ONNX");
        }
        boolean maximum = spec.mode() == Pool2d.Mode.MAXIMUM;
        ModelBuilder.NodeBuilder node = model.node(maximum ? "MaxPool" : "AveragePool", List.of(x), out)
                .with("kernel_shape", rows.kernel(), columns.kernel())
                .with("strides", rows.stride(), columns.stride())
                .with("pads", rows.padBefore(), columns.padBefore(), rows.padAfter(), columns.padAfter());
        if (maximum) {
            node.with("dilations", rows.dilation(), columns.dilation());
        } else {
            node.with("count_include_pad", spec.mode() == Pool2d.Mode.AVERAGE_WITH_PADDING ? 1L : 0L);
        }
    }

    /** A pool along the pixels in one line. */
    void tokens(String x, TokenPool spec, String out) {
        MapLayout in = spec.in();
        model.node("Reshape", List.of(x, model.indices(0, in.channels(), in.pixels())), out + ":line");
        model.node("AveragePool", List.of(out + ":line"), out + ":runs").with("kernel_shape", new int[]{spec.length()})
                .with("strides", new int[]{spec.length()});
        model.node("Reshape", List.of(out + ":runs", model.indices(0, in.channels(), 1, spec.out().width())), out);
    }

    /** The size is written as a constant, also where it comes from another map. */
    void resize(String x, Resize spec, String out) {
        if (spec.mode() == Resize.Mode.PAD_OR_CROP) {
            padOrCrop(x, spec, out);
            return;
        }
        String size = model.indices(spec.out().height(), spec.out().width());
        ModelBuilder.NodeBuilder node = model.node("Resize", List.of(x, "", "", size), out).with("axes", 2, 3)
                .with("mode", spec.mode() == Resize.Mode.NEAREST ? "nearest" : "linear");
        switch (spec.mode()) {
            case NEAREST -> node.with("coordinate_transformation_mode", "asymmetric").with("nearest_mode", "floor");
            case BILINEAR -> node.with("coordinate_transformation_mode", "half_pixel");
            case BILINEAR_ALIGNED -> node.with("coordinate_transformation_mode", "align_corners");
            case PAD_OR_CROP -> throw new AssertionError(spec);
        }
    }

    /** A Pad whose amounts are negative where the map is cut. */
    private void padOrCrop(String x, Resize spec, String out) {
        model.node("Pad", List.of(x, model.indices(0, 0, 0, 0, 0, 0, spec.out().height() - spec.in().height(),
                spec.out().width() - spec.in().width())), out);
    }

    /** By a reshape and a transposition, since ONNX's own operator lacks {@link BlockOrder#COLUMNS_FIRST}. */
    void depthToSpace(String x, DepthToSpace spec, String out) {
        MapLayout in = spec.in();
        int f = spec.factor();
        int c = spec.out().channels();
        long[] parts = spec.order() == BlockOrder.CHANNELS_FIRST
                ? new long[]{0, c, f, f, in.height(), in.width()}
                : new long[]{0, f, f, c, in.height(), in.width()};
        model.node("Reshape", List.of(x, model.indices(parts)), out + ":parts");
        int[] order = switch (spec.order()) {
            case CHANNELS_FIRST -> new int[]{0, 1, 4, 2, 5, 3};
            case ROWS_FIRST -> new int[]{0, 3, 4, 1, 5, 2};
            case COLUMNS_FIRST -> new int[]{0, 3, 4, 2, 5, 1};
        };
        model.node("Transpose", List.of(out + ":parts"), out + ":sorted").with("perm", order);
        model.node("Reshape", List.of(out + ":sorted", shape(spec.out())), out);
    }

    /** By a reshape and a transposition, since ONNX's own operator has one order only. */
    void spaceToDepth(String x, SpaceToDepth spec, String out) {
        int f = spec.factor();
        model.node("Reshape", List.of(x,
                model.indices(0, spec.in().channels(), spec.out().height(), f, spec.out().width(), f)), out + ":parts");
        int[] order = switch (spec.order()) {
            case CHANNELS_FIRST -> new int[]{0, 1, 3, 5, 2, 4};
            case ROWS_FIRST -> new int[]{0, 3, 5, 1, 2, 4};
            case COLUMNS_FIRST -> new int[]{0, 5, 3, 1, 2, 4};
        };
        model.node("Transpose", List.of(out + ":parts"), out + ":sorted").with("perm", order);
        model.node("Reshape", List.of(out + ":sorted", shape(spec.out())), out);
    }

    private String shape(MapLayout map) {
        return model.indices(0, map.channels(), map.height(), map.width());
    }

    /**
     * The deviation without the axes that it goes over.
     *
     * @param axes those of the pixels
     */
    void deviation(String x, GlobalDeviation spec, String out, long... axes) {
        String over = model.indices(axes);
        model.node("ReduceMean", List.of(x, over), out + ":mean").with("keepdims", 1L);
        model.node("Sub", List.of(x, out + ":mean"), out + ":differences");
        model.node("ReduceSumSquare", List.of(out + ":differences", over), out + ":squares").with("keepdims", 0L);
        String divisor = model.scalar(out + ".divisor", spec.in().pixels() - spec.correction());
        model.node("Div", List.of(out + ":squares", divisor), out + ":variance");
        String epsilon = model.scalar(out + ".epsilon", (float) spec.epsilon());
        model.node("Add", List.of(out + ":variance", epsilon), out + ":positive");
        model.node("Sqrt", List.of(out + ":positive"), out);
    }
}
