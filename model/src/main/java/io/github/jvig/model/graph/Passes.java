package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The passes over a graph. Each absorbs a node into one that it reads, where nothing else reads that one; values that are outputs stay.
 * Results change by rounding only.
 */
public final class Passes {
    private Passes() {
    }

    /**
     * All passes, in the order in which each finds what the one before leaves: {@link #fold}, {@link #fuseActivation},
     * {@link #cutConvolutions} and {@link #fold} for what is behind the cuts, {@link #fuseActivation}, {@link #fuseResidual}.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph optimize(Graph graph) {
        Graph cut = fold(cutConvolutions(fuseActivation(fold(graph))));
        return fuseResidual(fuseActivation(cut));
    }

    /**
     * Folds what is linear, and leaves out what moves channels for nothing: {@link #moveBeforeBlocks}, {@link #foldAffine},
     * {@link #foldShortcut}, {@link #mergeBranches}, {@link #foldAffineInFront} and {@link #rearrange}, again and again as long as nodes vanish.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph fold(Graph graph) {
        Graph before = graph;
        Graph after = foldOnce(before);
        while (after.nodes().size() < before.nodes().size()) {
            before = after;
            after = foldOnce(before);
        }
        return after;
    }

    private static Graph foldOnce(Graph graph) {
        return rearrange(foldAffineInFront(mergeBranches(foldShortcut(foldAffine(moveBeforeBlocks(graph))))));
    }

    /**
     * An affine or an activation behind channels that become blocks of pixels ({@link DepthToSpaceOp}) comes before them instead, where the
     * convolution is that it may go into: a transposed convolution is such a pair.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph moveBeforeBlocks(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if ((node.op() instanceof AffineOp || node.op() instanceof ActivateOp)
                    && node.inputs().getFirst().op() instanceof DepthToSpaceOp blocks
                    && graph.readOnce(old.inputs().getFirst())) {
                Op before = node.op() instanceof AffineOp affine ? ofBlocks(affine, blocks) : node.op();
                Node producer = node.inputs().getFirst();
                return new Node(node.name(), blocks,
                        List.of(new Node(node.name() + ":blocks", before, producer.inputs())));
            }
            return node;
        });
    }

    /** The affine with each channel's factor and summand for all pixels of a block. */
    private static AffineOp ofBlocks(AffineOp affine, DepthToSpaceOp blocks) {
        int factor = blocks.factor();
        int channels = affine.scale().length;
        double[] scale = new double[channels * factor * factor];
        double[] shift = new double[scale.length];
        for (int p = 0; p < factor * factor; p++) {
            int first = blocks.order().first(p / factor, p % factor, factor, channels);
            for (int c = 0; c < channels; c++) {
                scale[first + c * blocks.order().step(factor)] = affine.scale()[c];
                shift[first + c * blocks.order().step(factor)] = affine.shift()[c];
            }
        }
        return new AffineOp(scale, shift);
    }

    /**
     * An affine in front of convolutions goes into their weights and biases, in double and rounded once: a normalization behind a sum or a
     * concatenation. Everything that reads it must be a convolution that can take it: without padding, or the affine without a shift.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph foldAffineInFront(Graph graph) {
        return FrontAffines.fold(graph);
    }

    /**
     * Leaves out what moves channels for nothing: a slice of a slice, a slice of a concatenation that lies in one part or covers whole
     * parts, a concatenation of concatenations, of slices side by side, or of all slices of one map. A shuffle or another permutation in
     * front of convolutions goes into the order of their weights.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph rearrange(Graph graph) {
        return Rearranging.permuteColumns(Rearranging.simplify(graph));
    }

    /**
     * Cuts a convolution of one group whose channels are selected apart, by slices or other selections, into one convolution for each. Nothing
     * else may read it, and no channel may be selected twice. It may have an activation, but no residual. Where there is more than one selection,
     * only pointwise convolutions are cut, and only into wide ones.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph cutConvolutions(Graph graph) {
        return Rearranging.cut(graph);
    }

    /**
     * Sums of convolutions, affines and the input itself, all of one input, are one convolution where the taps of the others lie on taps of
     * the largest: the branches of RepVGG, MobileOne and UniRepLKNet, and a conditional positional encoding (Chu et al., arXiv 2102.10882) with
     * its shortcut. Some may be subtracted. Groups and strides must be alike. In double and rounded once.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph mergeBranches(Graph graph) {
        return ParallelBranches.merge(graph);
    }

    /**
     * An affine behind a convolution (a binary one or one by place, too) goes into its scale and bias, in double: batch normalization, layer scales, constant factors. One behind
     * another affine goes into that. Without a shift it goes into the factors of a mix with an average, too. The convolution must not have an activation or a residual.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph foldAffine(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof AffineOp affine && graph.readOnce(old.inputs().getFirst())) {
                Node producer = node.inputs().getFirst();
                return scaled(producer.op(), affine).map(op -> new Node(node.name(), op, producer.inputs()))
                        .orElse(node);
            }
            return node;
        });
    }

    /** An operation that has the affine in it, where there is one. */
    private static Optional<Op> scaled(Op op, AffineOp affine) {
        return switch (op) {
            case ConvOp conv when conv.epilogue().equals(Epilogue.NONE) ->
                Optional.of(conv.withScale(product(conv.scale(), affine.scale()), applied(affine, conv.bias())));
            case BinaryConvOp conv ->
                Optional.of(conv.withScale(product(conv.scale(), affine.scale()), applied(affine, conv.bias())));
            case LocalDepthwiseOp conv when conv.activation() == Activation.NONE ->
                Optional.of(conv.withScale(product(conv.scale(), affine.scale()), applied(affine, conv.bias())));
            case AffineOp first ->
                Optional.of(new AffineOp(product(first.scale(), affine.scale()), applied(affine, first.shift())));
            case AvgPoolBlendOp blend when Arrays.stream(affine.shift()).allMatch(shift -> shift == 0) ->
                Optional.of(new AvgPoolBlendOp(blend.kernel(), product(blend.poolScale(), affine.scale()),
                        product(blend.selfScale(), affine.scale())));
            default -> Optional.empty();
        };
    }

    private static double[] applied(AffineOp affine, double[] x) {
        double[] result = product(x, affine.scale());
        Arrays.setAll(result, i -> result[i] + affine.shift()[i]);
        return result;
    }

    private static double[] product(double[] a, double[] b) {
        double[] result = new double[a.length];
        Arrays.setAll(result, i -> a[i] * b[i]);
        return result;
    }

    /**
     * The sum of x and a mix of x with its average is a mix with one more of x: a pooling token mixer and its shortcut.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph foldShortcut(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof BinaryOp binary && binary.isSum()) {
                for (int side = 0; side < 2; side++) {
                    Node producer = node.inputs().get(side);
                    if (producer.op() instanceof AvgPoolBlendOp blend && graph.readOnce(old.inputs().get(side))
                            && producer.inputs().getFirst() == node.inputs().get(1 - side)) {
                        double[] self = Arrays.stream(blend.selfScale()).map(factor -> factor + 1).toArray();
                        return new Node(node.name(), new AvgPoolBlendOp(blend.kernel(), blend.poolScale(), self),
                                producer.inputs());
                    }
                }
            }
            return node;
        });
    }

    /**
     * An activation behind a convolution, one by place included, behind two maps' sum or product, behind a concatenation or a pool, goes into
     * its epilogue.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph fuseActivation(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof ActivateOp activate && graph.readOnce(old.inputs().getFirst())) {
                Node producer = node.inputs().getFirst();
                return activated(producer.op(), activate.activation())
                        .map(op -> new Node(node.name(), op, producer.inputs())).orElse(node);
            }
            return node;
        });
    }

    /** An operation that has the activation in it, where there is one. */
    private static Optional<Op> activated(Op op, Activation activation) {
        return switch (op) {
            case ConvOp conv when conv.epilogue().activation() == Activation.NONE ->
                Optional.of(conv.withEpilogue(conv.epilogue().then(activation)));
            case BinaryOp binary when binary.activation() == Activation.NONE ->
                Optional.of(binary.withActivation(activation));
            case LocalDepthwiseOp conv when conv.activation() == Activation.NONE ->
                Optional.of(conv.withActivation(activation));
            case Pool2dOp pool when pool.activation() == Activation.NONE ->
                Optional.of(pool.withActivation(activation));
            case ConcatOp concat when concat.isPlain() -> Optional.of(new ConcatOp(concat.arity(), activation));
            default -> Optional.empty();
        };
    }

    /**
     * The other side of a sum with a convolution becomes that convolution's residual; an activation that the sum ends with becomes the
     * convolution's, if it has none.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph fuseResidual(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof BinaryOp binary && binary.withActivation(Activation.NONE).isSum()) {
                for (int side = 0; side < 2; side++) {
                    Node producer = node.inputs().get(side);
                    if (producer.op() instanceof ConvOp conv && takesResidual(conv.epilogue(), binary.activation())
                            && graph.readOnce(old.inputs().get(side))) {
                        Epilogue sum = conv.epilogue().plusResidual();
                        Epilogue whole = binary.activation() == Activation.NONE ? sum : sum.then(binary.activation());
                        return new Node(node.name(), conv.withEpilogue(whole),
                                List.of(producer.inputs().getFirst(), node.inputs().get(1 - side)));
                    }
                }
            }
            return node;
        });
    }

    private static boolean takesResidual(Epilogue epilogue, Activation last) {
        return !epilogue.residual() && (last == Activation.NONE || epilogue.activation() == Activation.NONE);
    }

    /**
     * The product of a map and a gate goes into the 1x1 convolution behind it ({@link GatedConvOp}), where nothing else reads it. Not one of
     * {@link #optimize}'s passes: whether it pays depends on the sizes of maps, which a device knows.
     *
     * @param graph the graph, which is left as it is
     * @param pays  whether to do it, for a convolution's node in the graph
     * @return a new graph, without features
     */
    public static Graph fuseGates(Graph graph, Predicate<Node> pays) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof ConvOp conv && conv.isPointwise()
                    && node.inputs().getFirst().op().equals(GatedConvOp.product())
                    && graph.readOnce(old.inputs().getFirst()) && pays.test(old)) {
                List<Node> inputs = new ArrayList<>(node.inputs().getFirst().inputs());
                inputs.addAll(node.inputs().subList(1, node.inputs().size()));
                return new Node(node.name(), new GatedConvOp(conv), inputs);
            }
            return node;
        });
    }

    /**
     * Undoes {@link #fuseGates}. The product is called like the convolution, with a suffix.
     *
     * @param graph the graph, which is left as it is
     * @return a new graph, without features
     */
    public static Graph splitGates(Graph graph) {
        return rewrite(graph, (old, node) -> {
            if (node.op() instanceof GatedConvOp gated) {
                List<Node> inputs = new ArrayList<>(node.inputs().subList(2, node.inputs().size()));
                inputs.addFirst(new Node(node.name() + ":gated", GatedConvOp.product(), node.inputs().subList(0, 2)));
                return new Node(node.name(), gated.conv(), inputs);
            }
            return node;
        });
    }

    /**
     * Leaves out nodes that give their first input as it is; one that is an output stays. Not one of {@link #optimize}'s passes: what changes
     * nothing at one size may be needed at another.
     *
     * @param graph the graph, which is left as it is
     * @param idle  whether a node of the graph changes nothing
     * @return a new graph, without features
     */
    public static Graph leaveOut(Graph graph, Predicate<Node> idle) {
        return rewrite(graph, (old, node) -> graph.outputs().stream().noneMatch(output -> output == old)
                && idle.test(old) ? node.inputs().getFirst() : node);
    }

    /** Sees each node, its inputs already rewritten, beside the node that it was. */
    interface Rule {
        Node apply(Node old, Node node);
    }

    static Graph rewrite(Graph graph, Rule rule) {
        Map<Node, Node> done = new IdentityHashMap<>();
        UnaryOperator<Node> rewritten = done::get;
        for (Node old : graph.nodes()) {
            List<Node> inputs = old.inputs().stream().map(rewritten).toList();
            Node same = inputs.equals(old.inputs()) ? old : new Node(old.name(), old.op(), inputs);
            done.put(old, rule.apply(old, same));
        }
        return new Graph(graph.outputs().stream().map(rewritten).toList());
    }
}
