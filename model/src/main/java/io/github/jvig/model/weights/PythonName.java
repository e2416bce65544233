package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;

/** A Python class or function that a pickle names. Only a name: nothing is looked up, made or called by it. */
record PythonName(String module, String name) {

    @Override
    public String toString() {
        return MessageText.plain(module + "." + name);
    }
}
