package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A view of all of a map, in which one axis is the channels and the others together are the pixels, in any grouping and order: what an
 * operation on pixels runs on. Its result is the same view of another map.
 *
 * @param view    of the whole buffer
 * @param channel number of the axis that is the channels
 */
record Pixels(View view, int channel) {
    /** The view as it is, if it is one of all pixels and channels. */
    static Optional<Pixels> whole(View view, int channel) {
        return selected(view, channel)
                .filter(s -> s.size() == view.layout().channels()
                        && IntStream.range(0, s.size()).allMatch(i -> s.get(i) == i))
                .map(_ -> new Pixels(view, channel));
    }

    /** The view if all its pixels are a map's; some of their channels are selected by a node of their own. */
    static Optional<Pixels> at(Lowering lowering, String name, View view, int channel) {
        Optional<Pixels> whole = whole(view, channel);
        return whole.isPresent() ? whole : selected(view, channel).map(channels -> {
            Node node = lowering.once(name + ":channels", new SelectOp(view.layout().channels(), channels),
                    List.of(view.node()), List.of(view.node(), channels));
            return new Pixels(view, channel).with(node, lowering.layout(node));
        });
    }

    /** The view as pixels; copied where it is none. */
    static Pixels of(Lowering lowering, String name, View view, int channel) {
        return at(lowering, name, view, channel).orElseGet(() -> {
            MapLayout layout = sizes(view.shape(), channel);
            return new Pixels(lowering.copied(name, view, channel, layout), channel);
        });
    }

    /** A map that has the pixels of such a tensor, in its order. */
    static MapLayout sizes(List<Integer> shape, int channel) {
        List<Integer> sides = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            if (i != channel && (shape.get(i) > 1 || !sides.isEmpty() || shape.size() - i <= 2)) {
                sides.add(shape.get(i));
            }
        }
        while (sides.size() > 2) {
            sides.set(1, sides.get(0) * sides.get(1));
            sides.removeFirst();
        }
        while (sides.size() < 2) {
            sides.addFirst(1);
        }
        return MapLayout.of(sides.getFirst(), sides.getLast(), shape.get(channel));
    }

    /** The axis with neighboring floats, or with one channel that is all that there is. */
    static OptionalInt channelAxis(View view) {
        List<List<Dim>> axes = view.axes();
        for (int i = 0; i < axes.size(); i++) {
            if (axes.get(i).stream().anyMatch(d -> d.stride() == 1)) {
                return OptionalInt.of(i);
            }
        }
        int rank = axes.size();
        for (int i : rank == 4 ? new int[]{1, 3, 2, 0} : IntStream.range(0, rank).map(k -> rank - 1 - k).toArray()) {
            if (axes.get(i).isEmpty()) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** The channels that are the axis; empty if the others aren't all pixels. */
    private static Optional<List<Integer>> selected(View view, int channel) {
        MapLayout layout = view.layout();
        if (view.offset() < 0 || view.offset() >= layout.channels() || !coversPixels(view, channel)) {
            return Optional.empty();
        }
        List<Integer> channels = indices(view.offset(), view.axes().get(channel));
        return channels.stream().allMatch(c -> c >= 0 && c < layout.channels())
                ? Optional.of(channels)
                : Optional.empty();
    }

    private static boolean coversPixels(View view, int channel) {
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < view.axes().size(); i++) {
            if (i != channel) {
                dims.addAll(view.axes().get(i));
            }
        }
        dims.sort(Comparator.comparingInt(Dim::stride).reversed());
        MapLayout layout = view.layout();
        return Dim.merged(dims).equals(Dim.merged(List.of(new Dim(layout.pixels(), layout.stride()))));
    }

    /** Offsets of the elements of digits, in order. */
    static List<Integer> indices(int offset, List<Dim> dims) {
        int[] result = {offset};
        for (Dim dim : dims) {
            int[] next = new int[result.length * dim.extent()];
            for (int i = 0; i < next.length; i++) {
                next[i] = result[i / dim.extent()] + i % dim.extent() * dim.stride();
            }
            result = next;
        }
        return IntStream.of(result).boxed().toList();
    }

    Node node() {
        return view.node();
    }

    MapLayout layout() {
        return view.layout();
    }

    /** The same view of a map with as many pixels, all of its channels. */
    Pixels with(Node node, MapLayout layout) {
        List<List<Dim>> axes = new ArrayList<>();
        for (int i = 0; i < view.axes().size(); i++) {
            axes.add(i == channel
                    ? List.of(new Dim(layout.channels(), 1))
                    : view.axes().get(i).stream().map(d -> new Dim(d.extent(),
                            d.stride() / view.layout().stride() * layout.stride())).toList());
        }
        return new Pixels(new View(view.kind(), node, layout, 0, axes), channel);
    }

    /** Whether a view has the same pixels at the same places, whatever its channels. */
    boolean sameArrangement(Pixels other) {
        return channel == other.channel && layout().height() == other.layout().height()
                && layout().width() == other.layout().width()
                && other.with(node(), layout()).view().axes().equals(with(node(), layout()).view().axes());
    }

    /** The node with a view's elements where this one's are; copied where they lie otherwise. Both have as many axes. */
    Node aligned(Lowering lowering, String name, View other) {
        Optional<Pixels> same = at(lowering, name, other, channel).filter(this::sameArrangement);
        if (same.isPresent()) {
            return same.get().node();
        }
        int channels = other.shape().get(channel);
        MapLayout target = layout().withChannels(channels);
        return lowering.copy(name + ":aligned", other, target, with(null, target).view().axes());
    }
}
