package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Data of tensors in other files, read tensor by tensor. Only regular files in the model's folder or below are read, and no link may lead out of it. */
final class ExternalData {
    private final Path model;
    private final String source;
    /** Sizes of the files so far, and what was read of them. */
    private final Map<Path, Long> files = new HashMap<>();
    private long total;

    ExternalData(Path model, String source) {
        this.model = model;
        this.source = source;
    }

    /** The bytes of a tensor, which must be as many as it takes. */
    ByteBuffer read(TensorProto tensor, long bytes) throws OnnxException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String what = source + ": the data of the tensor " + MessageText.quote(tensor.getName());
        String location = entries.getOrDefault("location", "");
        long offset = number(what, entries, "offset", 0);
        long length = number(what, entries, "length", bytes);
        if (length != bytes) {
            throw new OnnxException(what + " is said to be of " + length + " bytes, but its shape takes " + bytes);
        }
        Path file = file(what, location);
        String where = what + " in " + MessageText.quote(location);
        try (FileChannel channel = FileChannel.open(file)) {
            if (offset > channel.size() - length) {
                throw new OnnxException(where + " ends at byte " + (offset + length) + ", but the file has "
                        + channel.size());
            }
            files.put(file, channel.size());
            total += length;
            if (total > 2 * files.values().stream().mapToLong(size -> size).sum()) {
                // Tensors may share bytes, but a file of few bytes must not have any amount of memory filled.
                throw new OnnxException(where + " brings the data in other files to " + total
                        + " bytes, which is more than twice what the files hold");
            }
            ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
            while (data.hasRemaining()) {
                if (channel.read(data, offset + data.position()) < 0) {
                    throw new OnnxException(where + " ends too early");
                }
            }
            return data.flip();
        } catch (OnnxException e) {
            throw e;
        } catch (IOException e) {
            throw new OnnxException(where + " can't be read: " + FileErrors.reason(e), e);
        }
    }

    private Path file(String what, String location) throws OnnxException {
        if (location.isEmpty()) {
            throw new OnnxException(what + " is in another file, but the file is not named");
        }
        String where = what + " is in " + MessageText.quote(location);
        try {
            Path relative = Path.of(location);
            boolean up = location.contains("\\");
            for (Path part : relative) {
                up |= part.toString().equals("..");
            }
            if (relative.isAbsolute() || location.startsWith("/") || up) {
                throw new OnnxException(where + ", which is outside the model's folder: only files inside are read");
            }
            Path folder = model.toAbsolutePath().getParent().toRealPath();
            Path file = folder.resolve(relative);
            if (!Files.exists(file)) {
                throw new OnnxException(where + ", which is not there: it must lie beside the model");
            }
            Path real = file.toRealPath();
            if (!real.startsWith(folder)) {
                throw new OnnxException(
                        where + ", a link out of the model's folder: only files inside it are read");
            }
            if (!Files.isRegularFile(real)) {
                throw new OnnxException(where + ", which is not a file");
            }
            return real;
        } catch (InvalidPathException e) {
            throw new OnnxException(where + ", which is not the name of a file", e);
        } catch (OnnxException e) {
            throw e;
        } catch (IOException e) {
            throw new OnnxException(where + ", which can't be read: " + FileErrors.reason(e), e);
        }
    }

    private static long number(String what, Map<String, String> entries, String key, long otherwise)
            throws OnnxException {
        String text = entries.get(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new OnnxException(what + " has the " + key + " " + MessageText.quote(text));
    }
}
