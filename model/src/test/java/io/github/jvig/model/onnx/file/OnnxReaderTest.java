package io.github.jvig.model.onnx.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OnnxReaderTest {
    @TempDir
    private Path folder;

    private static ValueInfoProto.Builder value(String name, int type, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)));
    }

    private static NodeProto.Builder node(String type, List<String> inputs, String... outputs) {
        return NodeProto.newBuilder().setOpType(type).addAllInput(inputs).addAllOutput(List.of(outputs));
    }

    private static TensorProto.Builder floats(String name, int count, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        for (int i = 0; i < count; i++) {
            tensor.addFloatData(i);
        }
        return tensor;
    }

    /** {@code y = Relu(x)}, and what a test changes. */
    private static ModelProto.Builder net(Consumer<GraphProto.Builder> change) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("g")
                .addInput(value("x", DataType.FLOAT_VALUE, 1, 2)).addOutput(value("y", DataType.FLOAT_VALUE, 1, 2))
                .addNode(node("Relu", List.of("x"), "y"));
        change.accept(graph);
        return ModelProto.newBuilder().setIrVersion(8).addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    private Path write(byte[] bytes) throws IOException {
        Path file = folder.resolve("net.onnx");
        Files.write(file, bytes);
        return file;
    }

    private OnnxModel read(ModelProto.Builder model) throws IOException {
        return OnnxReader.read(write(model.build().toByteArray()));
    }

    private OnnxModel readTensor(TensorProto.Builder tensor) throws IOException {
        return read(net(graph -> graph.addInitializer(tensor)));
    }

    private void assertRefused(String message, ModelProto.Builder model) throws IOException {
        assertRefused(message, model.build().toByteArray());
    }

    private void assertRefused(String message, byte[] bytes) throws IOException {
        Path file = write(bytes);
        OnnxException e = assertThrows(OnnxException.class, () -> OnnxReader.read(file));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), e.getMessage());
    }

    private void assertRefused(String message, TensorProto.Builder tensor) throws IOException {
        assertRefused(message, net(graph -> graph.addInitializer(tensor)));
    }

    @Test
    void otherFilesAreNamed() throws Exception {
        assertRefused("is empty", new byte[0]);
        assertRefused("Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
                .getBytes(StandardCharsets.UTF_8));
        assertRefused("is an HTML page, not an ONNX file", "\n<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8));
        assertRefused("is a zip file", new byte[]{'P', 'K', 3, 4, 0, 0});
        assertRefused("is a Python pickle", new byte[]{(byte) 0x80, 2, 'x'});
        assertRefused("is a TensorFlow Lite model, not an ONNX file", new byte[]{28, 0, 0, 0, 'T', 'F', 'L', '3', 0});
        assertRefused("is a gzip archive", new byte[]{0x1f, (byte) 0x8b, 8, 0});
        assertRefused("is an HDF5 file", new byte[]{(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
        assertRefused("is text", "hello world".getBytes(StandardCharsets.UTF_8));
        assertRefused("is text", "ir_version: 8".getBytes(StandardCharsets.UTF_8));
        assertRefused("is not an ONNX file", new byte[]{(byte) 0xff, 1, 2, 3});
        assertRefused("holds no graph", new byte[]{8, 8});
        Path there = folder.resolve("folder");
        Files.createDirectory(there);
        assertTrue(assertThrows(OnnxException.class, () -> OnnxReader.read(there)).getMessage()
                .contains("is a folder"));
        assertTrue(assertThrows(OnnxException.class, () -> OnnxReader.read(folder.resolve("none\n.onnx")))
                .getMessage().endsWith("none?.onnx: no such file"));
    }

    @Test
    void versionsThatAreNotReadAreNamed() throws Exception {
        ModelProto.Builder model = net(graph -> {});
        read(model);
        assertRefused("version 15 of ONNX's file format", model.clone().setIrVersion(15));
        assertRefused("version 2 of ONNX's file format", model.clone().setIrVersion(2));
        for (int version : new int[]{6, 27, 1 << 30}) {
            assertRefused("uses version " + version + " of ONNX's operators, but 7 to 26 are read", model.clone()
                    .setOpsetImport(0, OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(version)));
        }
        assertRefused("does not say which version", model.clone().clearOpsetImport());
        OnnxModel other = read(model.clone()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.preview.training").setVersion(1))
                .setProducerName("p").addMetadataProps(StringStringEntryProto.newBuilder().setKey("k").setValue("v")));
        assertEquals(Map.of("producer", "p", "k", "v"), other.metadata());
        assertEquals(17, other.nodes().getFirst().version());
    }

    @Test
    void tensorsWithDataOfAnotherSizeAreRefused() throws Exception {
        assertRefused("'t' has 3 elements of data, but its shape [2, 2] takes 4", floats("t", 3, 2, 2));
        assertRefused("'t' has 0 elements of data", floats("t", 0, 1 << 20, 1 << 10));
        assertRefused("is too large", floats("t", 0, 1 << 20, 1 << 20));
        assertRefused("has an axis of -1", floats("t", 1, -1));
        assertRefused("is too large", floats("t", 0, Long.MAX_VALUE));
        assertRefused("has 3 bytes of data, but its shape [1] takes 4",
                floats("t", 0, 1).setRawData(ByteString.copyFrom(new byte[3])));
        assertRefused("has its data in two places", floats("t", 1, 1).setRawData(ByteString.copyFrom(new byte[4])));
        assertRefused("has its data in the field of another type", floats("t", 0, 1).addInt64Data(1));
        assertRefused("has its data in the field of another type", floats("t", 1, 1).addDoubleData(1));
        assertRefused("is of the type FLOAT8E5M2, which is not read",
                floats("t", 0, 0).setDataType(DataType.FLOAT8E5M2_VALUE));
        assertRefused("is of the type STRING", floats("t", 0, 0).setDataType(DataType.STRING_VALUE));
        assertRefused("is of the type number 99", floats("t", 0, 0).setDataType(99));
        assertRefused("is cut into segments",
                floats("t", 1, 1).setSegment(TensorProto.Segment.newBuilder().setBegin(0)));
        assertRefused("holds 1.0E39 at element 0, too large for float32",
                floats("t", 0, 1).setDataType(DataType.DOUBLE_VALUE).addDoubleData(1e39));
        assertRefused("holds 18446744073709551615 at element 0, more than is computed with",
                floats("t", 0, 1).setDataType(DataType.UINT64_VALUE).addUint64Data(-1));
        // Two elements of 4 bits share a byte.
        assertRefused("has 2 bytes of data, but its shape [5] takes 3",
                floats("t", 0, 5).setDataType(DataType.INT4_VALUE)
                        .setRawData(ByteString.copyFrom(new byte[2])));
        assertRefused("has 5 elements of data, but its shape [5] takes 5", floats("t", 0, 5)
                .setDataType(DataType.UINT4_VALUE).addAllInt32Data(List.of(1, 2, 3, 4, 5)));
        assertRefused("of the type UINT8 holds 256", floats("t", 0, 1).setDataType(DataType.UINT8_VALUE)
                .addInt32Data(256));
        assertEquals(List.of(0, 1 << 30), readTensor(floats("t", 0, 0, 1 << 30)).constants().get("t").shape());
        assertEquals(1, readTensor(floats("t", 1)).constants().get("t").elements());
    }

    @Test
    void sparseTensorsAreMadeDense() throws Exception {
        TensorProto.Builder places = TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addDims(2)
                .addInt64Data(1).addInt64Data(5);
        SparseTensorProto.Builder sparse = SparseTensorProto.newBuilder().setValues(floats("s", 2, 2))
                .setIndices(places).addDims(2).addDims(3);
        assertArrayEquals(new float[]{0, 0, 0, 0, 0, 1},
                read(net(g -> g.addSparseInitializer(sparse))).constants().get("s").floats());
        TensorProto.Builder pairs = TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addDims(2).addDims(2)
                .addAllInt64Data(List.of(0L, 2L, 1L, 0L));
        assertArrayEquals(new float[]{0, 0, 0, 1, 0, 0}, read(net(
                g -> g.addSparseInitializer(sparse.clone().setIndices(pairs)))).constants().get("s").floats());
        assertRefused("with a value at 5 of 4",
                net(g -> g.addSparseInitializer(sparse.clone().clearDims().addDims(4))));
        assertRefused("more than 16777216",
                net(g -> g.addSparseInitializer(sparse.clone().clearDims().addDims(1 << 25))));
        assertRefused("2 values and indices of shape [2, 2]",
                net(g -> g.addSparseInitializer(sparse.clone().setIndices(pairs).addDims(1))));
    }

    private TensorProto.Builder external(String... entries) {
        TensorProto.Builder tensor = floats("t", 0, 2).setDataLocation(TensorProto.DataLocation.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) {
            tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
        }
        return tensor;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void dataOfOtherFilesComesFromTheModelsFolder() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1).putFloat(2).putFloat(3);
        Files.createDirectory(folder.resolve("sub"));
        Files.write(folder.resolve("sub/w.bin"), data.array());
        assertArrayEquals(new float[]{2, 3}, readTensor(external("location", "sub/w.bin", "offset", "4", "length", "8",
                "checksum", "nonsense")).constants().get("t").floats());
        assertArrayEquals(new float[]{1, 2},
                readTensor(external("location", "sub/w.bin")).constants().get("t").floats());
        assertRefused("ends at byte 16, but the file has 12", external("location", "sub/w.bin", "offset", "8"));
        assertRefused("ends at byte", external("location", "sub/w.bin", "offset", "" + Long.MAX_VALUE));
        assertRefused("has the offset '-4'", external("location", "sub/w.bin", "offset", "-4"));
        assertRefused("is said to be of 4 bytes", external("location", "sub/w.bin", "length", "4"));
        assertRefused("the file is not named", external());
        assertRefused("outside the model's folder", external("location", "../w.bin"));
        assertRefused("outside the model's folder", external("location", "sub/../../w.bin"));
        assertRefused("outside the model's folder", external("location", "/etc/passwd"));
        assertRefused("outside the model's folder", external("location", "..\\w.bin"));
        assertRefused("which is not there", external("location", "none\nsuch"));
        assertRefused("which is not the name of a file", external("location", "a\0b"));
        assertRefused("which is not a file", external("location", "sub"));
        Path outside = Files.createTempFile("jvig", ".bin");
        Files.write(outside, data.array());
        Files.createSymbolicLink(folder.resolve("link"), outside);
        assertRefused("a link out of the model's folder", external("location", "link"));
        Files.delete(outside);
        assertEquals(0, new ProcessBuilder("mkfifo", folder.resolve("fifo").toString()).start().waitFor());
        assertRefused("which is not a file", external("location", "fifo"));
        assertRefused("has its data in two places",
                external("location", "sub/w.bin").setRawData(ByteString.copyFrom(new byte[8])));
    }

    /** A file of few bytes must not have the same data read any number of times. */
    @Test
    void dataOfOtherFilesIsNotMultiplied() throws Exception {
        Files.write(folder.resolve("w.bin"), new byte[1 << 20]);
        assertRefused("is more than twice what the files hold", net(graph -> {
            for (int i = 0; i < 3; i++) {
                graph.addInitializer(external("location", "w.bin").setName("t" + i).setDims(0, 1 << 18));
            }
        }));
    }

    @Test
    void graphsThatDoNotHoldTogetherAreRefused() throws Exception {
        assertRefused("Relu 'z' reads 'q?', which nothing computes",
                net(g -> g.addNode(node("Relu", List.of("q\n"), "z"))));
        assertRefused("has the output 'z', which nothing computes",
                net(g -> g.addOutput(value("z", DataType.FLOAT_VALUE))));
        assertRefused("has two values of the name 'y'", net(g -> g.addNode(node("Relu", List.of("x"), "y"))));
        assertRefused("has two values of the name 'x'", net(g -> g.addInput(value("x", DataType.FLOAT_VALUE, 1))));
        assertRefused("has two values of the name 't'",
                net(g -> g.addInitializer(floats("t", 1, 1)).addInitializer(floats("t", 1, 1))));
        assertRefused("operators go in a circle", net(g -> g.addNode(node("Relu", List.of("b"), "a"))
                .addNode(node("Relu", List.of("a"), "b"))));
        assertRefused("operators go in a circle", net(g -> g.addNode(node("Relu", List.of("a"), "a"))));
        assertRefused("has no output", net(GraphProto.Builder::clearOutput));
        assertRefused("of elements STRING", net(g -> g.addInput(value("s", DataType.STRING_VALUE, 1))));
        assertRefused("of the type SEQUENCE_TYPE", net(g -> g.addInput(ValueInfoProto.newBuilder().setName("s")
                .setType(TypeProto.newBuilder().setSequenceType(TypeProto.Sequence.newBuilder())))));
    }

    @Test
    void initializersThatAreInputsAreConstants() throws Exception {
        OnnxModel model = read(net(g -> g.addInput(value("t", DataType.FLOAT_VALUE, 1))
                .addInitializer(floats("t", 1, 1))));
        assertEquals(List.of("x"), model.inputs().stream().map(OnnxModel.Port::name).toList());
    }

    private static FunctionProto.Builder function(String name, String calls, int times) {
        FunctionProto.Builder function = FunctionProto.newBuilder().setDomain("d").setName(name).addInput("x")
                .addOutput("v" + times).addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
        for (int i = 0; i < times; i++) {
            function.addNode(node(calls, List.of(i == 0 ? "x" : "v" + i), "v" + (i + 1))
                    .setDomain(calls.equals("Relu") ? "" : "d"));
        }
        return function;
    }

    private static ModelProto.Builder calling(String name) {
        return net(g -> g.addNode(node(name, List.of("x"), "z").setDomain("d")));
    }

    @Test
    void functionsAreBounded() throws Exception {
        assertEquals(5, read(calling("A").addFunctions(function("A", "B", 2)).addFunctions(function("B", "Relu", 2)))
                .nodes().size());
        assertRefused("functions that call each other without end",
                calling("A").addFunctions(function("A", "B", 1)).addFunctions(function("B", "A", 1)));
        ModelProto.Builder doubling = calling("F0");
        for (int i = 0; i < 40; i++) {
            doubling.addFunctions(function("F" + i, "F" + (i + 1), 2));
        }
        assertRefused("calls functions of more than", doubling.addFunctions(function("F40", "Relu", 2)));
        assertRefused("has the function 'A' twice",
                calling("A").addFunctions(function("A", "Relu", 1)).addFunctions(function("A", "Relu", 1)));
        assertRefused("nothing computes 'w'",
                calling("A").addFunctions(function("A", "Relu", 1).setOutput(0, "w")));
        assertRefused("reads 'y', which nothing computes", calling("A").addFunctions(
                function("A", "Relu", 1).addNode(node("Relu", List.of("y"), "of the caller"))));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void deepGraphsAreRefused() throws Exception {
        GraphProto inner = GraphProto.newBuilder().setName("g").build();
        for (int i = 0; i < 60; i++) {
            inner = GraphProto.newBuilder().addNode(node("If", List.of("x"), "y" + i)
                    .addAttribute(AttributeProto.newBuilder().setName("then_branch")
                            .setType(AttributeProto.AttributeType.GRAPH).setG(inner)))
                    .build();
        }
        GraphProto deep = inner;
        assertRefused("is not an ONNX file, or a part of one", net(g -> g.mergeFrom(deep)));
    }

    @Test
    void aChainOfOperatorsInAnyOrderIsPutInOrder() throws Exception {
        OnnxModel model = read(net(g -> {
            for (int i = 20_000; i > 0; i--) {
                g.addNode(node("Relu", List.of("v" + (i - 1)), "v" + i));
            }
            g.addNode(node("Relu", List.of("y"), "v0"));
        }));
        assertEquals("v20000", model.nodes().getLast().outputs().getFirst());
    }
}
