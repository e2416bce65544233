package io.github.jvig.model.weights;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what a file is that is not a checkpoint, so that its owner knows what to do. Looks at the first bytes, or at a zip's directory. */
final class FileKind {
    /** How many bytes {@link #of} looks at. */
    static final int HEAD = 512;
    private static final String SAVE = "; save model.state_dict() instead";

    private FileKind() {
    }

    /**
     * The end of a sentence that begins with the file.
     *
     * @param name   the file's name
     * @param head   its first {@link #HEAD} bytes, or all of it
     * @param length of the file in bytes
     */
    static String of(String name, byte[] head, long length) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        String end = name.toLowerCase(Locale.ROOT);
        if (length == 0) {
            return "is empty: it has 0 bytes; was the download interrupted?";
        }
        if (start.startsWith("version https://git-lfs")) {
            return "is a Git LFS pointer, the file itself was not fetched; run git lfs pull";
        }
        if (start.startsWith("<!doctype html") || start.startsWith("<html") || start.startsWith("<head")) {
            return "is an HTML page, not a checkpoint; the download got a web page (a login, an error or a preview)"
                    + " instead of the file";
        }
        if (start.startsWith("<?xml")) {
            return "is an XML document, not a checkpoint; a download may have got an error message instead of the file";
        }
        String known = binary(text, end);
        if (known != null) {
            return known;
        }
        if (start.startsWith("{") || start.startsWith("[")) {
            return "is a JSON text, not a checkpoint";
        }
        if (text.chars().allMatch(c -> c == 0)) {
            return "is not a checkpoint: it begins with " + head.length
                    + " zero bytes; was the download interrupted?";
        }
        return null;
    }

    private static String binary(String text, String name) {
        if (text.startsWith("\u0089HDF\r\n")) {
            return "is an HDF5 file, as Keras writes them, not a PyTorch checkpoint or safetensors";
        }
        if (text.startsWith("TFL3", 4)) {
            return "is a TensorFlow Lite model, not a PyTorch checkpoint or safetensors";
        }
        if (text.startsWith("\u0093NUMPY")) {
            return "is a NumPy array, not a PyTorch checkpoint or safetensors";
        }
        if (text.startsWith("GGUF") || text.startsWith("lmgg") || text.startsWith("tjgg")) {
            return "is a GGUF model, not a PyTorch checkpoint or safetensors";
        }
        if (name.endsWith(".onnx") || text.startsWith("\b") && text.length() > 3 && text.charAt(1) < 16
                && (text.charAt(2) == 0x12 || text.charAt(2) == 0x1A || text.charAt(2) == ':')) {
            return "is an ONNX model, not a PyTorch checkpoint or safetensors; use the checkpoint that it was exported from";
        }
        if (name.endsWith(".pb")) {
            return "is a TensorFlow model, not a PyTorch checkpoint or safetensors";
        }
        if (name.endsWith(".ckpt.index") || name.contains(".ckpt.data-") || name.matches(".*\\.data-\\d+-of-\\d+")) {
            return "is a part of a TensorFlow checkpoint, not a PyTorch checkpoint or safetensors";
        }
        return packed(text);
    }

    private static String packed(String text) {
        String kind = text.startsWith("\u001f\u008b")
                ? "gzip"
                : text.startsWith("BZh")
                        ? "bzip2"
                        : text.startsWith("\u00fd7zXZ")
                                ? "xz"
                                : text.startsWith("(\u00b5/\u00fd")
                                        ? "zstd"
                                        : text.startsWith("7z\u00bc\u00af")
                                                ? "7-Zip"
                                                : text.startsWith("Rar!")
                                                        ? "RAR"
                                                        : text.startsWith("ustar", 257) ? "tar" : null;
        if (kind != null) {
            return "is a " + kind + " archive; unpack it and give the checkpoint that is in it";
        }
        if (text.startsWith("\u0089PNG") || text.startsWith("\u00ff\u00d8\u00ff") || text.startsWith("GIF8")) {
            return "is an image, not a checkpoint";
        }
        return null;
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
            return "is a NumPy archive (.npz), not a PyTorch checkpoint or safetensors";
        }
        if (zip.get("model.weights.h5") != null || zip.get("config.json") != null && zip.get("metadata.json") != null) {
            return "is a Keras model, not a PyTorch checkpoint or safetensors";
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
