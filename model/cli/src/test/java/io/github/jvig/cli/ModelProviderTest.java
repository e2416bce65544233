package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.ChildJvm;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.ModelProvider;
import io.github.jvig.model.Models;
import io.github.jvig.model.PublishedWeights;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nets of an application, in a JVM with their provider on the class path. */
class ModelProviderTest {
    private static final MobileViG NET = MobileViG.of(List.of(1, 1, 1), List.of(8, 8, 8), 1, 16, 16).withClasses(10);

    @TempDir
    private Path folder;

    /** Provides a net with published weights and a net without. */
    public static final class Flowers implements ModelProvider {
        @Override
        public List<ModelInfo> models() {
            return List.of(
                    ModelInfo.builder("flowers", NET, Preprocessing.imagenet(32, 1, Interpolation.BICUBIC))
                            .labels(Labels::digits).paper("a paper on flowers")
                            .weights(PublishedWeights.at("v1", URI.create("https://example.org/v1")).withTop1(61.25))
                            .weights(PublishedWeights.at("v2", URI.create("https://example.org/v2"))
                                    .withLicense("MIT"))
                            .build(),
                    ModelInfo.of("weeds", NET, 32));
        }
    }

    /** Provides a net whose name is taken. */
    public static final class Clashing implements ModelProvider {
        @Override
        public List<ModelInfo> models() {
            return List.of(ModelInfo.of("mobilevig_ti", NET, 32));
        }
    }

    /** Fails. */
    public static final class Failing implements ModelProvider {
        @Override
        public List<ModelInfo> models() {
            throw new IllegalStateException("no table");
        }
    }

    /** Can't be made. */
    public static final class Unbuilt implements ModelProvider {
        public Unbuilt() {
            throw new IllegalStateException("no license");
        }

        @Override
        public List<ModelInfo> models() {
            return List.of();
        }
    }

    /** Can't be initialized. */
    public static final class Unstarted implements ModelProvider {
        private static final List<ModelInfo> MODELS = models("no folder");

        private static List<ModelInfo> models(String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public List<ModelInfo> models() {
            return MODELS;
        }
    }

    /** Calls what is no longer there. */
    public static final class OfAnotherVersion implements ModelProvider {
        @Override
        public List<ModelInfo> models() {
            throw new NoSuchMethodError("ModelInfo.old()");
        }
    }

    /** Gives nothing, not even an empty list. */
    public static final class Empty implements ModelProvider {
        @Override
        public List<ModelInfo> models() {
            return null;
        }
    }

    /** Prints the message of the command if the list of models cannot be created. */
    public static void main(String[] args) {
        try {
            System.out.println(Models.info("digits"));
        } catch (ServiceConfigurationError e) {
            System.out.println(Failures.isExpected(e) + " " + Failures.line(e));
        }
    }

    private String print(List<Class<?>> providers, Class<?> main, Object... args) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(ModelProvider.class.getName()), providers.stream().map(Class::getName).toList());
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        return ChildJvm.print(System.getProperty("java.class.path") + File.pathSeparator + folder, main, texts);
    }

    private String jvig(Object... args) throws Exception {
        return print(List.of(Flowers.class), Main.class, args);
    }

    @Test
    void areListedWithTheirPublishedWeights() throws Exception {
        List<String> lines = jvig("models", "mobilevig_ti", "flowers").lines().toList();
        assertTrue(lines.stream().anyMatch(l -> l.matches("  mobilevig_ti .* Apache-2\\.0 +https://github\\.com/.*")),
                lines::toString);
        assertTrue(lines.contains("a paper on flowers"), lines::toString);
        assertTrue(lines.stream().anyMatch(
                l -> l.matches("  flowers .* 32 .* 61\\.[23] +- +https://example.org/v1")),
                lines::toString);
        assertTrue(lines.stream().anyMatch(
                l -> l.matches("  flowers .* v2 +32 .* - +MIT +https://example.org/v2")), lines::toString);
        lines = jvig("models", "weeds").lines().toList();
        assertTrue(lines.contains("other"), lines::toString);
        assertTrue(lines.getLast().matches("  weeds .* - +32 .* - +- +-"), lines::toString);
    }

    @Test
    void areExplainedAndRunAndClassify() throws Exception {
        List<String> lines = jvig("explain", "--model", "weeds", "--seconds", 0.01, "--threads", 1).lines().toList();
        assertTrue(lines.getFirst().startsWith("weeds at 32x32 on cpu "), lines::toString);

        Path weights = weights(folder.resolve("flowers.safetensors"));
        Path input = Samples.input(folder.resolve("x.npy"), 2, 32, 32);
        Path output = folder.resolve("y.npy");
        jvig("run", "--model", "flowers", "--weights", weights, "--input", input, "--output", output);
        assertEquals(20, Npy.read(output).length);

        Path image = folder.resolve("rose.png");
        ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        lines = jvig("classify", "--model", "flowers", "--weights", weights, "--top-k", 1, image).lines().toList();
        assertEquals(image.toString(), lines.getFirst());
        assertTrue(lines.getLast().matches(" +\\d+\\.\\d %  \\d"), lines::toString);
    }

    private static Path weights(Path file) throws Exception {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        NET.build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                float[] values = Seeded.values(name, shape);
                tensors.put(name, new Weights.Tensor(shape, values));
                return values;
            }

            @Override
            public String source() {
                return "seeded weights";
            }
        });
        Safetensors.write(file, new Weights("seeded weights", tensors));
        return file;
    }

    @Test
    void aNameThatTwoHaveIsRefused() throws Exception {
        assertEquals(
                "true two models have the name 'mobilevig_ti', one of io.github.jvig.model.BuiltInModels and one of "
                        + Clashing.class.getName() + "; rename one or take its provider off the class path",
                print(List.of(Flowers.class, Clashing.class), ModelProviderTest.class));
    }

    @Test
    void aProviderThatFailsIsNamedWithItsPlaceAndTheReason() throws Exception {
        for (var failing : List.of(
                Map.entry(Failing.class, "java.lang.IllegalStateException: no table"),
                Map.entry(Unbuilt.class, "java.lang.IllegalStateException: no license"),
                Map.entry(Unstarted.class, "java.lang.IllegalStateException: no folder"),
                Map.entry(OfAnotherVersion.class, "java.lang.NoSuchMethodError: ModelInfo.old()"
                        + "; it was made for another version of JViG, or lacks a part"),
                Map.entry(Empty.class, "java.lang.NullPointerException"))) {
            String message = print(List.of(failing.getKey()), ModelProviderTest.class);
            assertTrue(message.matches("true the model provider " + Pattern.quote(failing.getKey().getName())
                    + " of /.+ failed: " + Pattern.quote(failing.getValue()) + ".*"), message);
        }
    }

    @Test
    void aProviderThatIsNotThereIsNamedWithTheFileThatAsksForIt() throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Path file = services.resolve(ModelProvider.class.getName());
        Files.writeString(file, "gone.Provider");
        assertEquals(
                "true a model provider can't be loaded: Provider gone.Provider not found; those that are looked for are"
                        + " named in file:" + file,
                ChildJvm.print(System.getProperty("java.class.path") + File.pathSeparator + folder,
                        ModelProviderTest.class));
    }
}
