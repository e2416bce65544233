package io.github.jvig.model.weights;

/** A Python class or function that a pickle names. Only a name: nothing is looked up, made or called by it. */
record Global(String module, String name) {

    @Override
    public String toString() {
        return Text.plain(module + "." + name);
    }
}
