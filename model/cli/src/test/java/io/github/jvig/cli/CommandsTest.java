package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Features;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs every command inside this JVM: results, exit statuses, and one-line messages for failures. */
class CommandsTest {
    @TempDir
    private Path folder;

    @Test
    void classifiesTheBuiltInSamplesRight() {
        List<JsonNode> answers = Outcome.of("classify", "--json", "--top-k", 3).ok().json();
        assertEquals(20, answers.size());
        for (JsonNode answer : answers) {
            assertEquals(List.of("path", "top", "millis"), names(answer));
            String digit = answer.get("path").asText().replaceFirst("samples/(\\d)-[ab].png", "$1");
            assertEquals(3, answer.get("top").size());
            JsonNode best = answer.get("top").get(0);
            assertEquals(List.of("index", "label", "probability"), names(best));
            assertEquals(digit, best.get("label").asText());
            assertEquals(digit, best.get("index").asText());
            assertTrue(best.get("probability").asDouble() > 0.5 && best.get("probability").asDouble() <= 1);
            assertTrue(answer.get("millis").asDouble() > 0);
        }
    }

    @Test
    void saysTheSameInWords() throws IOException {
        Path image = Samples.digit(folder.resolve("sieben.png"), "7-a.png");
        List<String> lines = Outcome.of("classify", image, "--top-k", "2").ok().lines();
        assertEquals(3, lines.size());
        assertEquals(image.toString(), lines.getFirst());
        assertTrue(lines.get(1).matches(" +\\d+\\.\\d %  7"), lines.get(1));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,1", "2,2", "2147483647,2"})
    void walksFoldersInOrderAndGoesOnBehindWhatIsNoImage(int batch, int threads) throws IOException {
        Path inner = Files.createDirectories(folder.resolve("b/ä"));
        List<Path> wanted = List.of(Samples.digit(folder.resolve("a.png"), "3-a.png"),
                Samples.digit(inner.resolve("no-extension"), "4-b.png"),
                Files.writeString(inner.resolve("x.JPG"), "no image"),
                Samples.digit(folder.resolve("c.png"), "5-a.png"),
                Files.createFile(folder.resolve("d.webp")));
        Files.writeString(folder.resolve("notes.txt"), "no image, and not called one");
        Outcome outcome = Outcome.of("classify", folder, "--json", "--batch", batch, "--threads", threads, "--top-k",
                1);
        assertEquals(Main.PARTIAL, outcome.status());
        assertEquals("", outcome.err());
        List<JsonNode> answers = outcome.json();
        assertEquals(wanted.stream().map(Path::toString).toList(),
                answers.stream().map(a -> a.get("path").asText()).toList());
        assertEquals(Arrays.asList("3", "4", null, "5", null), answers.stream()
                .map(a -> a.has("error") ? null : a.get("top").get(0).get("label").asText()).toList());
        assertEquals(List.of("path", "error"), names(answers.get(2)));
    }

    @Test
    void saysInWordsWhatIsNoImage() throws IOException {
        Path good = Samples.digit(folder.resolve("good.png"), "3-a.png");
        Path bad = Files.writeString(folder.resolve("bad.png"), "bad");
        Path missing = folder.resolve("missing.png");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Outcome outcome = Outcome.of("classify", bad, missing, empty, good, "--top-k", 1);
        assertEquals(Main.PARTIAL, outcome.status());
        assertEquals(2, outcome.lines().size());
        List<String> lines = outcome.err().lines().toList();
        assertEquals(3, lines.size(), outcome.err());
        Outcome.assertOneLine(lines.get(0) + "\n", bad.toString(), "not an image");
        Outcome.assertOneLine(lines.get(1) + "\n", missing.toString(), "no such file");
        Outcome.assertOneLine(lines.get(2) + "\n", empty.toString(), "no image in this folder");
    }

    @Test
    void namesClassesFromAFileOrByNumberOrAsImageNetDoes() throws IOException {
        Path image = Samples.image("rgb444.jpg");
        Path weights = Samples.seededWeights(folder.resolve("ti.safetensors"), "mobilevig_ti");
        JsonNode best = Outcome.of("classify", "--model", "mobilevig_ti", "--weights", weights, "--json", image).ok()
                .json()
                .getFirst().get("top").get(0);
        assertEquals(Labels.imagenet1k().name(best.get("index").asInt()),
                best.get("label").asText());

        List<String> names = IntStream.range(0, 10).mapToObj(i -> "Ziffer " + i + " ✓").toList();
        Path labels = Files.write(folder.resolve("labels.txt"), names);
        Path digit = Samples.digit(folder.resolve("8.png"), "8-a.png");
        assertEquals("Ziffer 8 ✓", Outcome.of("classify", "--labels", labels, "--json", digit).ok().json().getFirst()
                .get("top").get(0).get("label").asText());
        Files.write(labels, names.subList(0, 9));
        Outcome.of("classify", "--labels", labels, digit).failed(Main.FAILED, labels.toString(), "9 labels",
                "10 classes");
    }

    @ParameterizedTest
    @CsvSource({"cpu,1,64,64", "scalar,2,64,64", "auto,2,96,160"})
    void runGivesTheAuthorsLogits(String device, int threads, int height, int width) throws IOException {
        JsonNode golden = Samples.golden("tiny_mobilevig_1x" + height + "x" + width);
        Path input = Samples.input(folder.resolve("x.npy"), 1, height, width);
        Path output = folder.resolve("y.npy");
        for (String file : new String[]{"tiny_mobilevig.pth.tar", "tiny_mobilevig_bare_legacy.pth",
                "tiny_mobilevig.safetensors"}) {
            Outcome outcome = Outcome
                    .of("run", "--model", "digits", "--weights", Samples.checkpoint(file), "--input", input,
                            "--output", output, "--device", device, "--threads", threads)
                    .ok();
            assertEquals("", outcome.out());
            assertLogits(golden.get("logits"), golden.get("logits_std").asDouble(), output);
        }
        assertOnly("x.npy", "y.npy");
    }

    @Test
    void runTakesTheMovingAverageWhenAsked() throws IOException {
        Path input = Samples.input(folder.resolve("x.npy"), 1, 64, 64);
        Path output = folder.resolve("y.npy");
        Outcome.of("run", "--model", "digits", "--weights", Samples.checkpoint("tiny_mobilevig.pth.tar"), "--ema",
                "--input",
                input, "--output", output).ok();
        assertLogits(Samples.golden("tiny_mobilevig_ema").get("logits_ema_1x3x64x64"), 0.5, output);
    }

    @Test
    void runWritesFeaturesBesideTheLogits() throws IOException {
        Path input = Samples.input(folder.resolve("x.npy"), 1, 64, 64);
        Outcome.of("run", "--model", "digits", "--input", input, "--output", folder.resolve("y.npy"), "--features")
                .ok();
        assertOnly("x.npy", "y.npy", "y.stride16.npy", "y.stride32.npy", "y.stride4.npy", "y.stride8.npy");
        assertEquals(10, Npy.read(folder.resolve("y.npy")).length);
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false).features(true))) {
            for (Features.Level map : session.features(Npy.read(input)).maps()) {
                Path file = folder.resolve("y.stride" + map.stride() + ".npy");
                assertArrayEquals(map.values(), Npy.read(file));
                try (NpyReader in = new NpyReader(file)) {
                    assertArrayEquals(new long[]{1, map.channels(), 64 / map.stride(), 64 / map.stride()}, in.shape());
                }
            }
        }
    }

    @Test
    void runWithFeaturesKeepsItsInputAndOldResults() throws IOException {
        Path input = Samples.input(folder.resolve("y.stride8.npy"), 1, 64, 64);
        byte[] before = Files.readAllBytes(input);
        Path output = Files.writeString(folder.resolve("y.npy"), "old");
        Outcome.of("run", "--model", "digits", "--input", input, "--output", output, "--features").failed(Main.FAILED,
                input.toString(), "is the input");
        assertArrayEquals(before, Files.readAllBytes(input));
        assertEquals("old", Files.readString(output));
        assertOnly("y.npy", "y.stride8.npy");
    }

    private static void assertLogits(JsonNode expected, double std, Path file) throws IOException {
        double[] logits = new ObjectMapper().convertValue(expected, double[].class);
        float[] actual = Npy.read(file);
        assertEquals(logits.length, actual.length);
        for (int i = 0; i < logits.length; i++) {
            assertEquals(logits[i], actual[i], 2e-5 * std, "logit " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4 * 12, 5 * 12 + 3, 7 * 12, 1000})
    void runGivesTheSameInPiecesOfAnySize(int chunk) throws IOException {
        float[] values = new float[7 * 12];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        Path input = Npy.float32(folder.resolve("x.npy"), "(7, 3, 2, 2)", values);
        Path output = folder.resolve("y.npy");
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false).size(2, 2));
                NpyReader in = new NpyReader(input);
                FileChannel out = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            RunCommand.run(session, in, List.of(out), chunk);
            assertArrayEquals(session.run(values), Npy.read(output));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"(3, 8, 8) | 192 | must be (N, 3, H, W), got (3, 8, 8)",
            "(1, 4, 8, 8) | 256 | must be (N, 3, H, W), got (1, 4, 8, 8)",
            "(1, 3, 0, 8) | 0 | the array is empty",
            "(1, 3, 8, 8) | 191 | needs 768 bytes of elements, the file has 764"})
    void runRefusesOtherShapes(String shape, int elements, String why) throws IOException {
        Path input = Npy.float32(folder.resolve("x.npy"), shape, new float[elements]);
        Outcome.of("run", "--model", "digits", "--input", input, "--output", folder.resolve("y.npy"))
                .failed(Main.FAILED, input.toString(), why);
        assertOnly("x.npy");
    }

    @Test
    void runFindsAtOnceThatItCantWrite() throws IOException {
        Path input = Npy.float32(folder.resolve("x.npy"), "(1, 3, 2, 2)", new float[12]);
        byte[] before = Files.readAllBytes(input);
        // The weights do not exist: the message about the output shows that it is checked before they are read.
        Object[] args = {"run", "--model", "digits", "--weights", "none", "--input", input, "--output", null};
        for (Path output : List.of(folder, folder.resolve("no/such/folder.npy"), input)) {
            args[args.length - 1] = output;
            Outcome.of(args).failed(Main.FAILED, output.toString());
        }
        assertArrayEquals(before, Files.readAllBytes(input));
        assertOnly("x.npy");
    }

    @Test
    void runLeavesAnOldResultAloneWhenItFails() throws IOException {
        Path output = Files.writeString(folder.resolve("y.npy"), "old");
        float[] values = new float[2 * 3 * 4];
        values[23] = Float.NaN;
        Path input = Npy.float32(folder.resolve("x.npy"), "(2, 3, 2, 2)", values);
        Outcome.of("run", "--model", "digits", "--input", input, "--output", output)
                .failed(Main.FAILED, input.toString(), "element 23 is NaN");
        assertEquals("old", Files.readString(output));
        assertOnly("x.npy", "y.npy");
    }

    @Test
    void convertWritesWhatItRead() throws IOException {
        Path source = Samples.checkpoint("tiny_mobilevig.pth.tar");
        for (StateDict which : List.of(StateDict.MODEL, StateDict.EMA)) {
            Path target = folder.resolve("out.safetensors");
            List<Object> args = new ArrayList<>(List.of("convert", source, target));
            if (which == StateDict.EMA) {
                args.add("--ema");
            }
            Outcome outcome = Outcome.of(args.toArray()).ok();
            Weights expected = Weights.load(source, which);
            Weights written = Weights.load(target);
            assertEquals(expected.asMap().keySet(), written.asMap().keySet());
            expected.asMap().forEach((name, tensor) -> {
                assertArrayEquals(tensor.shape(), written.asMap().get(name).shape(), name);
                assertArrayEquals(tensor.data(), written.asMap().get(name).data(), name);
            });
            assertEquals(target + ": " + expected.names().size() + " tensors, " + Files.size(target) + " bytes\n",
                    outcome.out());
        }
    }

    @Test
    void convertKeepsItsInput() throws IOException {
        Path input = Files.copy(Samples.checkpoint("tiny_mobilevig.safetensors"), folder.resolve("in.safetensors"));
        byte[] before = Files.readAllBytes(input);
        Outcome.of("convert", input, folder.resolve("./in.safetensors")).failed(Main.FAILED, "is the input");
        Outcome.of("convert", input, folder.resolve("out.pth")).failed(Main.USAGE, "out.pth", ".safetensors");
        Outcome.of("convert", input, folder.resolve("none/out.safetensors")).failed(Main.FAILED, "no folder");
        Outcome.of("convert", input, folder.resolve("out.safetensors"), "--ema").failed(Main.FAILED, "in.safetensors");
        assertArrayEquals(before, Files.readAllBytes(input));
        assertOnly("in.safetensors");
    }

    @Test
    void benchMeasuresEachNumberOfThreads() {
        List<JsonNode> rows = Outcome
                .of("bench", "--model", "digits", "--threads", "1,2", "--batch", 2, "--size", "64x32",
                        "--seconds", 0.1, "--json")
                .ok().json();
        assertEquals(2, rows.size());
        for (int i = 0; i < 2; i++) {
            JsonNode row = rows.get(i);
            assertEquals(
                    List.of("model", "size", "batch", "threads", "device", "p50_ms", "p90_ms", "images_per_s", "gflops",
                            "peak_gflops", "peak_share"),
                    names(row));
            assertEquals("digits", row.get("model").asText());
            assertEquals("64x32", row.get("size").asText());
            assertEquals(2, row.get("batch").asInt());
            assertEquals(i + 1, row.get("threads").asInt());
            assertEquals("cpu", row.get("device").asText());
            assertTrue(
                    row.get("p50_ms").asDouble() > 0 && row.get("p90_ms").asDouble() >= row.get("p50_ms").asDouble());
            assertTrue(row.get("images_per_s").asDouble() > 0);
            assertEquals(row.get("gflops").asDouble() / row.get("peak_gflops").asDouble(),
                    row.get("peak_share").asDouble(),
                    1e-2);
        }
        assertEquals(64, Outcome.of("bench", "--model", "digits", "--seconds", 0.01, "--json").ok().json().getFirst()
                .get("size").asInt());
        List<String> table = Outcome.of("bench", "--model", "digits", "--seconds", 0.01, "--device", "scalar").ok()
                .lines();
        assertEquals(3, table.size());
        assertTrue(table.getFirst().startsWith("scalar: ") && table.getLast().startsWith("digits "), table::toString);
    }

    @Test
    void explainShowsEveryStep() {
        List<JsonNode> steps = Outcome
                .of("explain", "--model", "mobilevig_ti", "--size", 32, "--threads", 1, "--seconds", 0.05,
                        "--json")
                .ok().json();
        JsonNode total = steps.getLast();
        assertEquals(steps.size() - 1, total.get("steps").asInt());
        long macs = 0;
        for (int i = 0; i < steps.size() - 1; i++) {
            assertEquals(
                    List.of("step", "name", "operation", "out", "kernel", "parameters", "macs", "bytes", "live_bytes",
                            "offset",
                            "choice", "micros",
                            "gflops", "peak_share"),
                    names(steps.get(i)));
            assertEquals(i, steps.get(i).get("step").asInt());
            macs += steps.get(i).get("macs").asLong();
        }
        assertEquals(macs, total.get("macs").asLong());
        assertEquals(32, total.get("size").asInt());
        assertEquals("logits", steps.get(steps.size() - 2).get("name").asText());
        List<String> table = Outcome
                .of("explain", "--model", "mobilevig_ti", "--size", 32, "--threads", 1, "--seconds", 0.05)
                .ok().lines();
        assertEquals(steps.size() + 3, table.size());
        assertTrue(table.get(table.size() - 2).startsWith("peak of activations: "), table::toString);
        long peak = total.get("peak_bytes").asLong();
        assertTrue(peak > 0 && peak <= total.get("workspace_bytes").asLong(), total::toString);
        for (JsonNode step : steps.subList(0, steps.size() - 1)) {
            assertTrue(step.get("kernel").asText().startsWith("chain") || step.get("choice").asText().contains("row")
                    || step.get("choice").asText().contains("table"), step.toString());
        }
    }

    /** With vectors the first layers run in strips; without there are no chains, so nothing but a bound that is large enough can be met. */
    @Test
    void aBoundOfTheMemoryIsKeptOrRefusedInOneLine() throws IOException {
        Path weights = Samples.seededWeights(folder.resolve("ti.safetensors"), "mobilevig_ti");
        Path input = Samples.input(folder.resolve("x.npy"), 1, 96, 96);
        Path free = folder.resolve("free.npy");
        Path bounded = folder.resolve("bounded.npy");
        List<Object> run = List.of("run", "--model", "mobilevig_ti", "--weights", weights, "--input", input,
                "--threads", 1, "--device", "cpu");
        Outcome.of(Stream.concat(run.stream(), Stream.of("--output", free)).toArray()).ok();
        Outcome refusal = Outcome
                .of(Stream.concat(run.stream(), Stream.of("--output", bounded, "--memory", "1KB")).toArray());
        refusal.failed(Main.FAILED, "its activations take at least ", "more than the bound of 1000");
        String smallest = refusal.err().replaceFirst("(?s).*at least (\\d+) bytes.*", "$1");
        Outcome.of(Stream.concat(run.stream(), Stream.of("--output", bounded, "--memory", smallest)).toArray()).ok();
        assertArrayEquals(Npy.read(free), Npy.read(bounded));
        List<String> lines = Outcome.of("explain", "--model", "mobilevig_ti", "--size", 96, "--threads", 1,
                "--device", "cpu", "--seconds", 0.01, "--memory", smallest).ok().lines();
        String peak = lines.get(lines.size() - 2);
        assertTrue(peak.startsWith("peak of activations: "), peak);
        assertEquals(KernelProvider.get().name().startsWith("vector"), peak.contains("; in strips: steps "), peak);
        Outcome.of("bench", "--model", "mobilevig_ti", "--size", 96, "--threads", 1, "--device", "cpu", "--memory",
                "0.5KB").failed(Main.FAILED, "more than the bound of 500");
        for (String bad : List.of("many", "1TB", "0", "-1", "99999999999999999GB")) {
            Outcome.of("bench", "--memory=" + bad).failed(2, bad);
        }
    }

    @Test
    void explainShowsTheRowsOfTheKernelTable() {
        for (KernelProvider provider : List.of(KernelProvider.get(), KernelProvider.scalar())) {
            String device = provider == KernelProvider.get() ? "cpu" : "scalar";
            List<String> lines = Outcome.of("explain", "--model", "digits", "--device", device, "--threads", 1,
                    "--seconds", 0.01, "--kernels").ok().lines();
            List<String> table = Devices.named(device).kernelTable().lines().toList();
            List<String> kernels = provider.table().toString().lines().toList();
            assertEquals(kernels, table.subList(table.size() - kernels.size(), table.size()));
            assertEquals("kernels of " + device + ":", lines.get(lines.size() - table.size() - 1));
            assertEquals(table, lines.subList(lines.size() - table.size(), lines.size()));
        }
        Outcome.of("explain", "--model", "digits", "--kernels", "--json").failed(2,
                "--kernels cannot be used together");
    }

    @Test
    void explainShowsTheGraphBeforeAndAfterThePasses() {
        String graph = Outcome.of("explain", "--model", "digits", "--graph").ok().out();
        String before = graph.substring(0, graph.indexOf("after the passes"));
        String after = graph.substring(before.length());
        assertTrue(before.contains("stem.stem.1: affine") && before.contains("dist_head: conv"));
        assertFalse(after.contains("affine") || after.contains("dist_head: conv"));
        assertTrue(after.contains("+gelu"));
    }

    @Test
    void listsModelsByFamilyWithTheirPublishedSizes() {
        List<String> lines = Outcome.of("models").ok().lines();
        // The digits net has 238,980 parameters; MobileViG's paper counts 5.2 M for Ti without its second head.
        assertTrue(lines.stream().anyMatch(l -> l.matches("  digits +239\\.0 k .* built in")), lines::toString);
        assertTrue(lines.stream().anyMatch(l -> l.matches("  mobilevig_ti +5\\.\\d M .* 224 +authors")),
                lines::toString);
        assertTrue(lines.contains("MobileNetV3, ICCV 2019, arXiv 1905.02244"), lines::toString);
        assertTrue(lines.stream().allMatch(l -> l.length() < 160), "a line is too long for a terminal");
    }

    /** VCMamba reads the bias of its steps in two layers; 10,478,720 is what its authors' net has. */
    @Test
    void aTensorThatTwoLayersReadIsCountedOnce() {
        List<String> lines = Outcome.of("models", "--json", "vcmamba_s").ok().lines();
        assertTrue(lines.getFirst().contains("\"parameters\":10478720,"), lines::toString);
    }

    @Test
    void listsAllThatIsKnownOfTheModelsAskedFor() {
        List<String> lines = Outcome.of("models", "MobileNetV3_large", "2307.00395").ok().lines();
        assertTrue(
                lines.stream().anyMatch(l -> l.matches("  mobilevig_ti .* authors .* 75\\.7 +Apache-2\\.0 +https:.*")),
                lines::toString);
        assertTrue(lines.stream().anyMatch(l -> l.matches(
                "  mobilenetv3_large_100 .* miil_in21k_ft_in1k +224 +0\\.875 +bilinear +0\\.0 .*")), lines::toString);
        assertTrue(lines.stream().noneMatch(l -> l.contains("greedyvig")), lines::toString);
        lines = Outcome.of("models", "cas_vit", "convnext_tiny").ok().lines();
        assertTrue(lines.stream().anyMatch(l -> l.startsWith("  cas_vit_xs ")), lines::toString);
        assertTrue(lines.stream().anyMatch(l -> l.matches(
                "  convnext_tiny .* in12k_ft_in1k_384 +384 +1 +bicubic, squashed .*")), lines::toString);
        Outcome.of("models", "no-such-net").failed(2, "no model and no paper has 'no-such-net' in its name");
    }

    @Test
    void modelsAsJson() throws IOException {
        List<String> lines = Outcome.of("models", "--json", "mobilenetv3_large_100").ok().lines();
        assertEquals(2, lines.size(), "the net and the one trained in TensorFlow");
        JsonNode net = new ObjectMapper().readTree(lines.getFirst());
        assertEquals("mobilenetv3_large_100", net.get("model").asText());
        assertEquals(5_483_032, net.get("parameters").asLong());
        assertEquals(4, net.get("weights").size());
        assertEquals("center", net.get("weights").get(1).get("cropMode").asText());
        assertEquals(0, net.get("weights").get(1).get("mean").get(0).asDouble());
    }

    @Test
    void listsDevicesAndMarksTheDefault() {
        List<String> lines = Outcome.of("devices").ok().lines();
        assertEquals(1, lines.stream().filter(l -> l.startsWith("*")).count());
        assertTrue(lines.stream().anyMatch(l -> l.startsWith("*  cpu ")), lines::toString);
        assertTrue(lines.stream().anyMatch(l -> l.startsWith("   scalar ")), lines::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify", "run", "bench", "explain", "models", "devices", "convert", "export-onnx"})
    void everyCommandHelps(String command) {
        assertTrue(Outcome.of(command, "--help").ok().out().startsWith("Usage: jvig " + command));
        assertTrue(Outcome.of("--help").ok().out().contains("\n  " + command + " "));
        assertTrue(Outcome.of(command, "--version").ok().out().matches("jvig \\d+\\.\\d+.*, Java \\d+.*\n"));
    }

    static Stream<List<String>> badUsage() {
        return Stream.of(List.of("Missing command", ""), List.of("did you mean 'classify'", "clasify"),
                List.of("did you mean '--model'", "classify --modle digits"), List.of("--top-k", "classify --top-k 0"),
                List.of("--top-k", "classify --top-k many"), List.of("--batch", "classify --batch 0"),
                List.of("--threads", "classify --threads 0"), List.of("--threads", "bench --threads 1,0"),
                List.of("at least 1x1, got 0x64", "bench --size 0x64"),
                List.of("--size", "explain --model digits --size 3x"),
                List.of("--seconds", "bench --seconds NaN"), List.of("--seconds", "explain --model digits --seconds 0"),
                List.of("--model", "explain"), List.of("--output", "run --model digits --input x.npy"),
                List.of("--weights", "classify --model mobilevig_ti x.png"), List.of("--weights", "classify --ema"),
                List.of("--weights", "bench --model all --weights x"), List.of("OUT", "convert in"),
                List.of("--graph", "explain --model digits --graph --json"));
    }

    @ParameterizedTest
    @MethodSource
    void badUsage(List<String> expected) {
        Object[] args = Arrays.stream(expected.getLast().split(" ")).filter(a -> !a.isEmpty()).toArray();
        Outcome.of(args).failed(Main.USAGE, expected.getFirst(), "--help)");
    }

    static Stream<List<String>> failures() {
        return Stream.of(List.of("'mobilevig_ti'", "bench --model mobilvig_ti"),
                List.of("'digits'", "explain --model digit"),
                List.of("no device 'gpu'", "classify --device gpu"), List.of("no device 'gpu'", "bench --device gpu"),
                List.of("none.pth: no such file", "classify --model mobilevig_s --weights none.pth x.png"),
                List.of("none.txt: no such file", "classify --labels none.txt"),
                List.of("none.npy: no such file", "run --model digits --input none.npy --output y.npy"),
                List.of("hf:owner/repo/file", "classify --model mobilevig_s --weights hf:nothing x.png"),
                List.of("1024", "classify --threads 5000"),
                List.of("larger than 4 GiB", "explain --model mobilevig_b --size 40000"));
    }

    @ParameterizedTest
    @MethodSource
    void failures(List<String> expected) {
        Outcome.of((Object[]) expected.getLast().split(" ")).failed(Main.FAILED, expected.getFirst());
    }

    @Test
    void showsWhereItFailedOnlyWhenAsked() {
        Outcome outcome = Outcome.of("classify", "--device", "gpu", "--verbose");
        assertEquals(Main.FAILED, outcome.status());
        assertTrue(outcome.err().startsWith("jvig: there is no device 'gpu'") && outcome.err().contains("\tat "),
                outcome.err());
    }

    @Test
    void callsAnErrorOfItsOwnAnInternalOne() {
        assertEquals("internal error: java.lang.IllegalStateException: oops",
                Failures.line(new IllegalStateException("oops")));
        assertFalse(Failures.isExpected(new NullPointerException()));
        assertTrue(Failures.line(new OutOfMemoryError("Java heap space")).contains("-Xmx"));
    }

    @ParameterizedTest
    @CsvSource({"Broken pipe,0,''", "No space left on device,1,'jvig: standard output: No space left on device\n'"})
    void aReaderMayGoButAFullDiskIsAFailure(String trouble, int status, String said) {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(trouble);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(status, Main.run(new String[]{"classify"}, full, err, false));
        assertEquals(said, err.toString());
    }

    /** Checks that the folder holds these files and no others. */
    private void assertOnly(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(names), files.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return Collections.unmodifiableList(names);
    }
}
