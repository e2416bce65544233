package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.onnx.file.OnnxBundle;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * A model as it travels to executors: a net's name with its weights as safetensors, or an ONNX file. Checkpoints of other kinds are read on
 * the driver alone, so that executors need none of their shards, and the bytes hold nothing but tensors. An ONNX file whose tensors lie in
 * other files becomes one file.
 *
 * @param name   of the net, or of the ONNX file
 * @param isOnnx whether the bytes are an ONNX file
 * @param bytes  the content; empty for the net whose weights are built in
 * @param hash   SHA-256 of kind, name and bytes, in hexadecimal digits
 * @param remark on what was taken of a checkpoint, where a user may want to know; else empty
 */
@SuppressWarnings("serial") // A record has no version.
record ModelBytes(String name, boolean isOnnx, byte[] bytes, String hash, String remark) implements Serializable {
    static final String ONNX = ".onnx";
    private static final String FOLDER = "jvig-model-";

    static ModelBytes builtIn(String name) {
        return of(name, false, new byte[0], "");
    }

    /** The weights of a net, read and written anew. */
    static ModelBytes ofWeights(String name, Path checkpoint, StateDict which) throws IOException {
        Weights weights = Weights.load(checkpoint, which);
        return inTemporaryFolder(folder -> {
            Path file = folder.resolve("weights.safetensors");
            Safetensors.write(file, weights);
            return of(name, false, bytes(file, checkpoint), weights.remark());
        });
    }

    /** An ONNX file, with the data that it has in other files. */
    static ModelBytes ofOnnx(Path file) throws IOException {
        return of(file.getFileName().toString(), true, OnnxBundle.whole(file), "");
    }

    private static byte[] bytes(Path file, Path shown) throws IOException {
        if (Files.size(file) > Integer.MAX_VALUE - 8) {
            throw new IOException(shown + ": the model has " + Files.size(file)
                    + " bytes, more than can be sent to executors (2 GiB)");
        }
        return Files.readAllBytes(file);
    }

    private static ModelBytes of(String name, boolean isOnnx, byte[] bytes, String remark) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((isOnnx + " " + name + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return new ModelBytes(name, isOnnx, bytes, HexFormat.of().formatHex(digest.digest(bytes)),
                    remark);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The model, made of nothing but these bytes. */
    Model load() throws IOException {
        if (isOnnx) {
            return inTemporaryFolder(folder -> {
                Path file = folder.resolve(name);
                Files.write(file, bytes);
                try {
                    return Models.load(file);
                } catch (IOException e) {
                    throw new IOException(withoutFolder(FileErrors.reason(e)), e);
                }
            });
        }
        return bytes.length == 0
                ? Models.digits()
                : Models.load(name, Weights.ofSafetensors("the weights of " + name, bytes));
    }

    /**
     * The same, for who expects no error of files.
     *
     * @throws IllegalArgumentException with the reason in one line
     */
    Model checked() {
        try {
            return load();
        } catch (IOException e) {
            throw new IllegalArgumentException(FileErrors.reason(e), e);
        }
    }

    /** A message that does not name the temporary folder, of which nobody knows. */
    static String withoutFolder(String message) {
        return message == null ? null : message.replaceAll("[^\\s']*" + FOLDER + "\\d+[/\\\\]", "");
    }

    private interface InFolder<R> {
        R apply(Path folder) throws IOException;
    }

    private static <R> R inTemporaryFolder(InFolder<R> action) throws IOException {
        Path folder = Files.createTempDirectory(FOLDER);
        try {
            return action.apply(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
