package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Safetensors, read and written. */
class SafetensorsTest {
    private static final String W = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    Path dir;

    @Test
    void everyFloatTypeBecomesFloat32AndIntegersAreLeftOut() throws Exception {
        String header = """
                {"__metadata__":{"format":"pt"},
                "a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                "b":{"dtype":"BF16","shape":[1,1],"data_offsets":[4,6]},
                "c":{"dtype":"F64","shape":[],"data_offsets":[6,14]},
                "n":{"dtype":"I64","shape":[],"data_offsets":[14,22]},
                "module.d":{"dtype":"F32","shape":[1],"data_offsets":[22,26]},
                "e":{"dtype":"F32","shape":[0,3],"data_offsets":[26,26]}}""";
        byte[] data = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN).putShort(Float.floatToFloat16(1.5f))
                .putShort(Float.floatToFloat16(-0.25f)).putShort((short) (Float.floatToIntBits(-2f) >>> 16))
                .putDouble(0.1).putLong(7).putFloat(9f).array();
        Weights weights = Weights.load(write(header, data));
        assertEquals(List.of("a", "b", "c", "d", "e"), List.copyOf(weights.names()));
        assertArrayEquals(new float[]{1.5f, -0.25f}, weights.floats("a", 2));
        assertArrayEquals(new float[]{-2f}, weights.floats("b", 1, 1));
        assertArrayEquals(new float[]{0.1f}, weights.floats("c"));
        assertArrayEquals(new float[]{9f}, weights.floats("d", 1));
        assertArrayEquals(new float[0], weights.floats("e", 0, 3));
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(bad(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}",
                "tensor 'b' overlaps another one at byte 2 of the data"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                        "tensor 'b' overlaps another one at byte 0 of the data"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                        "tensor 'a' leaves a hole before it at byte 4 of the data"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                        "has 4 bytes after its last tensor"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
                        "tensor 'a' lies at bytes 0 to 12 of 8"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                        "tensor 'a' lies at bytes 8 to 0 of 8"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                        "tensor 'a' lies at bytes -8 to 0 of 8"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                        "tensor 'a' has 8 bytes, its shape and dtype need another number"),
                bad("{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                        "tensor 'a' reaches to element 1 from 0 of a storage of 1"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
                        "tensor 'a' has the impossible shape [4294967296, 4294967296]"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}",
                        "tensor 'a' has a shape or strides beyond any file: [2147483647, 2147483647, 2147483647]"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                        "tensor 'a' has the impossible shape [-2]"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
                        "tensor 'a': its shape is VALUE_NUMBER_FLOAT where VALUE_NUMBER_INT should be"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
                        "its header is not valid: Numeric value"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
                        "tensor 'a': its data_offsets has more than 2 numbers"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
                        "tensor 'a' lacks its dtype, shape or two data_offsets"),
                bad("{\"a\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                        "its state dict holds no tensors of floats; tensor 'a' has the unknown dtype 'Q4'"),
                bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}",
                        "tensor 'a' has the unknown field 'x'"),
                bad("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                        "its header is not valid: Duplicate field 'dtype'"),
                bad(W.replace("}}", "},\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}"),
                        "its header is not valid: Duplicate field 'w'"),
                bad("{\"a\":[[[[[[[[1]]]]]]]]}", "tensor 'a' is START_ARRAY where START_OBJECT should be"),
                bad("{\"__metadata__\":{\"a\":{\"b\":{\"c\":{}}}}}",
                        "its header is not valid: Document nesting depth (4) exceeds the maximum allowed (3"),
                bad("{\"a\\n\":7}", "tensor 'a?' is VALUE_NUMBER_INT where START_OBJECT should be"),
                bad("{\"a\"", "its header is not valid: Unexpected end-of-input"),
                bad(W + W, "has more than one value in its header"), bad("{}", "has 8 bytes after"));
    }

    private static Arguments bad(String header, String message) {
        return arguments(header, message);
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void aHeaderThatLiesIsRefused(String header, String message) throws Exception {
        Path file = write(header, new byte[8]);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file));
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(e.getMessage().startsWith("w.safetensors: " + message) && e.getMessage().lines().count() == 1,
                e.getMessage());
        assertTrue(allocated < Allocation.bound(file), "allocated " + allocated);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 60, -1, Long.MIN_VALUE, 0, 1, 1000})
    void aHeaderLengthBeyondTheFileIsRefused(long length) throws Exception {
        Path file = dir.resolve("w.safetensors");
        Files.write(file, ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
                .put(W.getBytes(StandardCharsets.UTF_8), 0, 50).array());
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file));
        long allocated = Allocation.ofThisThread() - before;
        assertEquals(
                "w.safetensors: says that its header has " + Long.toUnsignedString(length) + " bytes; the file has 64",
                e.getMessage());
        assertTrue(allocated < Allocation.bound(file), "allocated " + allocated);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aValueThatIsNotFiniteIsNamed(float value) throws Exception {
        byte[] data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(value).array();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(write(W, data)));
        assertEquals("w.safetensors: tensor 'w' holds " + value + " at element 1", e.getMessage());
    }

    @Test
    void aNetThatWantsAnotherShapeOrNameIsTold() throws Exception {
        Weights weights = Weights.load(write(W, new byte[8]));
        assertEquals("w.safetensors: tensor 'w' has shape [2], the net needs [1, 2]",
                assertThrows(WeightsException.class, () -> weights.floats("w", 1, 2)).getMessage());
        assertEquals("w.safetensors: tensor 'v' is missing",
                assertThrows(WeightsException.class, () -> weights.floats("v", 1)).getMessage());
    }

    @Test
    void whatIsWrittenIsReadBackAndAligned() throws Exception {
        Weights weights = Weights.load(TestFiles.checkpoint("tiny_mobilevig_legacy.pth"));
        Path out = dir.resolve("out.safetensors");
        Files.writeString(out, "an older file");
        Safetensors.write(out, weights);
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(List.of(out), files.toList());
        }
        Weights again = Weights.load(out);
        assertEquals(weights.asMap().keySet(), again.names());
        for (String name : weights.names()) {
            assertArrayEquals(weights.floats(name, weights.shape(name)), again.floats(name, weights.shape(name)), name);
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong(0);
        assertEquals(0, header % 8);
        assertEquals(weights.names().size(), new ObjectMapper().readTree(bytes.array(), 8, (int) header).size());
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() throws Exception {
        Path out = dir.resolve("out.safetensors");
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("__metadata__", new Weights.Tensor(new int[]{2}, new float[2]));
        assertEquals(
                "made: tensor '__metadata__' of shape [2] can't be written as safetensors, which reserves its name",
                assertThrows(WeightsException.class, () -> Safetensors.write(out, new Weights("made", tensors)))
                        .getMessage());
        Path nowhere = dir.resolve("none").resolve("out.safetensors");
        assertThrows(IOException.class, () -> Safetensors.write(nowhere, new Weights("made", Map.of())));
        Path folder = Files.createDirectories(dir.resolve("folder").resolve("inside")).getParent();
        assertThrows(IOException.class, () -> Safetensors.write(folder, new Weights("made", Map.of())));
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(List.of(folder), files.toList());
        }
    }

    private Path write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(dir.resolve("w.safetensors"), bytes.putLong(json.length).put(json).put(data).array());
    }
}
