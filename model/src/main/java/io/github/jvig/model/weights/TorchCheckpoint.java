package io.github.jvig.model.weights;

/** The common part of PyTorch's two containers: a pickled object in which the state dict is looked for. */
abstract class TorchCheckpoint extends Checkpoint {

    TorchCheckpoint(String source, long fileSize) {
        super(source, fileSize);
    }

    /** The pickled object. */
    abstract Object root();

    @Override
    final StateDictFinder.Found select(StateDict which) throws WeightsException {
        PickleDict top = StateDictFinder.top(root());
        if (root() instanceof IgnoredObject object && object.isModule()) {
            throw new WeightsException(
                    source() + ": holds " + PickleKind.of(object) + ", not its state dict; in Python,"
                            + " if you trust the file: torch.save(torch.load(f, weights_only=False).state_dict(), g)");
        }
        if (top == null) {
            throw new WeightsException(
                    source() + ": holds " + PickleKind.of(root())
                            + ", not a state dict; save model.state_dict() instead");
        }
        return new StateDictFinder(source(), top).find(which);
    }
}
