package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.SpaceToDepthOp;
import io.github.jvig.model.tensor.Dim;
import java.util.List;
import java.util.Optional;

/** Views {@code [1, C, H, W]} in which channels and blocks of pixels have changed places: pixel shuffles and their inverses. */
final class Blocks {
    private Blocks() {
    }

    /** The view as the result of an operation on its map, if there is one. */
    static Optional<View> of(Lowering lowering, String name, View view) {
        MapLayout in = view.layout();
        int height = view.shape().get(2);
        int width = view.shape().get(3);
        if (view.offset() != 0 || Dim.elements(view.dims()) != in.pixels() * in.channels()) {
            return Optional.empty();
        }
        boolean grows = height > in.height();
        int factor = grows ? height / in.height() : in.height() / Math.max(1, height);
        if (factor < 2 || (grows
                ? height != in.height() * factor || width != in.width() * factor
                : in.height() != height * factor || in.width() != width * factor)) {
            return Optional.empty();
        }
        int channels = grows ? in.channels() / (factor * factor) : in.channels();
        for (BlockOrder order : BlockOrder.values()) {
            View expected = view.withAxes(grows
                    ? spread(in, factor, channels, order)
                    : gathered(in, factor, channels, order));
            if (expected.axes().equals(view.axes())) {
                Op op = grows ? new DepthToSpaceOp(factor, order) : new SpaceToDepthOp(factor, order);
                Node node = lowering.once(name + ":blocks", op, List.of(view.node()), List.of(view.node(), op));
                return Optional.of(View.map(node, lowering.layout(node)));
            }
        }
        return Optional.empty();
    }

    /** Digits of a row and a column of a block among channels. */
    private static Dim down(int factor, int channels, BlockOrder order) {
        return new Dim(factor, order.first(1, 0, factor, channels));
    }

    private static Dim across(int factor, int channels, BlockOrder order) {
        return new Dim(factor, order.first(0, 1, factor, channels));
    }

    private static List<List<Dim>> spread(MapLayout in, int factor, int channels, BlockOrder order) {
        return List.of(List.of(), List.of(new Dim(channels, order.step(factor))),
                List.of(new Dim(in.height(), in.width() * in.stride()), down(factor, channels, order)),
                List.of(new Dim(in.width(), in.stride()), across(factor, channels, order)));
    }

    private static List<List<Dim>> gathered(MapLayout in, int factor, int channels, BlockOrder order) {
        Dim c = new Dim(channels, 1);
        Dim y = new Dim(factor, in.width() * in.stride());
        Dim x = new Dim(factor, in.stride());
        return List.of(List.of(), switch (order) {
            case CHANNELS_FIRST -> List.of(c, y, x);
            case ROWS_FIRST -> List.of(y, x, c);
            case COLUMNS_FIRST -> List.of(x, y, c);
        }, List.of(new Dim(in.height() / factor, factor * in.width() * in.stride())),
                List.of(new Dim(in.width() / factor, factor * in.stride())));
    }
}
