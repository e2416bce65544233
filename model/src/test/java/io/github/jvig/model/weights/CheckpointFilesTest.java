package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.Seeded;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of checkpoint file that training scripts write gives the tensors that were put into it. */
class CheckpointFilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig.pth.tar", "tiny_mobilevig_legacy.pth", "tiny_mobilevig_best.pth",
            "tiny_mobilevig_model_key.pth",
            "tiny_mobilevig_bare.pth", "tiny_mobilevig_bare_legacy.pth", "tiny_mobilevig_cuda_tag.pth"})
    void everyContainerEqualsItsSafetensorsTwin(String name) throws Exception {
        assertSame(Weights.load(TestFiles.checkpoint("tiny_mobilevig.safetensors")),
                Weights.load(TestFiles.checkpoint(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig.pth.tar", "tiny_mobilevig_legacy.pth", "tiny_mobilevig_best.pth"})
    void theMovingAverageIsReadByOption(String name) throws Exception {
        assertSame(Weights.load(TestFiles.checkpoint("tiny_mobilevig_ema.safetensors")),
                Weights.load(TestFiles.checkpoint(name), StateDict.EMA));
    }

    @ParameterizedTest
    @CsvSource({"tiny_mobilevig.safetensors,''", "tiny_mobilevig_ema.safetensors,ema/"})
    void theTensorsHoldWhatTheGeneratorGives(String name, String prefix) throws Exception {
        Weights weights = Weights.load(TestFiles.checkpoint(name));
        assertTrue(weights.names().size() > 100, weights.names()::toString);
        for (String tensor : weights.names()) {
            int[] shape = weights.shape(tensor);
            assertArrayEquals(Seeded.values(prefix + tensor, shape), weights.floats(tensor, shape), tensor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny_mobilevig_bare.pth", "tiny_mobilevig.safetensors"})
    void aFileWithoutMovingAverageSaysSo(String name) {
        WeightsException e = assertThrows(WeightsException.class,
                () -> Weights.load(TestFiles.checkpoint(name), StateDict.EMA));
        assertTrue(e.getMessage().startsWith(name + ": holds no ") && e.getMessage().contains("state_dict_ema"),
                e.getMessage());
    }

    @Test
    void theFormatIsToldByContentNotByName(@TempDir Path dir) throws Exception {
        Path disguised = dir.resolve("weights.safetensors");
        Files.copy(TestFiles.checkpoint("tiny_mobilevig_bare_legacy.pth"), disguised);
        assertSame(Weights.load(TestFiles.checkpoint("tiny_mobilevig.safetensors")), Weights.load(disguised));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pickle_cases.pth", "pickle_cases_legacy.pth"})
    void awkwardTensorsAreReadElementByElement(String name) throws Exception {
        JsonNode cases = new ObjectMapper().readTree(TestFiles.checkpoint("pickle_cases.json").toFile());
        try (Checkpoint checkpoint = Checkpoint.open(TestFiles.checkpoint(name))) {
            Map<String, TensorRef> tensors = checkpoint.tensors(StateDict.MODEL);
            assertEquals(List.copyOf(cases.propertyStream().map(Map.Entry::getKey).toList()),
                    List.copyOf(tensors.keySet()));
            for (Map.Entry<String, JsonNode> expected : cases.properties()) {
                TensorRef tensor = tensors.get(expected.getKey());
                JsonNode want = expected.getValue();
                assertEquals(want.get("dtype").asText(), torchName(tensor.dtype()), expected.getKey());
                assertArrayEquals(longs(want.get("shape")), tensor.shape(), expected.getKey());
                assertArrayEquals(longs(want.get("stride")), tensor.strides(), expected.getKey());
                assertEquals(want.get("offset").asLong(), tensor.offset(), expected.getKey());
                ByteBuffer raw = checkpoint.raw(expected.getKey(), tensor);
                assertEquals(want.get("values").size() * tensor.dtype().bytes(), raw.remaining(), expected.getKey());
                for (int i = 0; i < want.get("values").size(); i++) {
                    assertEquals(want.get("values").get(i).asDouble(), tensor.dtype().value(raw, i),
                            expected.getKey() + " element " + i);
                }
            }
        }
    }

    @Test
    void aDoubleBeyondFloat32IsNamed() {
        WeightsException e = assertThrows(WeightsException.class,
                () -> Weights.load(TestFiles.checkpoint("pickle_cases.pth")));
        assertEquals("pickle_cases.pth: tensor 'f64' holds 1.0E300 at element 1, too large for float32",
                e.getMessage());
    }

    private static void assertSame(Weights expected, Weights actual) throws WeightsException {
        assertEquals(expected.asMap().keySet(), actual.asMap().keySet());
        for (String name : expected.names()) {
            assertArrayEquals(expected.shape(name), actual.shape(name), name);
            assertArrayEquals(expected.floats(name, expected.shape(name)), actual.floats(name, expected.shape(name)),
                    name);
        }
    }

    private static long[] longs(JsonNode array) {
        return array.valueStream().mapToLong(JsonNode::asLong).toArray();
    }

    private static String torchName(DType dtype) {
        return switch (dtype) {
            case F64 -> "torch.float64";
            case F32 -> "torch.float32";
            case F16 -> "torch.float16";
            case BF16 -> "torch.bfloat16";
            case I64 -> "torch.int64";
            case I32 -> "torch.int32";
            case I16 -> "torch.int16";
            case I8 -> "torch.int8";
            case U8 -> "torch.uint8";
            case BOOL -> "torch.bool";
        };
    }
}
