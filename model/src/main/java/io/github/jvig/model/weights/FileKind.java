package io.github.jvig.model.weights;

import io.github.jvig.model.files.ForeignFile;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what a file is that is not a checkpoint, so that its owner knows what to do. {@link ForeignFile} knows what is no model of any kind;
 * here is what concerns checkpoints, by name, by the first bytes and by a zip's directory. */
final class FileKind {
    private static final String WANTED = "a PyTorch checkpoint or safetensors";
    private static final String SAVE = "; save model.state_dict() instead";

    private FileKind() {
    }

    /**
     * The end of a sentence that begins with the file; null where that is not known.
     *
     * @param name the file's name
     * @param head its first {@link ForeignFile#HEAD} bytes, or all of it
     */
    static String of(String name, byte[] head) {
        return ForeignFile.kind(head, WANTED).orElseGet(() -> other(name.toLowerCase(Locale.ROOT),
                new String(head, StandardCharsets.ISO_8859_1)));
    }

    private static String other(String name, String text) {
        if (name.endsWith(".mlmodel")) {
            return "is a Core ML model, not " + WANTED;
        }
        if (name.endsWith(".onnx") || text.startsWith("\b") && text.length() > 3 && text.charAt(1) < 16
                && (text.charAt(2) == 0x12 || text.charAt(2) == 0x1A || text.charAt(2) == ':')) {
            return "is an ONNX model, not " + WANTED + "; use the checkpoint that it was exported from";
        }
        if (name.endsWith(".pb")) {
            return "is a TensorFlow model, not " + WANTED;
        }
        if (name.endsWith(".ckpt.index") || name.contains(".ckpt.data-") || name.matches(".*\\.data-\\d+-of-\\d+")) {
            return "is a part of a TensorFlow checkpoint, not " + WANTED;
        }
        String start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            return "is a JSON text, not a checkpoint";
        }
        return text.chars().allMatch(c -> c == 0)
                ? "is not a checkpoint: it begins with " + text.length() + " zero bytes; was the download interrupted?"
                : null;
    }

    /**
     * What a zip is that is no checkpoint; null when it may be one.
     *
     * @param folder the folder of its data.pkl, or null
     */
    static String ofZip(ZipDirectory zip, String folder) {
        if (folder != null) {
            boolean script = zip.get(folder + "/constants.pkl") != null
                    || zip.names().stream().anyMatch(name -> name.startsWith(folder + "/code/"));
            return script ? "is a TorchScript archive (torch.jit.save), not a state dict" + SAVE : null;
        }
        if (zip.names().stream().anyMatch(name -> name.endsWith(".npy"))) {
            return "is a NumPy archive (.npz), not " + WANTED;
        }
        if (zip.get("model.weights.h5") != null || zip.get("config.json") != null && zip.get("metadata.json") != null) {
            return "is a Keras model, not " + WANTED;
        }
        if (zip.names().stream().anyMatch(name -> name.endsWith("archive_format")
                || name.endsWith("models/model.json") || name.endsWith("serialized_exported_program.json"))) {
            return "is a program exported by torch.export, not a state dict" + SAVE;
        }
        if (zip.names().stream().anyMatch(name -> name.contains(".data/extern_modules"))) {
            return "is an archive of torch.package, not a state dict" + SAVE;
        }
        for (String name : zip.names()) {
            if (name.matches(".*\\.(pth|pt|bin|ckpt|tar|safetensors)")) {
                return "is a zip that holds other files; unpack it and give the checkpoint that is in it";
            }
        }
        return null;
    }
}
