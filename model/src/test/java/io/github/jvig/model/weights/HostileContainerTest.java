package io.github.jvig.model.weights;

import static io.github.jvig.model.weights.PickleBytes.pickle;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers (zip, the one before 1.6, and things that are none) that lie about what is in them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileContainerTest {
    private static final byte[] ONE_TENSOR = pickle().op("}").text("w").tensor("0", 2, 0, new long[]{2}, new long[]{1})
            .op("s").stop();

    @TempDir
    Path dir;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    @BeforeEach
    void oneTensor() {
        entries.put("any name/data.pkl", ONE_TENSOR);
        entries.put("any name/data/0", new byte[8]);
    }

    @Test
    void theTopFolderMayHaveAnyName() throws Exception {
        entries.put("any name/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        assertTrue(Weights.load(zip()).has("w"));
    }

    @Test
    void aMissingStorageIsNamed() throws Exception {
        entries.remove("any name/data/0");
        assertEquals("bad.pth: tensor 'w': the entry 'any name/data/0' is missing", message(zip()));
    }

    @Test
    void aStorageThatIsTooShortIsNamed() throws Exception {
        entries.put("any name/data/0", new byte[7]);
        assertEquals("bad.pth: tensor 'w': the entry 'any name/data/0' has 7 bytes, its storage is 2 x F32",
                message(zip()));
    }

    @Test
    void aZipOfOtherThingsIsNoCheckpoint() throws Exception {
        entries.remove("any name/data.pkl");
        assertEquals("bad.pth: is a zip without a data.pkl, so not a PyTorch checkpoint", message(zip()));
    }

    @Test
    void twoPicklesAreOneTooMany() throws Exception {
        entries.put("other/data.pkl", ONE_TENSOR);
        assertEquals("bad.pth: has more than one data.pkl", message(zip()));
    }

    @Test
    void bigEndianIsRefusedByName() throws Exception {
        entries.put("any name/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        assertEquals("bad.pth: the entry 'any name/byteorder' says 'big'; only little-endian checkpoints are read",
                message(zip()));
    }

    @Test
    void bytesAfterThePickleAreRefused() throws Exception {
        entries.put("any name/data.pkl", Arrays.copyOf(ONE_TENSOR, ONE_TENSOR.length + 3));
        assertEquals("bad.pth: the entry 'any name/data.pkl' has 3 bytes after its end", message(zip()));
    }

    @Test
    void aCompressedBombIsNotInflated() throws Exception {
        Path file = dir.resolve("bad.pth");
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("top/data.pkl"));
            zip.write(new byte[50 << 20]);
        }
        assertBounded(file,
                "bad.pth: the entry 'top/data.pkl' brings the entries to more than 16 times the bytes of the file, or to more"
                        + " than an array can hold, so strongly is it compressed; in Python:"
                        + " torch.save(torch.load(f, weights_only=True), g)");
    }

    private Path packed() throws IOException {
        return packed(8);
    }

    private Path packed(int bytes) throws IOException {
        Path file = dir.resolve("bad.pth");
        entries.put("any name/data/0", new byte[bytes]);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    /** Directory fields: method 10, packed size 20, size 24. */
    @ParameterizedTest
    @CsvSource({"10,12,'is compressed by method 12, which PyTorch does not read either'",
            "24,7,'has 7 bytes, its storage is 2 x F32'",
            "24,9,'is damaged: it has not the 9 bytes of the directory'",
            "20,2,'is damaged: its compressed bytes are not what deflating gives'"})
    void aCompressedEntryThatIsNotWhatTheDirectorySaysIsRefused(int field, int value, String what) throws Exception {
        Path file = packed();
        assertTrue(Weights.load(file).has("w"));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int at = directoryHeader(bytes, "any name/data/0") + field;
        if (field == 10) {
            bytes.putShort(at, (short) value);
        } else {
            bytes.putInt(at, value);
        }
        Files.write(file, bytes.array());
        String message = message(file);
        assertTrue(message.contains("the entry 'any name/data/0' " + what), message);
    }

    @Test
    void aCompressedEntryThatIsLongerThanItSaysIsRefused() throws Exception {
        Path file = packed(9);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(directoryHeader(bytes, "any name/data/0") + 24, 8);
        Files.write(file, bytes.array());
        String message = message(file);
        assertTrue(message.contains("is damaged: it has not the 8 bytes of the directory"), message);
    }

    @Test
    void aCompressedStorageWithAnotherChecksumIsRefused() throws Exception {
        Path file = packed();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int at = directoryHeader(bytes, "any name/data/0") + 16;
        bytes.putInt(at, bytes.getInt(at) ^ 1);
        Files.write(file, bytes.array());
        assertTrue(message(file).contains("is damaged: its bytes don't give its checksum"));
    }

    @ParameterizedTest
    @CsvSource({"any name/data.pkl,true,4294967280", "any name/data/0,true,4294967280",
            "any name/data/0,false,4294967280", "any name/data/0,true,700"})
    void aDeclaredSizeBeyondTheFileIsRefused(String entry, boolean compressedSizeToo, long size) throws Exception {
        Path file = zip();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = directoryHeader(bytes, entry);
        bytes.putInt(header + 24, (int) size);
        if (compressedSizeToo) {
            bytes.putInt(header + 20, (int) size);
        }
        Files.write(file, bytes.array());
        assertBounded(file, null);
    }

    @Test
    void twoEntriesOfOneNameAreRefused() throws Exception {
        entries.put("any name/data/1", new byte[8]);
        Path file = zip();
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replace("any name/data/1",
                "any name/data/0");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("bad.pth: the entry 'any name/data/0' is there twice", message(file));
    }

    @Test
    void aStorageWithAFlippedBitIsRefused() throws Exception {
        Path file = zip();
        byte[] bytes = Files.readAllBytes(file);
        int header = directoryHeader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), "any name/data/0");
        int local = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(header + 42);
        bytes[local + 30 + "any name/data/0".length() + 3] ^= 4;
        Files.write(file, bytes);
        assertEquals("bad.pth: the entry 'any name/data/0' is damaged: its bytes don't give its checksum",
                message(file));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 1L << 62, -1})
    void aLegacyStorageOfAnotherLengthIsRefused(long count) throws Exception {
        byte[] pickle = pickle().op("}").text("w").tensor("0", 3, 0, new long[]{3}, new long[]{1}).op("s").stop();
        Path file = legacy(pickle, new PickleBytes().little(count, 8).bytes(new byte[8]));
        assertBounded(file, "old.pth: the storage '0' has " + count + " elements, its tensors expect 3");
    }

    @Test
    void aLegacyStorageBeyondTheEndIsRefused() throws Exception {
        byte[] pickle = pickle().op("}").text("w").tensor("0", 1L << 40, 0, new long[]{1}, new long[]{1}).op("s")
                .stop();
        Path file = legacy(pickle, new PickleBytes().little(1L << 40, 8).bytes(new byte[8]));
        assertBounded(file, "old.pth: is cut short: the storage '0' passes its end");
    }

    @Test
    void aLegacyFileOfABigEndianMachineIsRefused() throws Exception {
        Path file = TestFiles.legacy(dir.resolve("old.pth"), ONE_TENSOR);
        byte[] bytes = Files.readAllBytes(file);
        int flag = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("little_endian") + "little_endian".length();
        assertEquals((byte) 0x88, bytes[flag]);
        bytes[flag] = (byte) 0x89;
        Files.write(file, bytes);
        assertEquals("old.pth: was not written on a little-endian machine; only such checkpoints are read",
                message(file));
    }

    @Test
    void aLegacyStorageThatIsMissingIsNamed() throws Exception {
        assertEquals("old.pth: tensor 'w': the storage '0' is missing",
                message(TestFiles.legacy(dir.resolve("old.pth"), ONE_TENSOR)));
    }

    @Test
    void aPickleThatIsNoCheckpointIsRefused() throws Exception {
        Path file = Files.write(dir.resolve("x.pkl"), pickle().text("hello").stop());
        assertTrue(message(file).startsWith("x.pkl: is a pickle, but not a PyTorch checkpoint; in Python"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "some text"})
    void whatIsNoCheckpointIsSaidSo(String content) throws Exception {
        Path file = Files.writeString(dir.resolve("page.pth"), content);
        assertTrue(
                message(file)
                        .startsWith("page.pth: is not a checkpoint: neither a PyTorch file (.pth) nor safetensors"));
    }

    @Test
    void aFileThatIsNotThereIsNamedByItsPath() {
        Path file = dir.resolve("none.pth");
        assertEquals(file + ": no such file", message(file));
        assertTrue(message(dir).contains(": is a folder without shards of a checkpoint"));
    }

    @Test
    void aFolderOfDeepSpeedNamesTheScriptThatHelps() throws Exception {
        Files.writeString(dir.resolve("latest"), "global_step5");
        Files.createDirectory(dir.resolve("global_step5"));
        Files.writeString(dir.resolve("zero_to_fp32.py"), "");
        assertTrue(message(dir).endsWith(": is a checkpoint of DeepSpeed; its script makes one of it that can be read: "
                + "python zero_to_fp32.py . OUTPUT"), message(dir));
    }

    private Path zip() throws IOException {
        return TestFiles.zip(dir.resolve("bad.pth"), entries);
    }

    private Path legacy(byte[] pickle, PickleBytes storages) throws IOException {
        byte[] keys = pickle().op("](").text("0").op("e").stop();
        return TestFiles.legacy(dir.resolve("old.pth"), pickle, keys, storages.toBytes());
    }

    private static int directoryHeader(ByteBuffer zip, String entry) {
        byte[] name = entry.getBytes(StandardCharsets.UTF_8);
        for (int at = zip.capacity() - 46 - name.length; at >= 0; at--) {
            if (zip.getInt(at) == 0x02014b50 && zip.getShort(at + 28) == name.length
                    && zip.slice(at + 46, name.length).equals(ByteBuffer.wrap(name))) {
                return at;
            }
        }
        throw new IllegalArgumentException("no entry " + entry);
    }

    private static void assertBounded(Path file, String expected) throws IOException {
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        String message = message(file);
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(allocated < Allocation.bound(file), "allocated " + allocated);
        assertTrue(message.startsWith(file.getFileName() + ": ") && message.lines().count() == 1, message);
        if (expected != null) {
            assertEquals(expected, message);
        }
    }

    private static String message(Path file) {
        return assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage();
    }
}
