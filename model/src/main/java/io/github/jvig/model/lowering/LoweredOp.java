package io.github.jvig.model.lowering;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.graph.ResizeOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node of the graph at one size: what a kernel has to compute. Every device starts from here. It holds no weights besides the node's
 * own, so it is cheap to make.
 *
 * @param node the node
 * @param spec what a kernel has to compute for it
 */
public record LoweredOp(Node node, Spec spec) {

    /**
     * What each node but the input computes at a size. The node's inputs are the spec's, in the same order.
     *
     * @param graph  the graph
     * @param height rows of the image
     * @param width  columns of the image
     * @return the operations, in the graph's order
     * @throws IllegalArgumentException      when the graph can't take an input of this size; the message names the node
     * @throws UnsupportedOperationException when there is no kernel for a node
     */
    public static List<LoweredOp> of(Graph graph, int height, int width) {
        Map<Node, MapLayout> shapes = new IdentityHashMap<>();
        List<LoweredOp> ops = new ArrayList<>();
        for (Node node : graph.nodes()) {
            try {
                if (node.op() instanceof InputOp) {
                    shapes.put(node, input(graph, height, width));
                } else {
                    LoweredOp op = of(node, node.inputs().stream().map(shapes::get).toList());
                    shapes.put(node, op.spec().out());
                    ops.add(op);
                }
            } catch (IllegalArgumentException e) {
                throw sizeRefused(height, width, node.name() + ": " + e.getMessage(), e);
            }
        }
        return ops;
    }

    /**
     * The graph at a size, without resizes and pools to the size that a map has already. A device takes it before it lowers the graph; one that
     * does not copies these maps for nothing.
     *
     * @param graph  the graph, which is left as it is
     * @param height rows of the image
     * @param width  columns of the image
     * @return the graph itself where there are none; else a new one, without features
     * @throws IllegalArgumentException      as {@link #of(Graph, int, int)}
     * @throws UnsupportedOperationException as {@link #of(Graph, int, int)}
     */
    public static Graph withoutIdleResizes(Graph graph, int height, int width) {
        // Most nets have none, and some graphs are lowered for each run.
        if (graph.nodes().stream().noneMatch(
                node -> node.op() instanceof ResizeOp || node.op() instanceof AdaptiveAveragePoolOp)) {
            return graph;
        }
        Set<Node> idle = Collections.newSetFromMap(new IdentityHashMap<>());
        of(graph, height, width).stream().filter(op -> switch (op.spec()) {
            case Resize resize -> resize.isIdle();
            case AdaptiveAveragePool pool -> pool.isIdle();
            default -> false;
        }).forEach(op -> idle.add(op.node()));
        return idle.isEmpty() ? graph : Passes.leaveOut(graph, idle::contains);
    }

    /**
     * The layout of the image: unpadded where everything that reads it takes it so, and it is no output.
     *
     * @param graph  the graph
     * @param height rows of the image
     * @param width  columns of the image
     * @return layout of the graph's input
     * @throws IllegalArgumentException when a side is below 1 or the map is longer than {@link MapLayout#MAX_LENGTH}
     */
    public static MapLayout input(Graph graph, int height, int width) {
        Node input = graph.input();
        boolean unpadded = graph.nodes().stream().filter(n -> n.inputs().contains(input))
                .allMatch(n -> n.op().takesUnpadded());
        return unpadded && graph.outputs().stream().noneMatch(n -> n == input)
                ? MapLayout.unpadded(height, width, input.channels())
                : MapLayout.of(height, width, input.channels());
    }

    /**
     * What a device throws when it can't run an input of this size.
     *
     * @param height rows of the image
     * @param width  columns of the image
     * @param why    the reason, for the message
     * @param cause  the failure that it comes from, or null
     * @return an exception to throw
     */
    public static IllegalArgumentException sizeRefused(int height, int width, String why, Throwable cause) {
        return new IllegalArgumentException("an input of " + height + "x" + width + " can't be run: " + why, cause);
    }

    /**
     * A node on maps of these shapes. Each one is compared with what the spec reads.
     *
     * @param node   the node, not the input
     * @param inputs layouts of the node's inputs, in its order
     * @return the node with its spec
     * @throws IllegalArgumentException      when the node can't take these shapes; the message does not name the node
     * @throws UnsupportedOperationException when there is no kernel for the node
     */
    public static LoweredOp of(Node node, List<MapLayout> inputs) {
        Spec spec = node.op().spec(inputs);
        List<MapLayout> expected = spec.inputs();
        if (expected.size() != inputs.size()) {
            throw new IllegalArgumentException("has " + inputs.size() + " inputs where its spec (" + spec + ") reads "
                    + expected.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (!expected.get(i).equals(inputs.get(i))) {
                throw new IllegalArgumentException("input " + (i + 1) + ", " + node.inputs().get(i).name() + ", is "
                        + inputs.get(i) + " where " + expected.get(i) + " is needed");
            }
        }
        return new LoweredOp(node, spec);
    }

    /**
     * The node's weights.
     *
     * @return in the spec's order; null where the operation has none. The array must not be changed
     * @throws IllegalArgumentException that names the node when finite weights and the factors that were folded into them together pass
     *                                  float32
     */
    public float[] weights() {
        return Node.named(node.name(), "weights", () -> node.op().weights(spec));
    }

    /**
     * The node's biases.
     *
     * @return null for zeros, or where the operation has none. The array must not be changed
     * @throws IllegalArgumentException as {@link #weights}
     */
    public float[] biases() {
        return Node.named(node.name(), "biases", node.op()::biases);
    }
}
