package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.hub.HubFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Finds on the driver what the params {@code model} and {@code weights} name: files of the driver's machine or of any file system that
 * Hadoop knows, and files on Hugging Face.
 *
 * @param model   the name of a net, or an ONNX file
 * @param weights a checkpoint; empty for an ONNX file, and for the net with built-in weights
 */
record ModelSource(String model, Optional<String> weights) {
    /** Whether a model is named by a file, and not a net by its name. */
    boolean isFile() {
        return model.endsWith(ModelBytes.ONNX) || HubFile.isHubFile(model);
    }

    /**
     * Reads the model and tries it, so that what is wrong with it shows before any task runs.
     *
     * @param check refuses what can't be done with the model
     * @throws IllegalArgumentException with the reason in one line
     */
    ModelBytes read(Configuration hadoop, Consumer<Model> check) {
        if (isFile() && weights.isPresent()) {
            throw new IllegalArgumentException(
                    "weights go with a net by its name; " + model + " holds its own weights");
        }
        try {
            ModelBytes bytes = isFile() ? onnx(hadoop) : net(hadoop);
            check.accept(bytes.load());
            return bytes;
        } catch (IOException e) {
            throw new IllegalArgumentException(FileErrors.reason(e), e);
        }
    }

    private ModelBytes onnx(Configuration hadoop) throws IOException {
        try (LocalCopy file = LocalCopy.of(model, hadoop)) {
            return ModelBytes.ofOnnx(file.path());
        }
    }

    private ModelBytes net(Configuration hadoop) throws IOException {
        Models.info(model);
        if (weights.isEmpty()) {
            if (!model.equals(Models.DIGITS)) {
                throw new IllegalArgumentException("the model " + model + " needs weights: set the param weights");
            }
            return ModelBytes.builtIn(model);
        }
        try (LocalCopy file = LocalCopy.of(weights.get(), hadoop)) {
            return ModelBytes.ofWeights(model, file.path());
        }
    }

    /** A file on this machine; one that was copied here is deleted again. */
    private record LocalCopy(Path path, Optional<Path> temporary) implements AutoCloseable {
        static LocalCopy of(String location, Configuration hadoop) throws IOException {
            if (HubFile.isHubFile(location)) {
                return new LocalCopy(HubFile.parse(location).fetch((_, _) -> {}), Optional.empty());
            }
            Path local = local(location);
            if (local != null && Files.exists(local)) {
                return new LocalCopy(local, Optional.empty());
            }
            org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(location);
            FileSystem files = remote.getFileSystem(hadoop);
            if (!files.exists(remote)) {
                throw new IOException(location + ": no such file");
            }
            Path folder = Files.createTempDirectory("jvig-copy-");
            Path copy = folder.resolve(remote.getName());
            LocalCopy result = new LocalCopy(copy, Optional.of(folder));
            boolean copied = false;
            try {
                files.copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(copy.toUri()), true);
                copied = true;
                return result;
            } finally {
                if (!copied) {
                    result.close();
                }
            }
        }

        /** The path that a location without a scheme, or with that of files, means on this machine; else null. */
        private static Path local(String location) {
            try {
                URI uri = new URI(location);
                if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
                    return null;
                }
                return uri.getScheme() == null ? Path.of(location) : Path.of(uri.getPath());
            } catch (URISyntaxException e) {
                return Path.of(location);
            }
        }

        @Override
        public void close() throws IOException {
            if (temporary.isPresent()) {
                org.apache.hadoop.fs.FileUtil.fullyDelete(temporary.get().toFile());
            }
        }
    }
}
