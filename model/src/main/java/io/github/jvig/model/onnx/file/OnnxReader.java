package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads an ONNX file into records: operator sets {@value #OLDEST_OPSET} to {@value #NEWEST_OPSET}, tensors inside the file or in files of
 * its folder, functions of the file put in the places where they are called. Nothing is run. What is allocated is bounded by the size of
 * the files.
 */
public final class OnnxReader {
    /** Oldest version of ONNX's own operators that is read. */
    static final int OLDEST_OPSET = 7;
    /** Newest version: 25 and 26 add element types, windows of Attention, and CumProd and BitCast. */
    static final int NEWEST_OPSET = 26;
    /** What one protobuf message can be. */
    static final long MAX_BYTES = Integer.MAX_VALUE - 64;

    private OnnxReader() {
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what it holds
     * @throws OnnxException that names the file and what is at fault
     * @throws IOException   when the file can't be read
     */
    public static OnnxModel read(Path file) throws IOException {
        String source = MessageText.plain(file.toString());
        ModelProto proto = parse(bytes(file, source), source);
        return new ModelReader(source, proto, new ExternalData(file, source)).model();
    }

    /** The message in a file's bytes, which it goes on to use. */
    static ModelProto parse(byte[] bytes, String source) throws OnnxException {
        Optional<String> other = FileKind.other(bytes);
        if (other.isPresent()) {
            throw new OnnxException(source + " " + other.get());
        }
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            // Tensors stay in the array instead of being copied out of it.
            in.enableAliasing(true);
            ModelProto proto = ModelProto.parseFrom(in);
            in.checkLastTagWas(0);
            return proto;
        } catch (InvalidProtocolBufferException e) {
            throw new OnnxException(source + " is not an ONNX file, or a part of one: "
                    + MessageText.plain(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading an array can't fail", e);
        }
    }

    /** The content of a file that one message can be. */
    static byte[] bytes(Path file, String source) throws IOException {
        if (!Files.exists(file)) {
            throw new OnnxException(source + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new OnnxException(
                    source + (Files.isDirectory(file) ? " is a folder, not an ONNX file" : " is not a file"));
        }
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new OnnxException(source + " has " + size
                    + " bytes, more than an ONNX file can: export it with external data");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes((int) size);
        } catch (IOException e) {
            throw new OnnxException(source + " can't be read: " + FileErrors.reason(e), e);
        }
    }
}
