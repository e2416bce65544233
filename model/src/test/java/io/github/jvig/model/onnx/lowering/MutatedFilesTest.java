package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with some bytes changed, lost or doubled are read and imported, or refused in one line. */
class MutatedFilesTest {
    private static final int ROUNDS = 600;

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        switch (random.nextInt(8)) {
            case 0 -> result = java.util.Arrays.copyOf(result, random.nextInt(result.length));
            case 1 -> {
                int from = random.nextInt(result.length);
                int to = from + random.nextInt(Math.min(64, result.length - from));
                byte[] cut = new byte[result.length - (to - from)];
                System.arraycopy(result, 0, cut, 0, from);
                System.arraycopy(result, to, cut, from, result.length - to);
                result = cut;
            }
            case 2 -> {
                int length = 1 + random.nextInt(Math.min(32, result.length));
                System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), result,
                        random.nextInt(result.length - length + 1), length);
            }
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int at = random.nextInt(result.length);
                    result[at] = switch (random.nextInt(4)) {
                        case 0 -> (byte) random.nextInt(256);
                        case 1 -> (byte) (result[at] + 1);
                        case 2 -> (byte) (result[at] ^ 1 << random.nextInt(8));
                        default -> (byte) 0xff;
                    };
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"folding", "views18", "views11", "functions", "branches", "types"})
    @Timeout(120)
    void areReadOrRefusedInOneLine(String name, @TempDir Path folder) throws Exception {
        byte[] bytes = Files.readAllBytes(
                Path.of(MutatedFilesTest.class.getResource(name + ".onnx").toURI()));
        Path file = folder.resolve("net.onnx");
        Random random = new Random(name.hashCode());
        int read = 0;
        int imported = 0;
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Files.write(file, mutated(bytes, random));
            long start = System.nanoTime();
            try {
                OnnxModel model = OnnxReader.read(file);
                read++;
                List<List<Integer>> shapes;
                try {
                    shapes = Importer.shapes(model, Map.of(), 2, 3);
                } catch (IllegalArgumentException e) {
                    checkLine(e, "net.onnx");
                    continue;
                }
                if (shapes.stream().anyMatch(s -> s.stream().mapToDouble(v -> v).reduce(1, (a, b) -> a * b) > 1e7)) {
                    continue;
                }
                Importer.at(model, shapes);
                imported++;
            } catch (OnnxException e) {
                checkLine(e, "net.onnx");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + i, e);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(seconds < 10, "round " + i + " took " + seconds + " s");
        }
        assertTrue(read > ROUNDS / 20 && imported > ROUNDS / 50 && refused > ROUNDS / 20,
                read + " read, " + imported + " imported, " + refused + " refused");
    }

    static void checkLine(Exception e, String file) {
        String message = e.getMessage();
        assertTrue(message.contains(file), message);
        assertFalse(message.chars().anyMatch(Character::isISOControl), message);
        assertTrue(message.length() < 1500, message);
    }
}
