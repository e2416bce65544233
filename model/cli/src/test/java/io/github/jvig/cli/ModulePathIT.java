package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.image.Images;
import io.github.jvig.model.vision.DigitSamples;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars as modules: the command on the module path, and an application that jlink puts into a Java runtime of its own. */
class ModulePathIT {
    private static final List<String> LIBRARY = List.of("jvig-kernels-", "jvig-model-", "jackson-core-");
    private static final List<String> COMMAND = List.of("jvig-cli-", "jvig-kernels-", "jvig-model-", "jackson-core-",
            "picocli-", "progressbar-", "jline-terminal-", "jline-native-", "tribuo-util-onnx-", "protobuf-java-");
    private static final String GREETING = "WARNING: Using incubator modules: jdk.incubator.vector\n";
    private static final String MAIN = "io.github.jvig.cli.Main";
    private static final List<String> LOSSLESS = List.of("lossless.webp", "lossless-profile.webp",
            "lossless-alpha.webp", "animated.webp");
    private static final List<String> LOSSY = List.of("lossy.webp", "lossy-alpha.webp");

    /** Classifies the built-in digits, then loads a checkpoint and reads images. */
    private static final String APPLICATION = """
            package app;

            import io.github.jvig.kernels.KernelProvider;
            import io.github.jvig.model.Models;
            import io.github.jvig.model.vision.DigitSamples;
            import io.github.jvig.model.image.Images;
            import java.nio.file.Path;
            import java.util.Arrays;
            import javax.imageio.ImageIO;

            public class App {
                public static void main(String[] args) throws Exception {
                    System.out.println(KernelProvider.get().name().startsWith("vector"));
                    try (var session = Models.digits().compile(options -> options.threads(1).warmUp(false))) {
                        var classifier = session.classifier();
                        for (String name : DigitSamples.names()) {
                            try (var in = DigitSamples.open(name)) {
                                System.out.println(name + " " + classifier.classify(ImageIO.read(in)).best().label());
                            }
                        }
                    }
                    System.out.println(Models.load("digits", Path.of(args[0])).classes());
                    for (int i = 1; i < args.length; i++) {
                        System.out.println(Arrays.hashCode(Images.read(Path.of(args[i])).toRgb()));
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void theCommandStartsOnTheModulePathWithoutFurtherOptions() throws IOException {
        Outcome models = command("models");
        assertEquals(GREETING, models.err());
        assertEquals(Main.OK, models.status());
        assertTrue(models.out().contains("mobilevig_ti"), models.out());
        Outcome digits = command("classify", "--json");
        assertEquals(GREETING, digits.err());
        assertEquals(20, digits.json().size());
        digits.json().forEach(answer -> assertEquals(answer.get("path").asText().charAt("samples/".length()),
                answer.get("top").get(0).get("label").asText().charAt(0)));
        Path onnx = folder.resolve("digits.onnx");
        Outcome export = command("export-onnx", "--model", "digits", onnx);
        assertEquals(Main.OK, export.status(), export.err());
        assertTrue(Files.size(onnx) > 100_000);
        Outcome wrong = command("clasify");
        assertEquals(Main.USAGE, wrong.status());
        Outcome.assertOneLine(wrong.err().replace(GREETING, ""), "classify");
    }

    @Test
    void anApplicationIsLinkedByJlink() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src/app"));
        Files.writeString(sources.resolve("App.java"), APPLICATION);
        Files.writeString(sources.resolveSibling("module-info.java"),
                "module app { requires io.github.jvig.model; }\n");
        Path classes = folder.resolve("classes");
        tool("javac", "-p", path(LIBRARY), "-d", classes, sources.resolve("App.java"),
                sources.resolveSibling("module-info.java"));
        Path image = folder.resolve("image");
        tool("jlink", "-p", classes + File.pathSeparator + path(LIBRARY), "--add-modules",
                "app,jdk.incubator.vector", "--add-options=--add-modules=jdk.incubator.vector", "--output", image);

        List<Path> images = Stream.concat(LOSSLESS.stream(), LOSSY.stream()).map(Samples::image).toList();
        List<Object> args = new ArrayList<>(List.of("-m", "app/app.App", Samples.checkpoint("tiny_mobilevig.pth.tar")));
        args.addAll(images);
        Outcome outcome = java(image, args);
        assertEquals(GREETING, outcome.err());
        assertEquals(0, outcome.status());
        List<String> expected = new ArrayList<>(List.of("true"));
        DigitSamples.names().forEach(name -> expected.add(name + " " + name.charAt(0)));
        expected.add("10");
        for (String name : LOSSLESS) {
            expected.add(pixels(Samples.image(name + ".png")));
        }
        for (String name : LOSSY) {
            expected.add(pixels(Samples.image(name)));
        }
        assertEquals(expected, outcome.lines());
    }

    private static String pixels(Path image) throws IOException {
        return Integer.toString(Arrays.hashCode(Images.read(image).toRgb()));
    }

    /** All that is not needed for what a user does may be left out; what is needed is named. */
    @Test
    void aRuntimeWithoutOtherModulesRunsTheRest() throws IOException {
        Path image = folder.resolve("image");
        tool("jlink", "--add-modules", "java.base,jdk.incubator.vector", "--output", image);
        Path picture = Samples.image("lossy.webp");
        for (List<Object> command : List.<List<Object>>of(List.of("models", "mobilevig"), List.of("classify"),
                List.of("classify", "--model", "digits", "--weights", Samples.checkpoint("tiny_mobilevig.pth.tar"),
                        picture),
                List.of("explain", "--model", "digits", "--seconds", "0.1"),
                List.of("bench", "--model", "digits", "--seconds", "0.1"))) {
            Outcome outcome = in(image, command);
            assertEquals(Main.OK, outcome.status(), () -> command + ": " + outcome.err());
            assertEquals(GREETING, outcome.err(), command::toString);
        }
        Outcome doctor = in(image, List.of("doctor"));
        assertEquals(Main.OK, doctor.status(), doctor.out() + doctor.err());
        for (String module : List.of("java.desktop", "java.logging", "java.management", "java.net.http",
                "jdk.management")) {
            assertTrue(doctor.out().contains("without       " + module + ", for "), doctor.out());
        }
        assertLacks("java.net.http", in(image, List.of("classify", "--model", "mobilevig_ti", "--weights",
                "hf:owner/repo/file.pth")));
        assertLacks("java.logging", in(image, List.of("export-onnx", "--model", "digits", folder.resolve("x.onnx"))));
        Path logging = folder.resolve("logging");
        tool("jlink", "--add-modules", "java.base,java.logging,jdk.unsupported,jdk.incubator.vector", "--output",
                logging);
        Path net = folder.resolve("detector.onnx");
        Files.copy(Samples.onnx("yolov8"), net);
        assertEquals(Main.OK, in(logging, List.of("detect", "--model", net, picture)).status());
        assertLacks("java.desktop",
                in(logging, List.of("detect", "--model", net, "--draw", folder.resolve("drawn"), picture)));
    }

    private Outcome in(Path runtime, List<?> args) throws IOException {
        List<Object> all = new ArrayList<>(
                List.of("--add-modules", "jdk.incubator.vector", "-cp", path(COMMAND), MAIN));
        all.addAll(args);
        return java(runtime, all);
    }

    private static void assertLacks(String module, Outcome outcome) {
        assertEquals(Main.FAILED, outcome.status());
        Outcome.assertOneLine(outcome.err().replace(GREETING, ""), "module " + module);
    }

    @Test
    void theExportSaysWhatARuntimeLacks() throws IOException {
        Path image = folder.resolve("image");
        tool("jlink", "--add-modules", "java.desktop,java.net.http,jdk.management,jdk.incubator.vector", "--output",
                image);
        Path onnx = folder.resolve("digits.onnx");
        export(image, COMMAND, onnx).failed(Main.FAILED, "java.util.logging.Logger", "java.logging");
        List<String> without = COMMAND.stream().filter(jar -> !jar.startsWith("tribuo")).toList();
        export(Path.of(System.getProperty("java.home")), without, onnx).failed(Main.FAILED, "tribuo-util-onnx");
        assertFalse(Files.exists(onnx));
    }

    private Outcome export(Path runtime, List<String> jars, Path onnx) throws IOException {
        return java(runtime, List.of("-cp", path(jars), MAIN, "export-onnx", "--model", "digits", onnx));
    }

    private Outcome command(Object... args) throws IOException {
        List<Object> all = new ArrayList<>(List.of("-p", path(COMMAND), "-m", "io.github.jvig.cli/" + MAIN));
        all.addAll(List.of(args));
        return java(Path.of(System.getProperty("java.home")), all);
    }

    private Outcome java(Path runtime, List<?> args) throws IOException {
        List<String> command = new ArrayList<>(List.of(runtime.resolve("bin/java").toString()));
        args.forEach(arg -> command.add(arg.toString()));
        return Launcher.shell(folder, Map.of(), command);
    }

    /** The jars whose names start so, from this JVM's class path, each there once. */
    private static String path(List<String> jars) {
        return jars.stream().map(ModulePathIT::jar).collect(Collectors.joining(File.pathSeparator));
    }

    private static String jar(String prefix) {
        List<String> found = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> {
                    String name = Path.of(entry).getFileName().toString();
                    return name.startsWith(prefix) && name.endsWith(".jar") && !name.endsWith("-tests.jar");
                }).toList();
        assertEquals(1, found.size(), () -> prefix + " in " + System.getProperty("java.class.path"));
        return found.getFirst();
    }

    private static void tool(String name, Object... args) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        int status = ToolProvider.findFirst(name).orElseThrow().run(out, out,
                Stream.of(args).map(Object::toString).toArray(String[]::new));
        assertEquals(0, status, () -> name + ": " + said);
    }
}
