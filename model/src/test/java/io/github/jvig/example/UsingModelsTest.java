package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.example.AddingANetTest.Tiny;
import io.github.jvig.model.Features;
import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.ModelProvider;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.DecodePipeline;
import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.vision.ImageClassifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the READMEs that use models. The built-in digits model takes the place of files that have to be downloaded. */
class UsingModelsTest {
    @TempDir
    private Path folder;

    // What needs a checkpoint is compiled only.

    static void firstPage() throws IOException {
        try (var session = Models.load("mobilevig_ti", Path.of("MobileViG_Ti.pth.tar")).compile()) {
            Classifications top = session.classifier().classify(Path.of("cat.jpg"));
            System.out.println(top.best());
        }
    }

    private static void firstTry() throws IOException {
        try (var session = Models.digits().compile()) {
            session.classifier().classify(DigitSamples.images()).forEach(top -> System.out.println(top.best()));
        }
    }

    static Model fromTheHub() throws IOException {
        // A pinned commit: the same bytes for everybody at any time.
        HubFile file = HubFile.parse("hf:owner/repo@0123456789abcdef0123456789abcdef01234567/MobileViG_Ti.pth");
        Path path = file.fetch((done, total) -> System.err.println(done + " of " + total + " bytes"));
        return Models.load("mobilevig_ti", path);
    }

    static void onTornado(Model model) {
        try (Session session = model.compile(options -> options.device("tornado"))) {
            System.out.println(session);
        }
    }

    private static float[] logits(Model model, float[] nchw) {
        SessionOptions options = SessionOptions.builder().device("cpu").threads(2).size(256, 192).build();
        try (Session session = model.compile(options)) {
            return session.run(nchw); // nchw [batch][3][256][192], result [batch][classes]
        }
    }

    private static List<Classifications> classify(Session session, Path file, InputStream stream, byte[] bytes)
            throws IOException {
        ImageClassifier classifier = session.classifier().with(Orientation.EXIF);
        Classifications ofFile = classifier.classify(file);
        Classifications ofStream = classifier.classify(stream, "upload 17"); // the name is for error messages
        Classifications ofBytes = classifier.classify(bytes, "upload 18");
        List<Classifications> ofFolder = classifier.classify(ImageFiles.find(file.getParent()));
        return Stream.concat(Stream.of(ofFile, ofStream, ofBytes), ofFolder.stream()).toList();
    }

    private static List<String> classifyFolder(ImageClassifier classifier, Path folder) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (DecodePipeline pipeline = classifier.pipeline(ImageFiles.find(folder), 3, 16)) {
            for (var results = pipeline.next(8); !results.isEmpty(); results = pipeline.next(8)) {
                var good = results.stream().filter(result -> !result.isFailed()).toList();
                var answers = classifier.classifyPrepared(good.stream().map(DecodePipeline.Result::input).toList());
                for (int i = 0; i < good.size(); i++) {
                    lines.add(good.get(i).name() + ": " + answers.get(i).best());
                }
                results.stream().filter(DecodePipeline.Result::isFailed)
                        .forEach(failed -> lines.add(failed.error().getMessage()));
            }
        }
        return lines;
    }

    private static float[] withFeatures(Model model, float[] nchw) {
        try (Session session = model.compile(options -> options.features(true))) {
            Features features = session.features(nchw);
            for (Features.Level map : features.maps()) { // strides 4, 8, 16, 32
                // map.values() is [batch][map.channels()][map.height()][map.width()]
            }
            return features.logits();
        }
    }

    private static Session bounded(Model model) {
        return model.compile(options -> options.threads(1).activationBytes(1_400_000));
    }

    static Session tuned(Model model) {
        return model.compile(options -> options.tuned());
    }

    private static void export(Model model, Path target) throws IOException {
        OnnxExport.write(model.graph(), 224, 224, target);
    }

    /** Named in META-INF/services/io.github.jvig.model.ModelProvider, or by provides in module-info. */
    public static final class MyModels implements ModelProvider {
        private static final List<ModelInfo> ALL = List.of(ModelInfo.of("tiny", new Tiny(10), 32));

        @Override
        public List<ModelInfo> models() {
            return ALL;
        }
    }

    private Path sample(String digit) throws IOException {
        try (InputStream in = Models.class.getResourceAsStream("digits/samples/" + digit + "-a.png")) {
            return Files.write(folder.resolve(digit + ".png"), in.readAllBytes());
        }
    }

    @Test
    void theFirstTryNeedsNoFile() throws IOException {
        PrintStream out = System.out;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setOut(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try {
            firstTry();
        } finally {
            System.setOut(out);
        }
        assertEquals(IntStream.range(0, 20).mapToObj(i -> Integer.toString(i / 2)).toList(),
                lines.toString(StandardCharsets.UTF_8).lines().map(line -> line.substring(0, 1)).toList());
    }

    @Test
    void aSessionTakesOptions() {
        float[] images = Seeded.values("input/readme", 2, 3, 256, 192);
        float[] logits = logits(Models.digits(), images);
        assertEquals(2 * 10, logits.length);
        assertArrayEquals(Arrays.copyOf(logits, 10),
                logits(Models.digits(), Arrays.copyOf(images, images.length / 2)));
    }

    @Test
    void imagesComeFromFilesStreamsAndBytes() throws IOException {
        Path file = sample("7");
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false));
                InputStream stream = Files.newInputStream(file)) {
            classify(session, file, stream, Files.readAllBytes(file))
                    .forEach(result -> assertEquals("7", result.best().label()));
        }
    }

    @Test
    void aFolderIsDecodedInParallel() throws Exception {
        for (int digit = 0; digit < 10; digit++) {
            sample(Integer.toString(digit));
        }
        Files.writeString(folder.resolve("bad.png"), "not a PNG file");
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false))) {
            List<String> lines = classifyFolder(session.classifier(), folder);
            assertEquals(11, lines.size());
            assertEquals(1, lines.stream().filter(line -> line.contains("bad.png")).count(), lines::toString);
            IntStream.range(0, 10).forEach(digit -> assertTrue(
                    lines.stream().anyMatch(line -> line.matches(".*" + digit + "\\.png: " + digit + " .*")),
                    lines::toString));
        }
    }

    @Test
    void featuresComeWithTheSameLogits() {
        float[] image = Seeded.values("input/readme", 1, 3, 64, 64);
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false))) {
            assertArrayEquals(session.run(image), withFeatures(Models.digits(), image), 1e-5f);
        }
    }

    @Test
    void activationsHaveABound() {
        try (Session session = bounded(Models.digits())) {
            assertTrue(session.workspaceBytes() <= 1_400_000);
        }
    }

    @Test
    void aModelIsExported() throws IOException {
        Path file = folder.resolve("digits.onnx");
        export(Models.digits(), file);
        assertTrue(Files.size(file) > 100_000);
    }

    @Test
    void aProviderNamesItsModels() {
        assertEquals(List.of("tiny"), new MyModels().models().stream().map(ModelInfo::name).toList());
    }
}
