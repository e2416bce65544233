package io.github.jvig.model.onnx.file;

import io.github.jvig.model.files.ForeignFile;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Tells by its first bytes what a file is that people take for an ONNX file. */
final class FileKind {
    private static final int MARK = 4;

    private FileKind() {
    }

    /** What a file is that is not ONNX, with what to do; empty where it may be ONNX. */
    static Optional<String> other(byte[] bytes) {
        Optional<String> foreign = ForeignFile.kind(bytes, "an ONNX file");
        if (foreign.isPresent()) {
            return foreign;
        }
        String head = new String(bytes, 0, Math.min(bytes.length, ForeignFile.HEAD), StandardCharsets.ISO_8859_1);
        String text = head.stripLeading().toLowerCase(Locale.ROOT);
        if (head.startsWith("PK\3\4")) {
            return Optional.of("is a zip file, as PyTorch's .pth and .pt files are, not ONNX:"
                    + " export the net with torch.onnx.export");
        }
        if (head.startsWith("\u0080\2")) {
            return Optional.of("is a Python pickle, as old .pth files of PyTorch are, not ONNX:"
                    + " export the net with torch.onnx.export");
        }
        if (head.startsWith("ORTM", MARK)) {
            return Optional.of("is in ONNX Runtime's own format (.ort): the .onnx file that it was made of is read");
        }
        if (head.length() > 8 && head.charAt(8) == '{') {
            return Optional.of("is a safetensors file, which holds weights alone, not ONNX");
        }
        if (text.startsWith("{") || text.startsWith("ir_version:") || text.startsWith("[")) {
            return Optional.of("is text (ONNX as JSON or as text is not read): save it as a binary .onnx file");
        }
        if (head.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\n' || c == '\r' || c == '\t')
                && bytes.length > 1 && head.chars().noneMatch(c -> c > 0x7f)) {
            return Optional.of("is text, not an ONNX file");
        }
        return Optional.empty();
    }
}
