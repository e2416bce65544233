package io.github.jvig.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** The common part of PyTorch's two containers: a pickled object in which the state dict is looked for. */
abstract class TorchCheckpoint extends Checkpoint {

    TorchCheckpoint(String source, long fileSize) {
        super(source, fileSize);
    }

    /** The pickled object. */
    abstract Object root();

    @Override
    final Map<String, TensorRef> tensors(StateDict which) throws WeightsException {
        Map<String, TensorRef> tensors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : choose(which).entrySet()) {
            if (entry.getValue() instanceof TensorRef tensor) {
                if (!(entry.getKey() instanceof String name)) {
                    throw new WeightsException(source() + ": has a tensor under " + PickleKind.of(entry.getKey())
                            + " where its name should be");
                }
                tensors.put(name, tensor);
            }
        }
        if (tensors.isEmpty()) {
            throw new WeightsException(source() + ": its state dict holds no tensors");
        }
        return tensors;
    }

    private Map<?, ?> choose(StateDict which) throws WeightsException {
        if (!(root() instanceof Map<?, ?> top)) {
            throw new WeightsException(
                    source() + ": holds " + PickleKind.of(root())
                            + ", not a state dict; save model.state_dict() instead");
        }
        for (String key : which.keys()) {
            if (top.get(key) instanceof Map<?, ?> dict) {
                return dict;
            }
        }
        if (which == StateDict.MODEL && top.values().stream().anyMatch(TensorRef.class::isInstance)) {
            return top;
        }
        throw new WeightsException(source() + ": holds no state dict under " + String.join(", ", which.keys())
                + (which == StateDict.MODEL ? ", nor tensors at its top" : ""));
    }
}
