package io.github.jvig.model.cpu;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves the pixels of some maps apart by one cache line. Where the floats from pixel to pixel are a multiple of 512, one channel of neighboring
 * pixels always falls into the same one or two sets of the nearest cache (64 sets of 64 bytes in most), which hold 16 to 24 of them: fewer than
 * the windows of a tile of a depthwise convolution read and write. With one line more the pixels go round all sets.
 *
 * <p>Measured on an EPYC (Zen 5) with 12 lines in a set: depthwise 3x3 of 7x7x512 1.4 times as fast, of 7x7x1024 1.7 times, of 14x14x512 1.1 times;
 * 5x5 of 7x7x512 1.3 times, of 8x8x1024 2.8 times. Maps of 256 channels gained nothing, of 128 lost.
 *
 * <p>Such a map is written by a pointwise or depthwise convolution and read by nothing else. A depthwise convolution has the same number of floats
 * between the pixels of its input and of its result, so both are moved apart or none.
 */
final class SpacedMaps {
    /** Floats between pixels, and multiples of it, that are avoided. */
    private static final int PERIOD = 512;

    private final List<LoweredOp> ops;
    /** The operation that writes a node's value; none for the graph's input. */
    private final Map<Node, Integer> writers = new IdentityHashMap<>();
    /** The operations whose results are moved apart. */
    private final Set<Integer> spaced = new HashSet<>();

    private SpacedMaps(Graph graph, List<LoweredOp> ops) {
        this.ops = ops;
        for (int i = 0; i < ops.size(); i++) {
            writers.put(ops.get(i).node(), i);
            if (writes(ops.get(i).spec())) {
                spaced.add(i);
            }
        }
        graph.outputs().forEach(this::keep);
        for (LoweredOp op : ops) {
            List<Node> inputs = op.node().inputs();
            inputs.stream().skip(reads(op.spec()) ? 1 : 0).forEach(this::keep);
        }
        int before;
        do {
            before = spaced.size();
            ops.forEach(this::keepUnlessBoth);
        } while (spaced.size() < before);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i).spec() instanceof DepthwiseConv && spaced.contains(i)) {
                used.addAll(List.of(i, writers.get(ops.get(i).node().inputs().getFirst())));
            }
        }
        spaced.retainAll(used);
    }

    /**
     * The same operations, some of them on such maps.
     *
     * @param graph the graph of the operations
     * @param ops   in its order
     */
    static List<LoweredOp> in(Graph graph, List<LoweredOp> ops) {
        SpacedMaps maps = new SpacedMaps(graph, ops);
        List<LoweredOp> result = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            result.add(new LoweredOp(ops.get(i).node(), maps.spec(i)));
        }
        return result;
    }

    private static boolean writes(Spec spec) {
        return reads(spec) && spec.inputs().size() == 1 && spec.out().stride() % PERIOD == 0 && spec.out().pixels() > 1;
    }

    /** Whether an operation takes its first input so. */
    private static boolean reads(Spec spec) {
        return spec instanceof PointwiseConv || spec instanceof DepthwiseConv;
    }

    private void keep(Node value) {
        spaced.remove(writers.get(value));
    }

    /** Keeps both sides of a depthwise convolution as they are where one of them is. */
    private void keepUnlessBoth(LoweredOp op) {
        Node input = op.node().inputs().getFirst();
        if (op.spec() instanceof DepthwiseConv && !(isSpaced(input) && isSpaced(op.node()))) {
            keep(input);
            keep(op.node());
        }
    }

    private boolean isSpaced(Node value) {
        return spaced.contains(writers.get(value));
    }

    private Spec spec(int op) {
        Spec spec = ops.get(op).spec();
        boolean readsSpaced = isSpaced(ops.get(op).node().inputs().getFirst());
        if (!readsSpaced && !spaced.contains(op)) {
            return spec;
        }
        MapLayout in = readsSpaced ? spaced(spec.in()) : spec.in();
        return switch (spec) {
            case DepthwiseConv depthwise -> new DepthwiseConv(in, depthwise.window(), depthwise.epilogue());
            case PointwiseConv pointwise -> new PointwiseConv(in,
                    spaced.contains(op) ? spaced(spec.out()) : spec.out(), pointwise.epilogue());
            default -> throw new AssertionError(spec);
        };
    }

    private static MapLayout spaced(MapLayout map) {
        return new MapLayout(map.height(), map.width(), map.channels(), map.stride() + MapLayout.CHANNEL_ALIGNMENT);
    }
}
