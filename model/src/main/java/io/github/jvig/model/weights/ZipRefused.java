package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;

/** Says what is wrong with a zip, as the end of a sentence that starts with the file. */
final class ZipRefused extends IOException {
    private static final long serialVersionUID = 1;

    ZipRefused(String what) {
        super(what);
    }

    ZipRefused(ZipDirectory.Entry entry, String what) {
        super("the entry " + MessageText.quote(entry.name()) + " " + what);
    }
}
