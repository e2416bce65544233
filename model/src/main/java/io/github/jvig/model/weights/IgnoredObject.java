package io.github.jvig.model.weights;

/**
 * Stands for a Python object that is made by a name which is not looked up: the {@code argparse.Namespace} of a training run, an optimizer,
 * a whole module. What the pickle would put into it is ignored, with two exceptions: entries that are set as those of a dict, since the
 * class may be a subclass of dict; and whether its state is that of a {@code torch.nn.Module}, for messages.
 */
final class IgnoredObject {
    private final PythonName type;
    private PickleDict entries;
    private boolean module;

    IgnoredObject(PythonName type) {
        this.type = type;
    }

    /** The class, for messages. */
    PythonName type() {
        return type;
    }

    /** What was set as in a dict; null if nothing was. */
    PickleDict entries() {
        return entries;
    }

    PickleDict makeEntries() {
        if (entries == null) {
            entries = new PickleDict();
        }
        return entries;
    }

    /** Takes note of a state: that of a module has its parameters and its parts under these names. */
    void setState(Object state) {
        module |= state instanceof PickleDict dict && dict.has("_parameters") && dict.has("_modules");
    }

    /** Whether it is a {@code torch.nn.Module} with all that is in it. */
    boolean isModule() {
        return module;
    }
}
