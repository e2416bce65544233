package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All of the class path in one jar, as applications are often packed: once with the lists of services put together, once without any, as
 * tools leave them that take classes alone.
 */
class UberJarTest {
    private static final String SERVICES = "META-INF/services/";
    private static final String TEST_LIBRARIES = "junit|opentest4j|apiguardian|databind|test-classes|surefire|jspecify";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void picturesAndOnnxFilesAreReadAsFromTheClassPath(boolean merged) throws IOException {
        Path jar = jar(merged);
        List<Object> pictures = new ArrayList<>(List.of("classify", "--device", "scalar", "--top-k", 10));
        for (String name : List.of("lossless.webp", "lossy.webp", "rgb444.jpg", "lossy.webp.png")) {
            pictures.add(Samples.image(name));
        }
        same(jar, pictures.toArray());
        same(jar, "explain", "--model", Samples.onnx("colors"), "--check");
        // Whose steps are tensors' as well.
        same(jar, "explain", "--model", Samples.onnx("yolov8_batch3"), "--check");
    }

    private void same(Path jar, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-cp", jar.toString(), Main.class.getName()));
        Stream.of(args).map(Object::toString).forEach(command::add);
        Outcome outcome = Launcher.shell(folder, Map.of(), command);
        Outcome expected = Outcome.of(args).ok();
        assertEquals(Main.OK, outcome.status(), outcome::toString);
        assertEquals(expected.out(), outcome.out());
        assertTrue(outcome.err().lines().allMatch(line -> line.startsWith("WARNING: Using incubator modules")),
                outcome.err());
    }

    private Path jar(boolean merged) throws IOException {
        Map<String, byte[]> services = new LinkedHashMap<>();
        // An application's own.
        services.put(SERVICES + "javax.imageio.spi.ImageReaderSpi", "# none\n".getBytes(StandardCharsets.UTF_8));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (!element.matches(".*(" + TEST_LIBRARIES + ").*") && Files.exists(path)) {
                if (Files.isDirectory(path)) {
                    add(path, entries, services, merged);
                } else {
                    try (FileSystem zip = FileSystems.newFileSystem(path)) {
                        add(zip.getPath("/"), entries, services, merged);
                    }
                }
            }
        }
        entries.putAll(services);
        Path jar = folder.resolve("uber.jar");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jar));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return jar;
    }

    private static void add(Path root, Map<String, byte[]> entries, Map<String, byte[]> services, boolean merged)
            throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                byte[] content;
                try (InputStream in = Files.newInputStream(file)) {
                    content = in.readAllBytes();
                }
                if (!name.startsWith(SERVICES)) {
                    entries.putIfAbsent(name, content);
                } else if (merged) {
                    services.merge(name, content, UberJarTest::joined);
                }
            }
        }
    }

    private static byte[] joined(byte[] a, byte[] b) {
        return (new String(a, StandardCharsets.UTF_8) + "\n" + new String(b, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }
}
