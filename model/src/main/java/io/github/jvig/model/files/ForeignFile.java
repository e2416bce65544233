package io.github.jvig.model.files;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Tells by its first bytes what a file is that somebody took for another: pointers, web pages, archives, images, models of other programs. */
public final class ForeignFile {
    /** How many bytes are looked at. */
    public static final int HEAD = 512;

    private ForeignFile() {
    }

    /**
     * What a file is, and what to do.
     *
     * @param head   its first {@link #HEAD} bytes, or all of it
     * @param wanted what it should be, as in {@code "an ONNX file"}
     * @return the end of a sentence that begins with the file; empty where it may be what it should be
     */
    public static Optional<String> kind(byte[] head, String wanted) {
        String text = new String(head, 0, Math.min(head.length, HEAD), StandardCharsets.ISO_8859_1);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        if (head.length == 0) {
            return Optional.of("is empty: it has 0 bytes; was the download interrupted?");
        }
        if (start.startsWith("version https://git-lfs")) {
            return Optional.of("is a Git LFS pointer, the file itself was not fetched; run git lfs pull");
        }
        if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<head")) {
            return Optional.of("is an HTML page, not " + wanted
                    + "; the download got a web page (a login, an error or a preview) instead of the file");
        }
        if (start.startsWith("<?xml")) {
            return Optional.of("is an XML document, not " + wanted
                    + "; a download may have got an error message instead of the file");
        }
        String archive = archive(text);
        if (archive != null) {
            return Optional.of("is a " + archive + " archive; unpack it and give the file that is in it");
        }
        return Optional.ofNullable(model(text)).map(model -> "is " + model + ", not " + wanted);
    }

    private static String model(String text) {
        if (text.startsWith("\u0089HDF\r\n")) {
            return "an HDF5 file, as Keras writes them";
        }
        if (text.startsWith("TFL3", 4)) {
            return "a TensorFlow Lite model";
        }
        if (text.startsWith("\u0093NUMPY")) {
            return "a NumPy array";
        }
        if (text.startsWith("GGUF") || text.startsWith("lmgg") || text.startsWith("tjgg")) {
            return "a GGUF model";
        }
        boolean image = text.startsWith("\u0089PNG") || text.startsWith("\u00ff\u00d8\u00ff")
                || text.startsWith("GIF8");
        return image ? "an image" : null;
    }

    private static String archive(String text) {
        String[][] marks = {{"\u001f\u008b", "gzip"}, {"BZh", "bzip2"}, {"\u00fd7zXZ", "xz"},
                {"(\u00b5/\u00fd", "zstd"}, {"7z\u00bc\u00af", "7-Zip"}, {"Rar!", "RAR"}};
        for (String[] mark : marks) {
            if (text.startsWith(mark[0])) {
                return mark[1];
            }
        }
        return text.startsWith("ustar", 257) ? "tar" : null;
    }
}
