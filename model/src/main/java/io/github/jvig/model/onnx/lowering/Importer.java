package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.onnx.lowering.ImportedGraph.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes graphs of an ONNX model. */
public final class Importer {
    private Importer() {
    }

    /**
     * Shapes of the model's inputs once the sizes that the file leaves free are chosen. What is asked for an input comes first. Then the
     * first free axis of an input of two axes or more is its batch: 1. Of an image {@code [N, C, H, W]} or {@code [N, H, W, C]}, or a video
     * of five axes with height and width in the same places, free rows and columns are as asked. Free axes of one name are of one size. A
     * size that the file fixes stays.
     *
     * @param model  what the file holds
     * @param wanted shapes by names of inputs, -1 for a size that is chosen as above; may be empty
     * @param height rows of images; 0 for none
     * @param width  columns of images; 0 for none
     * @return the shapes, in the order of the model's inputs
     * @throws IllegalArgumentException that names the input and the axis that contradicts the file or has no size
     */
    public static List<List<Integer>> shapes(OnnxModel model, Map<String, List<Integer>> wanted, int height,
            int width) {
        return InputShapes.choose(model, wanted, height, width);
    }

    /**
     * The model at fixed sizes.
     *
     * @param model  what the file holds
     * @param shapes of the model's inputs, in its order
     * @return the graph with its inputs and outputs
     * @throws OnnxException that names the operators that can't be run
     */
    public static ImportedGraph at(OnnxModel model, List<List<Integer>> shapes) throws OnnxException {
        Lowering lowering = new Lowering();
        List<Port> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            inputs.add(new Port(model.inputs().get(i).name(), model.inputs().get(i).kind(), shapes.get(i)));
        }
        MapLayout layout = inputs(lowering, inputs);
        model.constants().forEach((name, tensor) -> lowering.put(name, new Value.Constant(tensor)));
        List<String> refused = new ArrayList<>();
        for (OnnxNode node : model.nodes()) {
            try {
                Operators.lower(lowering, node);
            } catch (IllegalArgumentException | UnsupportedOperationException e) {
                throw new OnnxException(model.source() + ": " + node + ": " + e.getMessage(), e);
            }
        }
        List<Port> outputs = new ArrayList<>();
        List<Node> results = new ArrayList<>();
        for (OnnxModel.Port port : model.outputs()) {
            Value value = lowering.value(port.name());
            View view = (View) value; // TODO by the owner of constants: a constant output.
            outputs.add(new Port(port.name(), view.kind(), view.shape()));
            results.add(view.isWholeMap() ? view.node() : lowering.asTensor("output " + port.name(), view));
        }
        return new ImportedGraph(new Graph(results), layout.height(), layout.width(), inputs, outputs);
    }

    /** The graph's input, and the model's as views of it. */
    private static MapLayout inputs(Lowering lowering, List<Port> inputs) {
        Port first = inputs.getFirst();
        if (inputs.size() == 1 && first.kind() == Kind.FLOAT && first.shape().size() == 4
                && first.shape().getFirst() == 1) {
            MapLayout map = MapLayout.of(first.shape().get(2), first.shape().get(3), first.shape().get(1));
            lowering.put(first.name(), View.map(lowering.inputNode(map), map));
            return map;
        }
        int elements = inputs.stream().mapToInt(Port::elements).reduce(0, Math::addExact);
        MapLayout packed = MapLayout.of(1, 1, elements);
        Node node = lowering.inputNode(packed);
        int offset = 0;
        for (Port port : inputs) {
            View view = View.tensor(port.kind(), node, port.shape());
            lowering.put(port.name(), new View(port.kind(), node, packed, offset, view.axes()));
            offset += port.elements();
        }
        return packed;
    }
}
