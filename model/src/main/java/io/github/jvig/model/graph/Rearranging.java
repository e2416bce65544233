package io.github.jvig.model.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Passes over what moves channels: most of it can be left out, because what it reads or what reads it can move them at no cost. */
final class Rearranging {
    /**
     * Channels of a slice from which on a convolution is cut for it. Measured on maps of 7x7 to 56x56 with AVX-512: from here on cutting takes 0.96
     * to 1.01 of the time of a convolution and its slices, and saves their memory. Narrow convolutions fill their tiles badly, so that below
     * it is 0.89 to 1.25.
     */
    private static final int WIDE = 96;

    private Rearranging() {
    }

    /** A selection or concatenation of selections and concatenations reads what these read; what changes nothing vanishes. */
    static Graph simplify(Graph graph) {
        return Passes.rewrite(graph, (old, node) -> {
            Node simpler = switch (node.op()) {
                case SelectOp select -> selection(node.name(), select, node.inputs().getFirst());
                case ConcatOp concat when concat.isPlain() -> concatenation(graph, old, node);
                default -> node;
            };
            // An output keeps a node of its own, with its name.
            boolean vanishes = !simpler.name().equals(node.name());
            return vanishes && graph.outputs().stream().anyMatch(output -> output == old) ? node : simpler;
        });
    }

    private static Node selection(String name, SelectOp select, Node input) {
        List<Integer> selected = select.selected();
        if (select.isIdentity()) {
            return input;
        }
        return switch (input.op()) {
            case SelectOp inner -> selection(name, new SelectOp(inner.inChannels(),
                    selected.stream().map(c -> inner.selected().get(c)).toList()), input.inputs().getFirst());
            case ConcatOp concat when concat.isPlain() -> selectionOfParts(name, select, input);
            default -> new Node(name, select, List.of(input));
        };
    }

    /** Of one part alone, or of several whole ones. */
    private static Node selectionOfParts(String name, SelectOp select, Node concat) {
        List<Node> whole = new ArrayList<>();
        int from = 0;
        for (Node part : concat.inputs()) {
            int first = from;
            int end = from + part.channels();
            if (select.selected().stream().allMatch(c -> c >= first && c < end)) {
                return selection(name, new SelectOp(part.channels(),
                        select.selected().stream().map(c -> c - first).toList()), part);
            }
            if (select.isSlice() && first >= select.selected().getFirst() && end - 1 <= select.selected().getLast()) {
                whole.add(part);
            }
            from = end;
        }
        return whole.size() > 1 && whole.stream().mapToInt(Node::channels).sum() == select.selected().size()
                ? new Node(name, new ConcatOp(whole.size()), whole)
                : new Node(name, select, List.of(concat));
    }

    private static Node concatenation(Graph graph, Node old, Node node) {
        List<Node> parts = new ArrayList<>();
        List<Boolean> absorbed = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Node part = node.inputs().get(i);
            boolean once = graph.readOnce(old.inputs().get(i));
            // A concatenation of an op that vanished may be read by others, too.
            boolean flat = part.op() instanceof ConcatOp inner && inner.isPlain() && once
                    && part.name().equals(old.inputs().get(i).name());
            List<Node> added = flat ? part.inputs() : List.of(part);
            parts.addAll(added);
            added.forEach(p -> absorbed.add(!flat && once));
        }
        for (int i = parts.size() - 1; i > 0; i--) {
            if (parts.get(i - 1).op() instanceof SelectOp a && parts.get(i).op() instanceof SelectOp b
                    && parts.get(i - 1).inputs().equals(parts.get(i).inputs())) {
                SelectOp both = joined(a, b);
                if (both.isSlice() && absorbed.get(i - 1) && absorbed.get(i)) {
                    parts.set(i - 1, new Node(parts.get(i - 1).name(), both, parts.get(i).inputs()));
                    parts.remove(i);
                    absorbed.remove(i);
                }
            }
        }
        return whole(node, parts, absorbed);
    }

    /** All channels of one map in order are that map; parts of one map, which nothing else reads, are one selection. */
    private static Node whole(Node node, List<Node> parts, List<Boolean> absorbed) {
        List<Node> source = parts.getFirst().inputs();
        if (parts.stream().allMatch(part -> part.op() instanceof SelectOp && part.inputs().equals(source))) {
            SelectOp all = parts.stream().map(part -> (SelectOp) part.op()).reduce(Rearranging::joined).orElseThrow();
            if (all.isIdentity()) {
                return source.getFirst();
            }
            if (!absorbed.contains(false)) {
                return new Node(node.name(), all, source);
            }
        }
        return parts.equals(node.inputs()) ? node : new Node(node.name(), new ConcatOp(parts.size()), parts);
    }

    private static SelectOp joined(SelectOp a, SelectOp b) {
        List<Integer> both = new ArrayList<>(a.selected());
        both.addAll(b.selected());
        return new SelectOp(a.inChannels(), both);
    }

    /** Selections behind a convolution of one group: each takes the rows of its weight that are selected. */
    static Graph cut(Graph graph) {
        return Passes.rewrite(graph, (old, node) -> {
            if (node.op() instanceof SelectOp select && node.inputs().getFirst().op() instanceof ConvOp conv
                    && isCut(graph, old.inputs().getFirst(), conv)) {
                return new Node(node.name(), rows(conv, select), node.inputs().getFirst().inputs());
            }
            return node;
        });
    }

    /** A permutation in front of convolutions of one group: each takes the columns of its weight in another order. */
    static Graph permuteColumns(Graph graph) {
        return Passes.rewrite(graph, (old, node) -> {
            if (node.op() instanceof ConvOp conv && old.inputs().getFirst().op() instanceof SelectOp select
                    && isAbsorbed(graph, old.inputs().getFirst(), select)) {
                List<Node> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, node.inputs().getFirst().inputs().getFirst());
                return new Node(node.name(), columns(conv, select), inputs);
            }
            return node;
        });
    }

    private static boolean isCut(Graph graph, Node old, ConvOp conv) {
        List<Node> readers = graph.readers(old);
        return conv.groups() == 1 && !conv.epilogue().residual()
                && graph.outputs().stream().noneMatch(output -> output == old)
                && readers.stream().allMatch(reader -> reader.op() instanceof SelectOp)
                && readers.stream().flatMap(reader -> ((SelectOp) reader.op()).selected().stream())
                        .allMatch(new HashSet<Integer>()::add)
                && (readers.size() == 1 || conv.isPointwise() && readers.stream().allMatch(r -> r.channels() >= WIDE));
    }

    private static boolean isAbsorbed(Graph graph, Node old, SelectOp select) {
        return select.isPermutation() && graph.outputs().stream().noneMatch(output -> output == old)
                && graph.readers(old).stream().allMatch(reader -> reader.op() instanceof ConvOp conv
                        && conv.groups() == 1 && reader.inputs().lastIndexOf(old) == 0);
    }

    private static ConvOp rows(ConvOp conv, SelectOp select) {
        int count = select.selected().size();
        int perOutput = conv.perOutput();
        float[] weight = new float[count * perOutput];
        double[] scale = new double[count];
        double[] bias = new double[count];
        for (int o = 0; o < count; o++) {
            int from = select.selected().get(o);
            System.arraycopy(conv.weight(), from * perOutput, weight, o * perOutput, perOutput);
            scale[o] = conv.scale()[from];
            bias[o] = conv.bias()[from];
        }
        return new ConvOp(conv.inChannels(), count, 1, conv.window(), conv.samePadding(), weight, scale, bias,
                conv.epilogue());
    }

    private static ConvOp columns(ConvOp conv, SelectOp select) {
        int taps = conv.window().taps();
        float[] weight = new float[conv.weight().length];
        for (int o = 0; o < conv.outChannels(); o++) {
            int row = o * conv.perOutput();
            for (int i = 0; i < conv.inChannels(); i++) {
                System.arraycopy(conv.weight(), row + i * taps, weight, row + select.selected().get(i) * taps, taps);
            }
        }
        return new ConvOp(conv.inChannels(), conv.outChannels(), 1, conv.window(), conv.samePadding(), weight,
                conv.scale(), conv.bias(), conv.epilogue());
    }
}
