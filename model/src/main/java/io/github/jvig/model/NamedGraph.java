package io.github.jvig.model;

import io.github.jvig.model.graph.Graph;
import java.util.List;
import java.util.Optional;

/** The graph of a named net. */
record NamedGraph(ModelInfo info, Graph graph) implements GraphSource {
    /** Name of the input, as in an exported file. */
    static final String INPUT = "input";
    /** Name of the output, as in an exported file. */
    static final String OUTPUT = "logits";

    @Override
    public Sized at(SessionOptions options) {
        if (!options.inputs().isEmpty()) {
            throw new IllegalArgumentException("the net " + info.name()
                    + " takes an image; set its size with size(height, width), not the shape of an input");
        }
        int size = info.preprocessing().size();
        return new Sized(options.features() ? graph.withFeatures() : graph, options.height().orElse(size),
                options.width().orElse(size), List.of(), List.of(), Optional.empty());
    }

    @Override
    public List<String> inputNames() {
        return List.of(INPUT);
    }

    @Override
    public List<Integer> strides() {
        return graph.features().stream().map(graph::stride).toList();
    }

    @Override
    public boolean givesProbabilities() {
        return false;
    }

    @Override
    public int classes(List<TensorInfo> outputs) {
        return info.net().classes();
    }

    @Override
    public ModelInfo compiled(ModelInfo described, int classes) {
        return described;
    }
}
