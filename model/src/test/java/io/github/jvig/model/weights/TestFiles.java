package io.github.jvig.model.weights;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** Where the tests find the checkpoint files. */
final class TestFiles {
    private TestFiles() {
    }

    static Path checkpoint(String name) {
        URL url = Objects.requireNonNull(TestFiles.class.getResource("/checkpoints/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
