package io.github.jvig.model.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Files that cost a careless reader time or memory out of proportion to their size. */
final class HostileFiles {
    private HostileFiles() {
    }

    /** Writes all of them; 1 to 40 MB each. */
    static List<Path> write(Path dir) throws IOException {
        List<Path> files = new ArrayList<>();
        files.add(zip(dir, "equal_hashes.pth", equalKeys(120_000)));
        files.add(zip(dir, "views.pth", views(100_000, 1 << 19), 4 << 19));
        files.add(overlaps(dir.resolve("overlaps.pth"), 20_000, 4 << 20));
        files.add(entryNames(dir.resolve("entry_names.pth"), 30_000));
        files.add(tensorNames(dir.resolve("tensor_names.safetensors"), 60_000));
        files.add(zip(dir, "dicts.pth", many("}NNs", 499_000)));
        files.add(zip(dir, "lists.pth", many("]Na", 666_000)));
        files.add(zip(dir, "texts.pth", many("X\0\0\0\0", 1_990_000)));
        files.add(zip(dir, "memo.pth", many("}\u0094", 999_000)));
        files.add(zip(dir, "marks.pth", PickleBytes.pickle().repeat(1_990_000, "(").op("t.").toBytes()));
        files.add(zip(dir, "deep.pth", PickleBytes.pickle().op("N").repeat(1_990_000, "\u0085").stop()));
        files.add(zip(dir, "long_text.pth", PickleBytes.pickle().op("X").little(31 << 20, 4)
                .bytes(new byte[31 << 20]).stop()));
        files.add(zip(dir, "escapes.pth", PickleBytes.pickle().op("V").repeat(5 << 20, "\\u0041").op("\n.").toBytes()));
        files.add(zip(dir, "long_numbers.pth", many("L" + "9".repeat(1000) + "\n", 30_000)));
        return files;
    }

    private static byte[] many(String opcodes, int times) {
        return PickleBytes.pickle().op("(").repeat(times, opcodes).op("t.").toBytes();
    }

    private static Path zip(Path dir, String name, byte[] pickle, int storage) throws IOException {
        return TestFiles.zip(dir.resolve(name), pickle, storage);
    }

    private static Path zip(Path dir, String name, byte[] pickle) throws IOException {
        return zip(dir, name, pickle, 4);
    }

    /** Texts of one hash: pairs of "Aa" and "BB". */
    private static String colliding(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 16; bit >= 0; bit--) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    private static byte[] equalKeys(int count) {
        PickleBytes pickle = PickleBytes.pickle().op("}(").text("w").tensor("0", 1, 0, new long[]{1}, new long[]{1});
        for (int i = 0; i < count; i++) {
            pickle.op("c" + colliding(i) + "\nx\nN").text(colliding(i)).op("N");
        }
        return pickle.op("u.").toBytes();
    }

    /** Tensors of two elements, the first and the last of one storage. */
    private static byte[] views(int count, int elements) {
        PickleBytes pickle = PickleBytes.pickle().global("torch._utils", "_rebuild_tensor_v2").op("q\2" + "0(")
                .storage("0", elements).op("K\0").tuple(2).tuple(elements - 1L).op("\u0089}tq\5" + "0}(");
        for (int i = 0; i < count; i++) {
            pickle.text("%06d".formatted(i)).op("h\2h\5R");
        }
        return pickle.op("u.").toBytes();
    }

    private static void storageTensor(PickleBytes pickle, String key, long count) {
        pickle.text(key).tensor(key, count, 0, new long[]{1}, new long[]{1});
    }

    private static Path entryNames(Path file, int count) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        PickleBytes pickle = PickleBytes.pickle().op("}(");
        entries.put("top/data.pkl", null);
        for (int i = 0; i < count; i++) {
            storageTensor(pickle, colliding(i), 1);
            entries.put("top/data/" + colliding(i), new byte[4]);
        }
        entries.put("top/data.pkl", pickle.op("u.").toBytes());
        return TestFiles.zip(file, entries);
    }

    private static Path tensorNames(Path file, int count) throws IOException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            tensors.put(colliding(i), new Weights.Tensor(new int[]{1}, new float[1]));
        }
        return CheckpointWriter.safetensors(file, tensors, Map.of(), Map.of());
    }

    /** Entries of a zip that are all the same bytes. */
    private static Path overlaps(Path file, int count, int size) throws IOException {
        PickleBytes pickle = PickleBytes.pickle().op("}(");
        for (int i = 0; i < count; i++) {
            storageTensor(pickle, Integer.toString(i), size / 4);
        }
        byte[] object = pickle.op("u.").toBytes();
        byte[] blob = new byte[size];
        PickleBytes out = new PickleBytes();
        PickleBytes directory = new PickleBytes();
        int[] offset = {0};
        long blobCrc = crc(blob);
        int objectAt = local(out, offset, "a/data.pkl", object);
        int blobAt = local(out, offset, "a/data/0", blob);
        entry(directory, "a/data.pkl", object, crc(object), objectAt);
        for (int i = 0; i < count; i++) {
            entry(directory, "a/data/" + i, blob, blobCrc, blobAt);
        }
        byte[] entries = directory.toBytes();
        out.bytes(entries).little(0x06054b50, 4).little(0, 4).little(count + 1L, 2).little(count + 1L, 2)
                .little(entries.length, 4).little(offset[0], 4).little(0, 2);
        return Files.write(file, out.toBytes());
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static int local(PickleBytes out, int[] offset, String name, byte[] bytes) {
        int at = offset[0];
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        out.little(0x04034b50, 4).little(20, 2).little(0, 8).little(crc(bytes), 4).little(bytes.length, 4)
                .little(bytes.length, 4).little(text.length, 2).little(0, 2).bytes(text).bytes(bytes);
        offset[0] += 30 + text.length + bytes.length;
        return at;
    }

    private static void entry(PickleBytes out, String name, byte[] bytes, long crc, int at) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        out.little(0x02014b50, 4).little(20, 2).little(20, 2).little(0, 8).little(crc, 4)
                .little(bytes.length, 4).little(bytes.length, 4).little(text.length, 2).little(0, 8).little(0, 4)
                .little(at, 4).bytes(text);
    }
}
