package io.github.jvig.model.graph;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sums of branches that read one input: convolutions, affines and the input itself. Those whose taps lie on taps of the largest
 * convolution go into its weights: structural re-parameterization (Ding et al., arXiv 2101.03697), with dilated branches, too
 * (Ding et al., arXiv 2311.15599).
 */
final class ParallelBranches {
    private static final Window.Axis ONE_TAP = Window.same(1).rows();

    /** Sums, in the order in which they are found. */
    private final List<Node> sums = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();
    private final Graph graph;

    private ParallelBranches(Graph graph) {
        this.graph = graph;
    }

    /**
     * A summand.
     *
     * @param node     its node, of which the inputs are rewritten
     * @param absorbed whether nothing else reads it
     * @param sign     1, or -1 when it is subtracted
     */
    private record Branch(Node node, boolean absorbed, int sign) {
        /** What it is a linear function of. */
        Node source() {
            return isConvolution() || isAffine() ? node.inputs().getFirst() : node;
        }

        boolean isConvolution() {
            return absorbed && node.op() instanceof ConvOp conv && conv.epilogue().equals(Epilogue.NONE);
        }

        boolean isAffine() {
            return absorbed && node.op() instanceof AffineOp;
        }
    }

    static Graph merge(Graph graph) {
        return Passes.rewrite(graph,
                (old, node) -> isSum(node) && !isInner(graph, old)
                        ? new ParallelBranches(graph).merged(old, node)
                        : node);
    }

    private static boolean isSum(Node node) {
        return node.op() instanceof BinaryOp binary
                && (binary.isSum() || binary.equals(difference()));
    }

    private static BinaryOp difference() {
        return new BinaryOp(Binary.Operator.SUBTRACT, Binary.Broadcast.NONE, BinaryOp.sum().activation());
    }

    /** Whether the sum is a part of another one, with which it is looked at. */
    private static boolean isInner(Graph graph, Node sum) {
        return graph.readOnce(sum) && isSum(graph.readers(sum).getFirst());
    }

    private void collect(Node old, Node node, int sign) {
        sums.add(node);
        for (int side = 0; side < 2; side++) {
            Node input = old.inputs().get(side);
            int inputSign = side == 1 && !((BinaryOp) node.op()).isSum() ? -sign : sign;
            if (isSum(input) && graph.readOnce(input)) {
                collect(input, node.inputs().get(side), inputSign);
            } else {
                branches.add(new Branch(node.inputs().get(side), graph.readOnce(input), inputSign));
            }
        }
    }

    private Node merged(Node old, Node node) {
        collect(old, node, 1);
        List<Branch> hosts = branches.stream().filter(Branch::isConvolution)
                .sorted(Comparator.comparingInt((Branch b) -> -((ConvOp) b.node().op()).window().taps())).toList();
        int before = branches.size();
        for (Branch host : hosts) {
            List<Branch> guests = branches.stream().filter(b -> b != host && fits(host, b)).toList();
            if (!guests.isEmpty() && branches.contains(host)) {
                branches.set(branches.indexOf(host), joined(host, guests));
                branches.removeAll(guests);
            }
        }
        return branches.size() == before ? node : sum(node);
    }

    private static boolean fits(Branch host, Branch guest) {
        ConvOp conv = (ConvOp) host.node().op();
        if (guest.source() != host.source()) {
            return false;
        }
        if (guest.isConvolution()) {
            ConvOp other = (ConvOp) guest.node().op();
            boolean alike = other.window().equals(conv.window()) && other.samePadding() == conv.samePadding();
            return other.groups() == conv.groups() && (alike || isPlaced(conv) && isPlaced(other)
                    && fits(placed(conv).rows(), placed(other).rows())
                    && fits(placed(conv).columns(), placed(other).columns()));
        }
        return conv.inChannels() == conv.outChannels() && isPlaced(conv) && fits(placed(conv).rows(), ONE_TAP)
                && fits(placed(conv).columns(), ONE_TAP);
    }

    /** Whether its padding is the same for every size of the input. */
    private static boolean isPlaced(ConvOp conv) {
        return !conv.samePadding() || isPlaced(conv.window().rows()) && isPlaced(conv.window().columns());
    }

    private static boolean isPlaced(Window.Axis axis) {
        return axis.stride() == 1 || axis.kernel() == 1;
    }

    private static Window placed(ConvOp conv) {
        return conv.windowFor(MapLayout.of(1, 1, conv.inChannels()));
    }

    /**
     * Whether each tap of a small axis lies on a tap of a large one, for every output, and both have as many outputs for every size of the
     * input: these follow from what lies behind the last tap.
     */
    private static boolean fits(Window.Axis large, Window.Axis small) {
        int lead = large.padBefore() - small.padBefore();
        int behind = large.extent() - large.padBefore() - (small.extent() - small.padBefore());
        return large.stride() == small.stride() && lead >= 0 && behind >= 0
                && large.padAfter() - small.padAfter() == behind && lead % large.dilation() == 0
                && (small.kernel() == 1 || small.dilation() % large.dilation() == 0);
    }

    private static Branch joined(Branch host, List<Branch> guests) {
        ConvOp conv = (ConvOp) host.node().op();
        double[] weight = new double[conv.weight().length];
        double[] bias = new double[conv.outChannels()];
        add(conv, conv, host.sign(), weight, bias);
        for (Branch guest : guests) {
            switch (guest.node().op()) {
                case ConvOp other when guest.isConvolution() -> add(conv, other, guest.sign(), weight, bias);
                case AffineOp affine when guest.isAffine() ->
                    add(conv, affine.scale(), affine.shift(), guest.sign(), weight, bias);
                default -> add(conv, Channels.filled(bias.length, 1), new double[bias.length], guest.sign(), weight,
                        bias);
            }
        }
        Node node = new Node(host.node().name(),
                conv.withWeight(Node.named(host.node().name(), "weights", () -> Channels.floats(weight)), bias),
                host.node().inputs());
        return new Branch(node, true, 1);
    }

    private static void add(ConvOp host, ConvOp guest, int sign, double[] weight, double[] bias) {
        boolean alike = guest.window().equals(host.window());
        Window large = alike ? host.window() : placed(host);
        Window small = alike ? guest.window() : placed(guest);
        int taps = small.taps();
        int[] places = new int[taps];
        for (int t = 0; t < taps; t++) {
            int y = tap(large.rows(), small.rows(), t / small.columns().kernel());
            int x = tap(large.columns(), small.columns(), t % small.columns().kernel());
            places[t] = y * large.columns().kernel() + x;
        }
        // Without divisions for each weight: there are millions.
        int perOutput = guest.perOutput();
        int to = 0;
        for (int first = 0; first < guest.weight().length; first += perOutput) {
            double scale = guest.scale()[first / perOutput];
            for (int i = first; i < first + perOutput; i += taps) {
                for (int t = 0; t < taps; t++) {
                    weight[to + places[t]] += sign * (guest.weight()[i + t] * scale);
                }
                to += large.taps();
            }
        }
        for (int o = 0; o < bias.length; o++) {
            bias[o] += sign * guest.bias()[o];
        }
    }

    /** A factor and a summand for each channel, which is a convolution with one tap on the pixel itself. */
    private static void add(ConvOp host, double[] scale, double[] shift, int sign, double[] weight, double[] bias) {
        Window window = placed(host);
        int perGroup = host.inChannels() / host.groups();
        int tap = tap(window.rows(), ONE_TAP, 0) * window.columns().kernel() + tap(window.columns(), ONE_TAP, 0);
        for (int c = 0; c < bias.length; c++) {
            weight[(c * perGroup + c % perGroup) * window.taps() + tap] += sign * scale[c];
            bias[c] += sign * shift[c];
        }
    }

    /** The tap of a large axis on which a tap of a small one lies. */
    private static int tap(Window.Axis large, Window.Axis small, int tap) {
        return (large.padBefore() - small.padBefore() + tap * small.dilation()) / large.dilation();
    }

    /** What is left, summed in the same order, but what is subtracted last. */
    private Node sum(Node root) {
        List<Branch> ordered = branches.stream().sorted(Comparator.comparingInt((Branch b) -> -b.sign())).toList();
        Node sum = ordered.getFirst().node();
        if (ordered.size() == 1) {
            return new Node(root.name(), sum.op(), sum.inputs());
        }
        for (int i = 1; i < ordered.size(); i++) {
            String name = i == ordered.size() - 1 ? root.name() : sums.get(i).name();
            sum = new Node(name, ordered.get(i).sign() > 0 ? BinaryOp.sum() : difference(),
                    List.of(sum, ordered.get(i).node()));
        }
        return sum;
    }
}
