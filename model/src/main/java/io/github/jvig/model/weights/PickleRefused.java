package io.github.jvig.model.weights;

import java.io.IOException;

/** Says what is wrong with a pickle, as the end of a sentence that starts with the file and the pickle's place in it. */
final class PickleRefused extends IOException {
    private static final long serialVersionUID = 1;

    PickleRefused(String what) {
        super(what);
    }
}
