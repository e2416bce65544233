package io.github.jvig.model.weights;

import static io.github.jvig.model.weights.PickleBytes.pickle;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipes and devices where a checkpoint should be, and names that steer a terminal. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpecialFilesTest {
    private static final String ESCAPES = "\u001b[2J\u001b]0;title\u0007\r\n\u0085\u202e";

    @TempDir
    Path dir;

    private Path pipe(String name) throws Exception {
        Path pipe = dir.resolve(name);
        try {
            Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
            assumeTrue(process.waitFor() == 0, "no pipes here");
        } catch (IOException e) {
            assumeTrue(false, "no mkfifo here");
        }
        return pipe;
    }

    @ParameterizedTest
    @ValueSource(strings = {"w.pth", "w.safetensors", "model.safetensors.index.json"})
    void aPipeIsRefusedAndNotWaitedFor(String name) throws Exception {
        Path pipe = pipe(name);
        assertEquals(pipe + ": is not a file",
                assertThrows(WeightsException.class, () -> Weights.load(pipe)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors.index.json", "model-00001-of-00001.safetensors", "model.safetensors"})
    void aPipeInAFolderIsRefusedAndNotWaitedFor(String name) throws Exception {
        pipe(name);
        String message = assertThrows(WeightsException.class, () -> Weights.load(dir)).getMessage();
        assertTrue(message.contains(name) && message.endsWith(": is not a file") || message.contains("is missing"),
                message);
    }

    @Test
    void aDeviceIsRefused() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "no such device here");
        assertEquals("/dev/zero: is not a file",
                assertThrows(WeightsException.class, () -> Weights.load(device)).getMessage());
    }

    private static void assertPlain(String message) {
        assertFalse(message.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x202e), message);
    }

    @Test
    void controlCharactersInNamesAreNotPassedOn() throws Exception {
        byte[] odd = pickle().op("}(").text("w" + ESCAPES).tensor("0", 1, 5, new long[]{1}, new long[]{1}).op("u")
                .stop();
        Path file = TestFiles.zip(dir.resolve("a.pth"), odd, 4);
        assertPlain(assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage());

        byte[] called = pickle().text("os" + ESCAPES).text("system" + ESCAPES).op(0x93).op(")R").stop();
        Path calling = TestFiles.zip(dir.resolve("b.pth"), called, 4);
        assertPlain(assertThrows(WeightsException.class, () -> Weights.load(calling)).getMessage());

        byte[] keys = pickle().op("}").text("k" + ESCAPES).op("Ns").stop();
        Path nothing = TestFiles.zip(dir.resolve("c.pth"), keys, 4);
        assertPlain(assertThrows(WeightsException.class, () -> Weights.load(nothing)).getMessage());
        assertPlain(assertThrows(WeightsException.class, () -> Weights.load(nothing, StateDict.named(ESCAPES)))
                .getMessage());

        Weights good = new Weights("x", Map.of("w" + ESCAPES, new Weights.Tensor(new int[]{1}, new float[1])));
        assertPlain(assertThrows(WeightsException.class, () -> good.floats("w" + ESCAPES, 2)).getMessage());
        assertPlain(assertThrows(WeightsException.class, () -> good.floats(ESCAPES, 2)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "text", "folder", "json"})
    void controlCharactersInTheNameOfAFileAreNotPassedOn(String kind) throws Exception {
        Path file = dir.resolve(kind + ESCAPES + (kind.equals("json") ? ShardIndex.SUFFIX : ".pth"));
        switch (kind) {
            case "text" -> Files.writeString(file, "hello, world");
            case "folder" -> Files.createDirectory(file);
            case "json" -> Files.writeString(file, "{\"weight_map\":{\"w\":\"\\u001b[2J\"}}");
            default -> {
            }
        }
        assertPlain(assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage());
    }
}
