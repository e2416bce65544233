package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command as a process through the launcher. Tests that need no process are in {@link CommandsTest}. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    private Path folder;

    @Test
    void classifiesTheSamplesWithNothingElseSaid() throws IOException {
        Outcome outcome = Launcher.run(folder, "classify", "--json").ok();
        assertEquals(20, outcome.json().size());
        outcome.json().forEach(answer -> assertEquals(answer.get("path").asText().charAt("samples/".length()),
                answer.get("top").get(0).get("label").asText().charAt(0)));
    }

    @Test
    void worksThroughALinkFromAnyFolderWithAnyLetters() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("a b 'ü'"));
        Path scripts = Files.createDirectory(odd.resolve("scripts"));
        for (String name : List.of("jvig", "jdk.sh", "build.sh", "tornado.sh")) {
            Files.copy(Launcher.scripts().resolve(name), scripts.resolve(name),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createSymbolicLink(odd.resolve("first"), Path.of("scripts/jvig"));
        Path link = Files.createSymbolicLink(folder.resolve("second"), odd.resolve("first"));
        Path image = Samples.digit(odd.resolve("sechs ✓.png"), "6-b.png");
        // Also without a UTF-8 locale.
        Map<String, String> environment = Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"), "LC_ALL", "",
                "LANG",
                "C");
        Outcome outcome = Launcher.run(odd, environment, link, "classify", "--json", image.getFileName()).ok();
        assertEquals("sechs ✓.png", outcome.json().getFirst().get("path").asText());
        assertEquals("6", outcome.json().getFirst().get("top").get(0).get("label").asText());
    }

    @Test
    void runsAndConvertsAndMeasures() throws IOException {
        Path weights = folder.resolve("w.safetensors");
        assertEquals(1,
                Launcher.run(folder, "convert", Samples.checkpoint("tiny_mobilevig.pth.tar"), weights).ok().lines()
                        .size());
        Samples.input(folder.resolve("x.npy"), 1, 64, 64);
        Outcome run = Launcher
                .run(folder, "run", "--model", "digits", "--weights", weights, "--input", "x.npy", "--output",
                        "y.npy", "--threads", 1)
                .ok();
        assertEquals("", run.out());
        float[] logits = Npy.read(folder.resolve("y.npy"));
        var golden = Samples.golden("tiny_mobilevig_1x64x64");
        for (int i = 0; i < logits.length; i++) {
            assertEquals(golden.get("logits").get(i).asDouble(), logits[i], 2e-5 * golden.get("logits_std").asDouble());
        }
        assertEquals("digits",
                Launcher.run(folder, "bench", "--model", "digits", "--seconds", 0.1, "--json").ok().json()
                        .getFirst().get("model").asText());
        assertTrue(Launcher.run(folder, "explain", "--model", "digits", "--seconds", 0.1).ok().lines().size() > 30);
        assertTrue(Launcher.run(folder, "models").ok().out().contains("mobilevig_b"));
        assertTrue(Launcher.run(folder, "devices").ok().out().contains("scalar"));
    }

    @Test
    void saysInOneLineWhatIsWrongAndExitsSo() throws IOException {
        Launcher.run(folder, "clasify").failed(Main.USAGE, "classify");
        Launcher.run(folder, "explain", "--model", "mobilevig_x").failed(Main.FAILED, "mobilevig_");
        Path bad = Files.writeString(folder.resolve("bad.png"), "bad");
        Launcher.run(folder, "classify", bad).failed(Main.PARTIAL, bad.toString());
        Map<String, String> environment = Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"),
                "JVIG_JAVA_OPTIONS",
                "-Djvig.kernels=none");
        Launcher.run(folder, environment, Launcher.scripts().resolve("jvig"), "devices").failed(Main.FAILED,
                "jvig.kernels");
    }

    @Test
    void endsQuietlyWhenNobodyReadsOn() throws IOException {
        String jvig = Launcher.scripts().resolve("jvig").toString();
        Outcome outcome = Launcher.shell(folder, Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path")),
                List.of("bash", "-c", "'" + jvig + "' classify --json --top-k 10 | head -n 1; '" + jvig
                        + "' classify --json 0<&- >&- 2>&-; echo end"));
        assertEquals("", outcome.err());
        assertEquals(2, outcome.lines().size());
        assertTrue(outcome.lines().getFirst().startsWith("{\"path\":\"samples/0-a.png\""), outcome.out());
    }

    @Test
    void passesOnWhatTheJvmSays() throws IOException {
        Map<String, String> environment = Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"),
                "JVIG_JAVA_OPTIONS",
                "-XX:+NoSuchOption");
        Outcome outcome = Launcher.run(folder, environment, Launcher.scripts().resolve("jvig"), "devices");
        assertEquals(1, outcome.status());
        assertTrue(outcome.err().contains("NoSuchOption"), outcome.err());
    }

    private Outcome withOptions(String options, Object... args) throws IOException {
        Map<String, String> environment = Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"),
                "JVIG_JAVA_OPTIONS", options);
        return Launcher.run(folder, environment, Launcher.scripts().resolve("jvig"), args);
    }

    @Test
    void theCollectorMayBeAnother() throws IOException {
        for (String options : List.of("-Xmx256m -XX:+UseSerialGC", "-Xmx256m\n-XX:+UseSerialGC\t-Dx=y")) {
            Outcome outcome = withOptions(options, "doctor");
            assertEquals(0, outcome.status(), outcome.err());
            assertTrue(outcome.out().contains("MarkSweepCompact"), outcome.out());
        }
    }

    @Test
    void whatTheJvmWarnsOfIsNotAmongTheResults() throws IOException {
        // The archive of classes that comes with the JDK is for the usual pointers, and the JVM warns that it can't use it.
        Outcome outcome = withOptions("-XX:-UseCompressedClassPointers", "classify", "--json");
        assertEquals(20, outcome.json().size());
    }

    /** Results may go to a file, which an answer that is none must not get into. */
    @Test
    void whyTheJvmCannotStartIsNotAmongTheResults() throws IOException {
        for (String options : List.of("-Xmx1k", "-XX:+UseZGC -XX:+UseSerialGC", "-agentlib:none", "-javaagent:none.jar",
                "--add-modules=none", "-Xbogus")) {
            Outcome outcome = withOptions(options, "models", "--json");
            assertEquals(1, outcome.status(), options);
            assertEquals("", outcome.out(), options);
            assertFalse(outcome.err().isBlank(), options);
        }
        for (String name : List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")) {
            Outcome outcome = Launcher.run(folder, Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"), name,
                    "-XX:+PrintCommandLineFlags"), Launcher.scripts().resolve("jvig"), "models", "--json", "digits");
            assertEquals(1, outcome.json().size(), outcome.out());
            assertTrue(outcome.err().contains("-XX:+PrintCommandLineFlags"), outcome.err());
        }
    }

    /** Java decodes arguments, and what it can't decode is lost; names in folders are kept as they are. */
    @Test
    void namesThatAreNoUtf8AreReadInFoldersAndRefusedAsArguments() throws IOException {
        Path picture = Samples.digit(folder.resolve("3.png"), "3-a.png");
        Outcome made = Launcher.shell(folder, Map.of(), List.of("bash", "-c",
                "mkdir in && for name in $'gr\\xfcn' $'gr\\xfdn' $'sch\\xc3\\xb6n' $'old\\xef\\xbf\\xbd'; do cp '"
                        + picture
                        + "' in/$name.png || exit; done"));
        assertEquals(0, made.status(), made.err());
        for (String locale : List.of("C", "C.UTF-8", "POSIX", "xx_YY")) {
            Map<String, String> environment = Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"), "LANG",
                    locale, "LC_ALL", "");
            Outcome all = Launcher.run(folder, environment, Launcher.scripts().resolve("jvig"), "classify", "--json",
                    "in");
            assertEquals(4, all.json().size(), all.err());
            Outcome kept = Launcher.run(folder, environment, Launcher.scripts().resolve("jvig"), "classify", "--json",
                    "in/sch\u00f6n.png", "in/old\ufffd.png");
            assertEquals(2, kept.json().size(), kept.err());
            for (String args : List.of("classify $'in/gr\\xfcn.png'",
                    "convert '" + picture + "' $'gr\\xfcn.safetensors'",
                    "classify --model=digits --weights=$'gr\\xfcn.pth' in")) {
                Launcher.shell(folder, environment,
                        List.of("bash", "-c", "'" + Launcher.scripts().resolve("jvig") + "' " + args))
                        .failed(Main.USAGE,
                                "encoding of names", "UTF-8");
            }
        }
    }

    /** With it, cd may print a line of its own. */
    @Test
    void theSearchPathOfCdMisleadsNothing() throws IOException {
        Outcome outcome = Launcher.shell(Launcher.scripts().getParent(),
                Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path"), "CDPATH", ".:" + folder),
                List.of("scripts/jvig", "models", "digits"));
        assertEquals(0, outcome.status(), outcome.err());
    }

    @Test
    void leavesNothingHalfWritten() throws IOException {
        // The file ends in the second image; the first is computed by then.
        float[] values = new float[2 * 3 * 32 * 32];
        values[values.length - 1] = Float.POSITIVE_INFINITY;
        Npy.float32(folder.resolve("x.npy"), "(2, 3, 32, 32)", values);
        Launcher.run(folder, "run", "--model", "digits", "--input", "x.npy", "--output", "y.npy").failed(Main.FAILED,
                "x.npy");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("x.npy")), files.toList());
        }
    }

    /** The class path of the tests itself takes some forty. */
    @Test
    void manyPicturesAreReadWithFewOpenFiles() throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        for (int i = 0; i < 150; i++) {
            Samples.digit(pictures.resolve(i + ".png"), "0-a.png");
            Files.copy(Samples.image("lossless.webp"), pictures.resolve(i + ".webp"));
        }
        Outcome outcome = Launcher.shell(folder, Map.of("JVIG_CLASSPATH", System.getProperty("java.class.path")),
                List.of("bash", "-c", "ulimit -n 128; '" + Launcher.scripts().resolve("jvig")
                        + "' classify --json --top-k 1 --device scalar pictures"));
        assertEquals(300, outcome.ok().lines().size());
    }

    @Test
    void aJarThatIsMissingIsSaidInOneLine() throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(element -> !element.contains("jackson-core")).collect(Collectors.joining(":"));
        Launcher.run(folder, Map.of("JVIG_CLASSPATH", classPath), Launcher.scripts().resolve("jvig"), "classify",
                "--json").failed(Main.FAILED, "com.fasterxml.jackson.core.", "jar is missing", "ulimit -n");
    }
}
