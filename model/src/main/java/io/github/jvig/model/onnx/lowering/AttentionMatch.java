package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.AttentionBias;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Queries, keys and values as attention's kernel takes them: by the strides of their digits, those of the leading axes are heads where they
 * step within a pixel, and windows where they step over pixels.
 */
final class AttentionMatch {
    private final View q;
    private final View k;
    private final View v;
    private final int rank;
    /** Digits of the leading axes, cut alike, the slowest first: which axis, and the three strides. */
    private final List<Digit> batch = new ArrayList<>();

    private record Digit(int axis, int extent, int q, int k, int v) {}

    private AttentionMatch(View q, View k, View v) {
        this.q = q;
        this.k = k;
        this.v = v;
        this.rank = q.axes().size();
    }

    /**
     * The attention as a node.
     *
     * @param v {@code [..., keys, channels]}
     * @return {@code [..., queries, channels of v]}; empty if the digits don't fit
     */
    static Optional<View> of(Lowering lowering, String name, MapAttentionRules.Scores scores, View v) {
        int rank = Math.max(v.axes().size(), Math.max(scores.q().axes().size(), scores.k().axes().size()));
        AttentionMatch match = new AttentionMatch(ranked(scores.q(), rank), ranked(scores.k(), rank),
                ranked(v, rank));
        return match.cut() ? match.node(lowering, name, scores) : Optional.empty();
    }

    private static View ranked(View view, int rank) {
        List<List<Dim>> axes = new ArrayList<>(view.axes());
        while (axes.size() < rank) {
            axes.addFirst(List.of());
        }
        return view.withAxes(axes);
    }

    private boolean cut() {
        for (int i = 0; i < rank - 2; i++) {
            List<Dim> a = q.axes().get(i);
            if (a.isEmpty() && !(k.axes().get(i).isEmpty() && v.axes().get(i).isEmpty())) {
                return false;
            }
            List<List<Dim>> three = finest(a, repeated(k.axes().get(i), a), repeated(v.axes().get(i), a));
            for (int j = 0; j < three.get(0).size(); j++) {
                batch.add(new Digit(i, three.get(0).get(j).extent(), three.get(0).get(j).stride(),
                        three.get(1).get(j).stride(), three.get(2).get(j).stride()));
            }
        }
        return true;
    }

    private static List<Dim> repeated(List<Dim> axis, List<Dim> like) {
        return axis.isEmpty() && !like.isEmpty() ? List.of(new Dim(Dim.elements(like), 0)) : axis;
    }

    /** Cut wherever one of the three is. */
    private static List<List<Dim>> finest(List<Dim> a, List<Dim> b, List<Dim> c) {
        List<List<Dim>> rest = new ArrayList<>();
        for (List<Dim> list : List.of(a, b, c)) {
            rest.add(new ArrayList<>(Dim.merged(list)));
        }
        List<List<Dim>> result = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        while (!rest.getFirst().isEmpty()) {
            int extent = rest.stream().mapToInt(r -> r.getLast().extent()).min().orElseThrow();
            for (int i = 0; i < 3; i++) {
                Dim dim = rest.get(i).removeLast();
                if (dim.extent() % extent != 0) {
                    throw new IllegalArgumentException("digits that cut across each other");
                }
                if (dim.extent() > extent) {
                    rest.get(i).add(new Dim(dim.extent() / extent, dim.stride() * extent));
                }
                result.get(i).addFirst(new Dim(extent, dim.stride()));
            }
        }
        return result;
    }

    private Optional<View> node(Lowering lowering, String name, MapAttentionRules.Scores scores) {
        MapLayout map = q.layout();
        MapLayout keyMap = k.layout();
        List<Digit> heads = new ArrayList<>();
        List<Digit> windows = new ArrayList<>();
        for (Digit digit : batch) {
            boolean head = map.pixels() == 1 || digit.q > 0 && digit.q < map.stride();
            (head ? heads : windows).add(digit);
            if (head
                    ? digit.k >= keyMap.stride() || digit.v >= v.layout().stride()
                    : digit.q % map.stride() != 0 || digit.k % keyMap.stride() != 0
                            || digit.q / map.stride() != digit.k / keyMap.stride()
                            || digit.q / map.stride() != digit.v / v.layout().stride()
                            || digit.v % v.layout().stride() != 0) {
                return Optional.empty();
            }
        }
        int keyDim = q.shape().getLast();
        int valueDim = v.shape().getLast();
        List<List<Dim>> lasts = List.of(q.axes().getLast(), k.axes().getLast(), v.axes().getLast());
        if (!lasts.stream()
                .allMatch(last -> last.isEmpty() || last.equals(List.of(new Dim(last.getFirst().extent(), 1))))
                || keyDim != k.shape().getLast() || q.offset() >= map.stride() || k.offset() >= keyMap.stride()
                || v.offset() >= v.layout().stride()
                || windows.isEmpty() && !(k.layout().height() == v.layout().height()
                        && k.layout().width() == v.layout().width())) {
            return Optional.empty();
        }
        Optional<int[]> queries = pixels(q);
        Optional<int[]> keys = pixels(k);
        Optional<int[]> values = pixels(v);
        if (queries.isEmpty() || keys.isEmpty() || values.isEmpty()
                || !Arrays.equals(keys.get(), values.get())) {
            return Optional.empty();
        }
        List<Node> inputs = new ArrayList<>();
        int count = heads.stream().mapToInt(Digit::extent).reduce(1, Math::multiplyExact);
        Optional<AttentionHeads.Place> placeQ = place(inputs, q,
                heads.stream().map(d -> new Dim(d.extent, d.q)).toList());
        Optional<AttentionHeads.Place> placeK = place(inputs, k,
                heads.stream().map(d -> new Dim(d.extent, d.k)).toList());
        Optional<AttentionHeads.Place> placeV = place(inputs, v,
                heads.stream().map(d -> new Dim(d.extent, d.v)).toList());
        Optional<Partition> partition = windows.isEmpty()
                ? whole(queries.get(), keys.get())
                : partition(map, queries.get(),
                        windows.stream().map(d -> new Dim(d.extent, d.q / map.stride())).toList());
        if (placeQ.isEmpty() || placeK.isEmpty() || placeV.isEmpty() || partition.isEmpty()) {
            return Optional.empty();
        }
        AttentionHeads layout = new AttentionHeads(count, keyDim, valueDim, placeQ.get(), placeK.get(),
                placeV.get());
        AttentionBias bias = null;
        if (!scores.biases().isEmpty()) {
            int[] windowOf = windows(windows, partition.get(), map);
            Optional<float[]> pairs = pairs(scores.biases(), heads, windowOf, queries.get(), keys.get());
            if (pairs.isEmpty()) {
                return Optional.empty();
            }
            int perWindow = Math.multiplyExact(count, Math.multiplyExact(queries.get().length, keys.get().length));
            bias = new AttentionBias(pairs.get().length / perWindow, count, partition.get().windowHeight(map),
                    partition.get().windowWidth(map),
                    partition.get().windowHeight(keyMap), partition.get().windowWidth(keyMap), pairs.get(),
                    pairs.get().length);
        }
        Node node = lowering.node(name, new AttentionOp(layout, partition.get(), scores.scale(), bias), inputs);
        return Optional.of(view(node, lowering.layout(node), valueDim));
    }

    /** Pixels of the tokens of the first window, in order; empty if the digits are no pixels. */
    private static Optional<int[]> pixels(View view) {
        List<Dim> tokens = view.axes().get(view.axes().size() - 2);
        int stride = view.layout().stride();
        if (!tokens.stream().allMatch(d -> d.stride() > 0 && d.stride() % stride == 0)) {
            return Optional.empty();
        }
        return Optional.of(Pixels.indices(0, tokens).stream().mapToInt(i -> i / stride).toArray());
    }

    private static Optional<AttentionHeads.Place> place(List<Node> inputs, View view, List<Dim> heads) {
        List<Dim> merged = heads.stream().allMatch(d -> d.stride() == 0) ? List.of() : Dim.merged(heads);
        if (merged.size() > 1) {
            return Optional.empty();
        }
        int input = inputs.indexOf(view.node());
        if (input < 0) {
            input = inputs.size();
            inputs.add(view.node());
        }
        return Optional.of(new AttentionHeads.Place(input, view.offset(),
                merged.isEmpty() ? 0 : merged.getFirst().stride()));
    }

    private Optional<Partition> whole(int[] queries, int[] keys) {
        return isAll(queries, q.layout()) && isAll(keys, k.layout()) ? Optional.of(Partition.WHOLE) : Optional.empty();
    }

    private static boolean isAll(int[] pixels, MapLayout map) {
        return pixels.length == map.pixels() && IntStream.of(pixels).distinct().count() == pixels.length;
    }

    /**
     * The windows of a map that are so.
     *
     * @param tokens  pixels of the first window
     * @param windows digits from one window to the next, in pixels
     */
    static Optional<Partition> partition(MapLayout map, int[] tokens, List<Dim> windows) {
        int[] sorted = tokens.clone();
        Arrays.sort(sorted);
        Set<Integer> firsts = new HashSet<>(Pixels.indices(0, windows));
        for (int rows = 1; rows <= map.height(); rows++) {
            if (tokens.length % rows != 0 || map.height() % rows != 0 || map.width() % (tokens.length / rows) != 0) {
                continue;
            }
            for (Partition candidate : List.of(Partition.blocks(rows, tokens.length / rows),
                    Partition.spread(rows, tokens.length / rows))) {
                Set<Integer> expected = new HashSet<>();
                for (int w = 0; w < candidate.windows(map); w++) {
                    expected.add(candidate.firstPixel(map, w));
                }
                if (Arrays.equals(candidate.pixels(map), sorted) && expected.equals(firsts)) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    /** The windows' numbers in the partition, in the order of their digits. */
    private static int[] windows(List<Digit> windows, Partition partition, MapLayout map) {
        List<Integer> firsts = Pixels.indices(0,
                windows.stream().map(d -> new Dim(d.extent, d.q / map.stride())).toList());
        int count = partition.windows(map);
        int[] result = new int[firsts.size()];
        for (int i = 0; i < count; i++) {
            int at = firsts.indexOf(partition.firstPixel(map, i));
            if (at >= 0) {
                result[at] = i;
            }
        }
        return result;
    }

    /**
     * The sum of the biases in the order of the raster: {@code [heads][queries][keys]}, or {@code [windows][heads][queries][keys]} if one
     * depends on the window. Empty if one has another rank.
     */
    private Optional<float[]> pairs(List<MapAttentionRules.Bias> biases, List<Digit> heads, int[] windowOf,
            int[] queries, int[] keys) {
        int count = heads.stream().mapToInt(Digit::extent).reduce(1, Math::multiplyExact);
        List<Placed> placed = new ArrayList<>();
        for (MapAttentionRules.Bias bias : biases) {
            if (bias.constant().shape().size() > rank) {
                return Optional.empty();
            }
            placed.add(placed(bias, heads));
        }
        boolean differ = windowOf.length > 1 && placed.stream()
                .anyMatch(p -> p.windows.stream().anyMatch(start -> start != 0));
        int each = Math.multiplyExact(count, Math.multiplyExact(queries.length, keys.length));
        float[] pairs = new float[Math.multiplyExact(differ ? windowOf.length : 1, each)];
        for (int window = 0; window < (differ ? windowOf.length : 1); window++) {
            for (Placed bias : placed) {
                add(bias, window, count, queries, keys, pairs, differ ? windowOf[window] * each : 0);
            }
        }
        return Optional.of(pairs);
    }

    /** A bias, with the elements at which those of each window and of each head start, and the strides of queries and keys. */
    private record Placed(float[] values, double factor, List<Integer> windows, List<Integer> heads, int query,
            int key) {}

    private Placed placed(MapAttentionRules.Bias bias, List<Digit> heads) {
        List<Integer> shape = bias.constant().shape();
        int[] strides = new int[rank];
        int stride = 1;
        for (int i = 1; i <= shape.size(); i++) {
            int size = shape.get(shape.size() - i);
            strides[rank - i] = size == 1 ? 0 : stride;
            stride *= size;
        }
        List<Dim> headSteps = new ArrayList<>();
        List<Dim> windowSteps = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Digit digit = batch.get(i);
            // Faster digits of the same axis.
            int step = strides[digit.axis];
            for (int j = i + 1; j < batch.size() && batch.get(j).axis == digit.axis; j++) {
                step *= batch.get(j).extent;
            }
            boolean head = heads.stream().anyMatch(h -> h == digit);
            (head ? headSteps : windowSteps).add(new Dim(digit.extent, step));
        }
        return new Placed(bias.constant().asFloats(), bias.factor(), Pixels.indices(0, windowSteps),
                Pixels.indices(0, headSteps), strides[rank - 2], strides[rank - 1]);
    }

    private static void add(Placed bias, int window, int heads, int[] queries, int[] keys, float[] pairs, int at) {
        int[] queryRank = ranks(queries);
        int[] keyRank = ranks(keys);
        for (int h = 0; h < heads; h++) {
            int start = bias.windows.get(window) + bias.heads.get(h);
            for (int i = 0; i < queries.length; i++) {
                int row = at + (h * queries.length + queryRank[i]) * keys.length;
                for (int j = 0; j < keys.length; j++) {
                    pairs[row + keyRank[j]] += (float) (bias.factor
                            * bias.values[start + i * bias.query + j * bias.key]);
                }
            }
        }
    }

    /** Of each pixel, how many of the others come before it in the order of the raster. */
    private static int[] ranks(int[] pixels) {
        int[] sorted = pixels.clone();
        Arrays.sort(sorted);
        return IntStream.of(pixels).map(p -> Arrays.binarySearch(sorted, p)).toArray();
    }

    private View view(Node node, MapLayout out, int valueDim) {
        List<List<Dim>> axes = new ArrayList<>();
        for (int i = 0; i < rank - 2; i++) {
            axes.add(new ArrayList<>());
        }
        int stride = valueDim * (out.channels() / valueDim);
        for (Digit digit : batch) {
            boolean head = q.layout().pixels() == 1 || digit.q > 0 && digit.q < q.layout().stride();
            if (head) {
                stride /= digit.extent;
                axes.get(digit.axis).add(new Dim(digit.extent, stride));
            } else {
                axes.get(digit.axis).add(new Dim(digit.extent, digit.q / q.layout().stride() * out.stride()));
            }
        }
        axes.add(q.axes().get(rank - 2).stream()
                .map(d -> new Dim(d.extent(), d.stride() / q.layout().stride() * out.stride())).toList());
        axes.add(List.of(new Dim(valueDim, 1)));
        return new View(q.kind(), node, out, 0, axes);
    }
}
