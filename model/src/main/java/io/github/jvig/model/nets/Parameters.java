package io.github.jvig.model.nets;

import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Where a net gets its tensors while it is built. */
public interface Parameters {
    /** The tensor of this name, in C order, of exactly this shape and finite throughout. */
    float[] floats(String name, int... shape) throws WeightsException;

    /** What the tensors come from, for messages. */
    String source();

    /**
     * Builds a net from a checkpoint, strictly: every tensor that the net needs is there, and the net needs every tensor that is there.
     *
     * @throws WeightsException that names the first tensor at fault
     */
    static Graph build(Net net, Weights weights) throws WeightsException {
        Set<String> used = new HashSet<>();
        Graph graph = net.build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) throws WeightsException {
                used.add(name);
                return weights.floats(name, shape);
            }

            @Override
            public String source() {
                return weights.source();
            }
        });
        List<String> extra = weights.names().stream().filter(name -> !used.contains(name)).toList();
        if (!extra.isEmpty()) {
            throw new WeightsException(weights.source() + ": tensor '" + extra.getFirst() + "'"
                    + (extra.size() > 1 ? " and " + (extra.size() - 1) + " more have" : " has")
                    + " no place in the net");
        }
        return graph;
    }

    /** Values for a net without a checkpoint, such that activations keep their size from layer to layer. */
    static Parameters random(long seed) {
        return new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                long length = 1;
                for (int size : shape) {
                    length *= size;
                }
                SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
                float[] values = new float[Math.toIntExact(length)];
                double spread = shape.length == 4 ? Math.sqrt(3.0 * shape[0] / length) : 0.1;
                double center = shape.length == 1 && (name.endsWith("weight") || name.endsWith("var")) ? 1 : 0;
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (center + random.nextDouble(-spread, spread));
                }
                return values;
            }

            @Override
            public String source() {
                return "random weights";
            }
        };
    }
}
