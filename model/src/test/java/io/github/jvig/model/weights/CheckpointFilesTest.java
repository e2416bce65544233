package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.Seeded;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
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
        SteadyFile file = new SteadyFile(TestFiles.checkpoint(name));
        try (Checkpoint checkpoint = Checkpoint.open(name, new ByteRange(file, 0, file.size()))) {
            Map<String, Object> tensors = checkpoint.select(StateDict.MODEL).tensors();
            assertEquals(List.copyOf(cases.propertyStream().map(Map.Entry::getKey).toList()),
                    List.copyOf(tensors.keySet()));
            for (Map.Entry<String, JsonNode> expected : cases.properties()) {
                TensorRef tensor = (TensorRef) tensors.get(expected.getKey());
                JsonNode want = expected.getValue();
                assertEquals(want.get("dtype").asText(), "torch." + tensor.dtype().torchName(), expected.getKey());
                assertArrayEquals(longs(want.get("shape")), tensor.shape(), expected.getKey());
                assertArrayEquals(longs(want.get("stride")), tensor.strides(), expected.getKey());
                assertEquals(want.get("offset").asLong(), tensor.offset(), expected.getKey());
                float[] data = new float[tensor.check(name, expected.getKey())];
                assertEquals(want.get("values").size(), data.length, expected.getKey());
                if (expected.getKey().equals("f64") || data.length == 0) {
                    continue; // holds a value beyond float32, see below
                }
                Stored stored = checkpoint.bytes(expected.getKey(), tensor.storage());
                new TensorValues(name, stored)
                        .read(List.of(new TensorValues.Wanted(expected.getKey(), tensor, data)));
                for (int i = 0; i < data.length; i++) {
                    assertEquals((float) want.get("values").get(i).asDouble(), data[i],
                            expected.getKey() + " element " + i);
                }
            }
        }
    }

    /** As some tools pack a checkpoint anew. PyTorch reads it as well. */
    @Test
    void compressedEntriesAreRead(@TempDir Path dir) throws Exception {
        Path packed = dir.resolve("packed.pth");
        try (ZipFile in = new ZipFile(TestFiles.checkpoint("tiny_mobilevig.pth.tar").toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(packed))) {
            for (ZipEntry entry : Collections.list(in.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream bytes = in.getInputStream(entry)) {
                    bytes.transferTo(out);
                }
            }
        }
        assertTrue(Files.size(packed) < Files.size(TestFiles.checkpoint("tiny_mobilevig.pth.tar")));
        assertSame(Weights.load(TestFiles.checkpoint("tiny_mobilevig.safetensors")), Weights.load(packed));
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
}
