package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote in unusual but lawful ways, and files that are something else. */
class CheckpointKindsTest {
    @TempDir
    Path dir;

    private static Path kind(String name) {
        return TestFiles.checkpoint("kinds/" + name);
    }

    /** PyTorch's own values of every file; its counter is a float and is left out. */
    private static void assertTheWeights(Weights weights) throws WeightsException {
        assertEquals(Set.of("a.weight", "a.bias"), weights.names());
        assertArrayEquals(new float[]{0.5f, -1, 2, 3}, weights.floats("a.weight", 2, 2));
        assertArrayEquals(new float[]{4, -5}, weights.floats("a.bias", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"objects.pth", "odd.pth", "subclass.pth", "negative.pth", "negative_legacy.pth",
            "compiled.pth", "no_checksums.pth", "attributes.pth", "deep.pth", "protocol1_legacy.pth",
            "protocol3_legacy.pth", "protocol4_legacy.pth", "protocol5_legacy.pth", "list.pth", "tuple.pth"})
    void whatPyTorchLoadsIsLoaded(String name) throws Exception {
        assertTheWeights(Weights.load(kind(name)));
    }

    @Test
    void anEmptyNameIsNotTheCurrentFolder() {
        assertEquals("the name of the weights' file is empty",
                assertThrows(WeightsException.class, () -> Weights.load(Path.of(""))).getMessage());
    }

    @Test
    void theAverageAndAnyOtherDictIsFoundByItsKey() throws Exception {
        assertTheWeights(Weights.load(kind("average.pth"), StateDict.EMA));
        assertTheWeights(Weights.load(kind("average.pth"), StateDict.named("params_ema")));
        assertTheWeights(Weights.load(kind("objects.pth"), StateDict.named("model")));
        assertArrayEquals(new float[]{4, -5}, Weights.load(kind("objects.pth"), StateDict.named("model.a"))
                .floats("bias", 2));
        assertArrayEquals(new float[]{5, -4}, Weights.load(kind("average.pth")).floats("a.bias", 2));
        assertTheWeights(Weights.load(kind("tuple.pth"), StateDict.named("1")));
        assertArrayEquals(new float[]{1, 1, 1, 1},
                Weights.load(kind("list.pth"), StateDict.named("1")).floats("b.weight", 2, 2));
    }

    @ParameterizedTest
    @CsvSource({"q,is quantized", "s,is sparse", "m,is on the device meta", "f8,holds float8_e4m3fn values",
            "c,is a conjugate view", "u,holds uint16 values"})
    void aTensorThatIsNotReadSaysWhatItIs(String name, String what) throws Exception {
        Weights weights = Weights.load(kind("odd.pth"));
        String message = assertThrows(WeightsException.class, () -> weights.floats(name, 1)).getMessage();
        assertTrue(message.startsWith("odd.pth: tensor '" + name + "' " + what), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "arrays.pth|holds no state dict; it has 'a.weight' (a NumPy array), 'a.bias' (a NumPy array),"
                    + " 'a.num_batches_tracked' (a NumPy array); NumPy arrays are not read, save tensors made of them by torch.from_numpy()",
            "model_of_arrays.pth|holds no state dict; it has 'model' (a dict of NumPy arrays), 'epoch' (a number);"
                    + " NumPy arrays are not read, save tensors made of them by torch.from_numpy()",
            "averages.pth|holds no state dict; it has only keys that are not text (2); save the dict of tensors that is meant"})
    void aDictWithoutTensorsSaysWhatItHolds(String name, String what) {
        assertEquals(name + ": " + what,
                assertThrows(WeightsException.class, () -> Weights.load(kind(name))).getMessage());
    }

    @Test
    void anArrayAmongTensorsIsMissedOnlyWhereItIsAskedFor() throws Exception {
        Weights weights = Weights.load(kind("one_array.pth"));
        assertArrayEquals(new float[]{0.5f, -1, 2, 3}, weights.floats("a.weight", 2, 2));
        assertEquals("one_array.pth: tensor 'a.bias' is a NumPy array; save it as a tensor, by torch.from_numpy()",
                assertThrows(WeightsException.class, () -> weights.floats("a.bias", 2)).getMessage());
    }

    @Test
    void aCoreMlModelIsNotAnOnnxFile() throws Exception {
        Path file = Files.write(dir.resolve("net.mlmodel"), new byte[]{8, 4, 0x12, 10, 10, 5, 'i', 'm', 'a', 'g', 'e'});
        assertEquals("net.mlmodel: is a Core ML model, not a PyTorch checkpoint or safetensors",
                assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "whole.pth|holds a whole model (torch.nn.modules.linear.Linear)",
            "whole_legacy.pth|holds a whole model (torch.nn.modules.linear.Linear)",
            "dict_of_whole.pth|'model' is a whole model (torch.nn.modules.linear.Linear)",
            "script.pt|is a TorchScript archive"})
    void whatIsNoStateDictSaysWhatItIs(String name, String what) {
        String message = assertThrows(WeightsException.class, () -> Weights.load(kind(name))).getMessage();
        assertTrue(message.contains(what) && message.contains("state_dict()"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
            "version https://git-lfs.github.com/spec/v1|Git LFS pointer",
            "<!DOCTYPE html><html>|HTML page", "{\"a\": 1}|JSON", "GGUF........|GGUF", "....TFL3....|TensorFlow Lite"})
    void otherFilesAreNamed(String content, String what) throws Exception {
        Path file = Files.writeString(dir.resolve("x.pth"), content);
        String message = assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage();
        assertTrue(message.startsWith("x.pth: is a") && message.contains(what), message);
    }

    @Test
    void shardsAreReadByTheirIndexOrFolder() throws Exception {
        Files.write(dir.resolve("m-00001-of-00001.safetensors"), CheckpointFuzz.safetensors());
        assertEquals(Set.of("a", "b"), Weights.load(dir).names());
        Path index = Files.writeString(dir.resolve("m" + ShardIndex.SUFFIX),
                "{\"weight_map\":{\"a\":\"m-00001-of-00001.safetensors\",\"x\":\"m-00001-of-00001.safetensors\"}}");
        assertEquals("m.index.json: tensor 'x' is not in the shard 'm-00001-of-00001.safetensors'",
                assertThrows(WeightsException.class, () -> Weights.load(index)).getMessage());
        Files.writeString(index, "{\"weight_map\":{\"a\":\"../m.safetensors\"}}");
        assertTrue(assertThrows(WeightsException.class, () -> Weights.load(dir)).getMessage()
                .contains("not the name of a file in its folder"));
    }

    @Test
    void valuesThatDontFillTheirShapeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Weights.Tensor(new int[]{2, 3}, new float[5]));
        assertThrows(IllegalArgumentException.class, () -> new Weights.Tensor(new int[]{-1}, new float[1]));
    }
}
