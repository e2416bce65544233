package io.github.jvig.model.onnx;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.AttentionOp;
import java.util.List;
import java.util.stream.IntStream;

/** Attention on tokens, {@code [batch][pixels][channels]}: two matrix products and a softmax, for all heads and windows at a time. */
final class AttentionWriter {
    private final ModelBuilder model;

    AttentionWriter(ModelBuilder model) {
        this.model = model;
    }

    /**
     * Attention.
     *
     * @param x   the maps that it reads, as tokens
     * @param out what the result is called
     */
    void attention(List<String> x, AttentionOp op, Attention spec, String out) {
        String query = out + ":query";
        String key = out + ":key";
        String value = out + ":value";
        AttentionHeads layout = op.layout();
        if (layout.equals(AttentionHeads.byHead(layout.heads(), layout.keyDim(), layout.valueDim()))
                && op.partition().kind() == Partition.Kind.WHOLE) {
            split(x.getFirst(), layout, spec.queryMap().pixels(), out, List.of(query, key, value));
        } else {
            take(x, layout, layout.query(), layout.keyDim(), spec.queryMap(), query);
            take(x, layout, layout.key(), layout.keyDim(), spec.keyMap(), key);
            take(x, layout, layout.value(), layout.valueDim(), spec.keyMap(), value);
        }
        byWindow(query, layout, layout.query(), layout.keyDim(), spec.partition(), spec.queryMap(), false);
        byWindow(key, layout, layout.key(), layout.keyDim(), spec.partition(), spec.keyMap(), true);
        byWindow(value, layout, layout.value(), layout.valueDim(), spec.partition(), spec.keyMap(), false);
        model.node("MatMul", List.of(query + ":by-head", key + ":by-head"), out + ":products");
        String factor = model.scalar(out + ".factor", (float) op.scale());
        String scores = op.bias() == null ? out + ":scores" : out + ":scaled";
        model.node("Mul", List.of(out + ":products", factor), scores);
        if (op.bias() != null) {
            String bias = model.tensor(out + ".bias", op.bias().pairs(spec), layout.heads(), spec.queries(),
                    spec.keys());
            model.node("Add", List.of(scores, bias), out + ":scores");
        }
        model.node("Softmax", List.of(out + ":scores"), out + ":shares").with("axis", -1L);
        model.node("MatMul", List.of(out + ":shares", value + ":by-head"), out + ":mixed");
        back(out, spec.partition(), spec.queryMap(), spec.heads(), spec.valueDim());
    }

    /** One map, head after head. */
    private void split(String x, AttentionHeads layout, int pixels, String out, List<String> parts) {
        model.node("Reshape", List.of(x,
                model.indices(0, pixels, layout.heads(), 2L * layout.keyDim() + layout.valueDim())), out + ":heads");
        model.node("Split", List.of(out + ":heads",
                model.indices(layout.keyDim(), layout.keyDim(), layout.valueDim())), parts).with("axis", 3L);
    }

    /** {@code [batch][pixels][heads][width]} of the channels at one place; one head where all share it. */
    void take(List<String> x, AttentionHeads layout, AttentionHeads.Place place, int width, MapLayout map,
            String out) {
        String tokens = x.get(place.input());
        int heads = place.step() == 0 ? 1 : layout.heads();
        if (place.step() == 0 || place.step() == width) {
            int end = place.first() + heads * width;
            model.node("Slice", List.of(tokens, model.indices(place.first()), model.indices(end), model.indices(2)),
                    out + ":channels");
        } else {
            long[] channels = IntStream.range(0, heads * width)
                    .mapToLong(i -> place.channel(i / width) + i % width).toArray();
            model.node("Gather", List.of(tokens, model.indices(channels)), out + ":channels").with("axis", 2L);
        }
        model.node("Reshape", List.of(out + ":channels", model.indices(0, map.pixels(), heads, width)), out);
    }

    /**
     * From {@code [batch][pixels][heads][width]} to {@code [batch][heads][pixels][width]}, with windows to
     * {@code [batch][windows][heads][pixels of a window][width]}; pixels last where that is wanted.
     */
    void byWindow(String x, AttentionHeads layout, AttentionHeads.Place place, int width, Partition partition,
            MapLayout map, boolean pixelsLast) {
        String out = x + ":by-head";
        if (partition.kind() == Partition.Kind.WHOLE) {
            if (pixelsLast) {
                model.node("Transpose", List.of(x), out).with("perm", 0, 2, 3, 1);
            } else {
                model.node("Transpose", List.of(x), out).with("perm", 0, 2, 1, 3);
            }
            return;
        }
        int heads = place.step() == 0 ? 1 : layout.heads();
        int[] axes = axes(partition);
        int[] sides = sides(partition, map);
        model.node("Reshape",
                List.of(x, model.indices(0, sides[0], sides[1], sides[2], sides[3], heads, width)), x + ":sides");
        String windows = pixelsLast ? out + ":rows" : out;
        model.node("Transpose", List.of(x + ":sides"), x + ":windows").with("perm", 0, axes[0], axes[1], 5, axes[2],
                axes[3], 6);
        model.node("Reshape", List.of(x + ":windows", model.indices(0, partition.windows(map), heads,
                partition.windowPixels(map), width)), windows);
        if (pixelsLast) {
            model.node("Transpose", List.of(windows), out).with("perm", 0, 1, 2, 4, 3);
        }
    }

    /** Height and width of a map, each as two axes: outer and inner. */
    private static int[] sides(Partition partition, MapLayout map) {
        int rows = partition.rows();
        int columns = partition.columns();
        return partition.kind() == Partition.Kind.SPREAD
                ? new int[]{rows, map.height() / rows, columns, map.width() / columns}
                : new int[]{map.height() / rows, rows, map.width() / columns, columns};
    }

    /** Which of the axes 1 to 4 that {@link #sides} makes are those of the window's number (two), then of a window's pixels (two). */
    private static int[] axes(Partition partition) {
        return partition.kind() == Partition.Kind.BLOCKS ? new int[]{1, 3, 2, 4} : new int[]{2, 4, 1, 3};
    }

    /** The results by head, {@code out + ":mixed"}, as tokens again. */
    void back(String out, Partition partition, MapLayout map, int heads, int valueDim) {
        if (partition.kind() == Partition.Kind.WHOLE) {
            model.node("Transpose", List.of(out + ":mixed"), out + ":by-token").with("perm", 0, 2, 1, 3);
        } else {
            int[] sides = sides(partition, map);
            int[] axes = axes(partition);
            model.node("Reshape", List.of(out + ":mixed", model.indices(0, sides[axes[0] - 1], sides[axes[1] - 1],
                    heads, sides[axes[2] - 1], sides[axes[3] - 1], valueDim)), out + ":mixed:windows");
            // Where each axis of the map has come to lie: windows at 1 and 2, heads at 3, pixels of a window at 4 and 5.
            int[] order = new int[4];
            int[] lie = {1, 2, 4, 5};
            for (int i = 0; i < order.length; i++) {
                order[axes[i] - 1] = lie[i];
            }
            model.node("Transpose", List.of(out + ":mixed:windows"), out + ":by-token").with("perm", 0, order[0],
                    order[1], order[2], order[3], 3, 6);
        }
        model.node("Reshape", List.of(out + ":by-token",
                model.indices(0, map.pixels(), (long) heads * valueDim)), out);
    }
}
