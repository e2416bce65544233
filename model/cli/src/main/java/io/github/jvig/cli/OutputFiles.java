package io.github.jvig.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some {@link OutputFile}s that all appear when all is well, or none. */
final class OutputFiles implements Closeable {
    private final List<OutputFile> files = new ArrayList<>();

    /** @throws IOException that says why it can't be written */
    void add(Path path) throws IOException {
        files.add(new OutputFile(path));
    }

    List<SeekableByteChannel> channels() {
        return files.stream().map(OutputFile::channel).toList();
    }

    /** Puts the files in their places. */
    void commit() throws IOException {
        for (OutputFile file : files) {
            file.commit();
        }
    }

    @Override
    public void close() throws IOException {
        for (OutputFile file : files) {
            file.close();
        }
    }
}
