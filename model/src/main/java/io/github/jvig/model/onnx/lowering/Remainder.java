package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.onnx.lowering.ImportedGraph.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operators at the end of a net whose sizes depend on what is computed: a detector that keeps as many boxes as have a score. Once what is
 * before them has run, its values are constants and the sizes are known, so that these operators are imported and run like a net of their own:
 * most are folded, and the rest is compiled. What depends on the results of that is left for the next time. Any number of threads may use it.
 */
public final class Remainder {
    /** Real numbers of more elements than these are what the next part computes with, and not folded. */
    private static final int MAX_FOLDED = 1 << 14;

    private final OnnxModel model;
    private final List<OnnxNode> nodes;
    private final Map<String, OnnxTensor> known;
    private final List<Port> read;
    private final Set<String> asked;
    private final Derived derived;

    /**
     * @param model its outputs are wanted
     * @param nodes what is left of it
     * @param known constants that these read, or that are outputs
     * @param read  what has to be computed before, and outputs that are
     * @param asked names whose values nodes could not do without
     * @param derived keeps weights that were put into another order
     */
    Remainder(OnnxModel model, List<OnnxNode> nodes, Map<String, OnnxTensor> known, List<Port> read,
            Set<String> asked, Derived derived) {
        this.model = model;
        this.nodes = List.copyOf(nodes);
        this.known = Map.copyOf(known);
        this.read = List.copyOf(read);
        this.asked = Set.copyOf(asked);
        this.derived = derived;
    }

    /** {@return how many operators these are} */
    public int operators() {
        return nodes.size();
    }

    /**
     * Computes the model's outputs.
     *
     * @param runner  runs what is not folded
     * @param values  what has been computed, for each of {@link ImportedGraph#outputs()} of the graph that this is the rest of
     * @return an output each of the model's; of any size, none included
     * @throws UnsupportedOperationException when there are operators that can't be run at these sizes; it names them
     */
    public List<OnnxTensor> run(GraphRunner runner, float[][] values) {
        Map<String, OnnxTensor> all = new HashMap<>(known);
        for (int i = 0; i < values.length; i++) {
            Port port = read.get(i);
            Value.Constant constant = (Value.Constant) Calc.constant(port.kind(), port.shape(), values[i]);
            all.put(port.name(), constant.tensor());
        }
        if (nodes.isEmpty()) {
            return model.outputs().stream().map(port -> all.get(port.name())).toList();
        }
        List<OnnxModel.Port> inputs = new ArrayList<>();
        List<List<Integer>> shapes = new ArrayList<>();
        List<float[]> given = new ArrayList<>();
        for (Port port : read) {
            OnnxTensor tensor = all.get(port.name());
            if (tensor.kind() == Kind.FLOAT && tensor.elements() > MAX_FOLDED && !asked.contains(port.name())) {
                inputs.add(new OnnxModel.Port(port.name(), port.kind(), null));
                shapes.add(port.shape());
                given.add(tensor.floats());
                all.remove(port.name());
            }
        }
        try {
            ImportedGraph next = Importer.next(
                    new OnnxModel(model.source(), inputs, model.outputs(), nodes, all, Map.of()), shapes,
                    derived);
            return next.rest().orElseThrow().run(runner, computed(next, runner, given));
        } catch (OnnxException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    private static float[][] computed(ImportedGraph next, GraphRunner runner, List<float[]> given) {
        float[][] results = next.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
        if (results.length > 0) {
            runner.run(Passes.optimize(next.graph()), next.height(), next.width(), packed(given), results);
        }
        return results;
    }

    /** All inputs one behind the other; one zero where there are none. */
    private static float[] packed(List<float[]> given) {
        if (given.size() == 1) {
            return given.getFirst();
        }
        float[] packed = new float[Math.max(1, given.stream().mapToInt(values -> values.length).sum())];
        int at = 0;
        for (float[] values : given) {
            System.arraycopy(values, 0, packed, at, values.length);
            at += values.length;
        }
        return packed;
    }
}
