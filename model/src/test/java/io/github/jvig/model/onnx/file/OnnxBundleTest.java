package io.github.jvig.model.onnx.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxBundleTest {
    @TempDir
    private Path folder;

    /** Two bytes of a file, from an offset on. */
    private static TensorProto.Builder outside(String location, int offset) {
        return TensorProto.newBuilder().setName("t").setDataType(TensorProto.DataType.UINT8_VALUE).addDims(2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .addExternalData(StringStringEntryProto.newBuilder().setKey("offset").setValue("" + offset));
    }

    private static TensorProto.Builder inside(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return TensorProto.newBuilder().setName("t").setDataType(TensorProto.DataType.UINT8_VALUE).addDims(2)
                .setRawData(ByteString.copyFrom(bytes));
    }

    /** Tensors in all places where a file may have one: initializers, values of nodes, and those of a graph in a node. */
    private static byte[] model(TensorProto.Builder initializer, TensorProto.Builder value, TensorProto.Builder inner) {
        GraphProto.Builder branch = GraphProto.newBuilder().addInitializer(inside(7, 8)).addInitializer(inner);
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("If")
                .addAttribute(AttributeProto.newBuilder().setName("value").setT(value))
                .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(branch));
        return ModelProto.newBuilder().setIrVersion(8)
                .setGraph(GraphProto.newBuilder().addNode(node).addInitializer(initializer)).build().toByteArray();
    }

    private Path write(byte[] model) throws IOException {
        return Files.write(folder.resolve("net.onnx"), model);
    }

    @Test
    void allTensorsComeInside() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        Files.write(folder.resolve("sub/a.bin"), new byte[]{1, 2, 3, 4});
        Files.write(folder.resolve("b.bin"), new byte[]{5, 6});
        Path file = write(model(outside("sub/a.bin", 0), outside("sub/a.bin", 2), outside("b.bin", 0)));
        assertEquals(Set.of("sub/a.bin", "b.bin"), OnnxBundle.locations(file));
        assertArrayEquals(model(inside(1, 2), inside(3, 4), inside(5, 6)), OnnxBundle.whole(file));
    }

    @Test
    void aWholeFileStaysAsItIs() throws IOException {
        // A field that the reader does not know.
        byte[] model = ModelProto.newBuilder().mergeFrom(model(inside(1, 2), inside(3, 4), inside(5, 6)))
                .setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder().addField(99,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build())
                .build().toByteArray();
        assertArrayEquals(model, OnnxBundle.whole(write(model)));
        assertEquals(Set.of(), OnnxBundle.locations(write(model)));
    }

    private void assertRefused(String words, byte[] model) throws IOException {
        Path file = write(model);
        String message = assertThrows(OnnxException.class, () -> OnnxBundle.whole(file)).getMessage();
        assertTrue(message.startsWith(file + "") && message.contains(words), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void whatCantBeReadIsNamed() throws IOException {
        Files.write(folder.resolve("b.bin"), new byte[]{5, 6});
        assertRefused("which is not there: it must lie beside the model",
                model(inside(1, 2), outside("none.bin", 0), inside(5, 6)));
        assertRefused("outside the model's folder", model(outside("../x.bin", 0), inside(1, 2), inside(5, 6)));
        assertRefused("ends at byte 3", model(inside(1, 2), inside(3, 4), outside("b.bin", 1)));
        assertRefused("of the type STRING, which is not read", model(
                outside("b.bin", 0).setDataType(TensorProto.DataType.STRING_VALUE), inside(1, 2), inside(5, 6)));
        assertRefused("too large", model(outside("b.bin", 0).addDims(1L << 40), inside(1, 2), inside(5, 6)));
        assertRefused("not an ONNX file", new byte[]{1, 2, 3});
        // The names are told as they are; who reads them checks.
        assertEquals(Set.of("../x.bin"),
                OnnxBundle.locations(write(model(outside("../x.bin", 0), inside(1, 2), inside(5, 6)))));
    }
}
