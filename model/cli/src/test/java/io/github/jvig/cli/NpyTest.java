package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    private static final float[] VALUES = {0.5f, -1, 3e-20f, 1e30f, 0, 7};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"<f4,1", ">f4,1", "<f8,1", ">f8,1", "<f4,2", ">f8,2"})
    void readsEachKindOfElementInBothVersions(String descr, int version) throws IOException {
        boolean wide = descr.endsWith("8");
        ByteBuffer elements = ByteBuffer.allocate(VALUES.length * (wide ? 8 : 4))
                .order(descr.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        for (float v : VALUES) {
            if (wide) {
                elements.putDouble(v);
            } else {
                elements.putFloat(v);
            }
        }
        Path file = Npy.write(folder.resolve("x.npy"), version, Npy.dict(descr, "(2, 3)"), elements.array());
        assertArrayEquals(VALUES, Npy.read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
            "{'shape':(6 ,),'descr':'<f4','fortran_order':False}  ",
            "{ 'fortran_order' : False , 'shape' : ( 2,3 ) , 'descr' : '<f4' , }"})
    void takesTheKeysInAnyOrderAndWithAnySpaces(String dict) throws IOException {
        assertArrayEquals(VALUES, Npy.read(Npy.write(folder.resolve("x.npy"), 1, dict, bytes(VALUES))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{'descr': '<f4', 'fortran_order': False}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': True}",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (6,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} + {}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (6,,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os')}",
            "{'descr': '<f2', 'fortran_order': False, 'shape': (6,)}",
            "{'descr': '<i8', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '|O', 'fortran_order': False, 'shape': (6,)}",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (5,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 6)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 3)}"})
    void refusesEveryOtherHeaderInOneLineThatNamesTheFile(String dict) throws IOException {
        Path file = Npy.write(folder.resolve("x.npy"), 1, dict, bytes(VALUES));
        IOException e = assertThrows(IOException.class, () -> Npy.read(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    @Test
    void refusesAFileThatIsCutAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(Npy.float32(folder.resolve("x.npy"), "(2, 3)", VALUES));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> Npy.read(cut), "cut to " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesElementsThatAreNotFinite(float value) throws IOException {
        Path file = Npy.float32(folder.resolve("x.npy"), "(3,)", 1, value, 2);
        IOException e = assertThrows(IOException.class, () -> Npy.read(file));
        assertEquals(file + ": element 1 is " + value + "; all elements must be finite", e.getMessage());
    }

    @Test
    void readsALongFileInPieces() throws IOException {
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Path file = Npy.float32(folder.resolve("x.npy"), "(100000,)", values);
        try (NpyReader reader = new NpyReader(file)) {
            float[] piece = new float[33_000];
            for (int from = 0; from < values.length; from += piece.length) {
                int count = Math.min(piece.length, values.length - from);
                reader.read(piece, count);
                assertArrayEquals(Arrays.copyOfRange(values, from, from + count), Arrays.copyOf(piece, count));
            }
        }
    }

    @Test
    void writesWhatNumpyWrites() throws IOException {
        Path file = folder.resolve("y.npy");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            NpyWriter writer = new NpyWriter(channel, 2, 3);
            writer.write(Arrays.copyOf(VALUES, 4));
            writer.write(Arrays.copyOfRange(VALUES, 4, 6));
        }
        byte[] written = Files.readAllBytes(file);
        String expected = "\u0093NUMPY\1\0v\0" + Npy.dict("<f4", "(2, 3)");
        String header = new String(written, 0, 128, StandardCharsets.ISO_8859_1);
        assertEquals(expected + " ".repeat(127 - expected.length()) + "\n", header);
        assertArrayEquals(bytes(VALUES), Arrays.copyOfRange(written, 128, written.length));
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
