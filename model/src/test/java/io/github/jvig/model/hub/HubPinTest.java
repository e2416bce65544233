package io.github.jvig.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a name asks for beside one file: a SHA-256, and the shards of an index. */
class HubPinTest {
    private static final String PLAIN = "hf:a/b/c.pth";

    @TempDir
    Path folder;
    private HttpServer server;
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, String> linked = new HashMap<>();
    private final Set<String> served = new ConcurrentSkipListSet<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath().replaceFirst(".*/resolve/", "");
            if (linked.containsKey(path) && !path.startsWith("cdn")) {
                exchange.getResponseHeaders().set("X-Linked-ETag", "\"" + linked.get(path) + "\"");
                exchange.getResponseHeaders().set("Location", "/x/resolve/cdn/" + path);
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
                return;
            }
            byte[] file = files.get(path.replaceFirst("^cdn/", ""));
            served.add(path);
            exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
            if (file != null) {
                exchange.getResponseBody().write(file);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Path fetch(String name) throws WeightsException {
        return HubFile.parse(name).fetch(URI.create("http://localhost:" + server.getAddress().getPort()),
                folder.resolve("cache"), Duration.ofSeconds(30), HttpClient.Builder.NO_PROXY, (_, _) -> {});
    }

    private String sha256(byte[] content) throws IOException {
        return HubFile.sha256(Files.write(folder.resolve("hashed"), content));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsTakenWithTheHashThatIsAskedForOnly() throws Exception {
        files.put("main/c.pth", bytes("one"));
        String one = sha256(bytes("one"));
        String two = sha256(bytes("two"));
        WeightsException e = assertThrows(WeightsException.class, () -> fetch(PLAIN + "#sha256=" + two));
        assertEquals(PLAIN + ": its SHA-256 is " + one + ", not " + two + " as asked for; it is not used",
                e.getMessage());
        assertEquals(Set.of(), cached());
        Path file = fetch(PLAIN + "#sha256=" + one.toUpperCase(Locale.ROOT));
        assertArrayEquals(bytes("one"), Files.readAllBytes(file));
        // Now it is there.
        server.stop(0);
        assertEquals(file, fetch(PLAIN + "#sha256=" + one));
    }

    @Test
    void whatTheServerSaysAheadIsEnoughToRefuse() throws Exception {
        byte[] content = bytes("one");
        files.put("main/c.pth", content);
        linked.put("main/c.pth", sha256(content));
        assertThrows(WeightsException.class, () -> fetch(PLAIN + "#sha256=" + sha256(bytes("two"))));
        assertEquals(Set.of(), cached());
        assertArrayEquals(content, Files.readAllBytes(fetch(PLAIN + "#sha256=" + sha256(content))));
    }

    @Test
    void whatThePlainNameHasStaysAsItIs() throws Exception {
        files.put("main/c.pth", bytes("one"));
        Path plain = fetch(PLAIN);
        // The same file needs no second copy.
        assertEquals(plain, fetch(PLAIN + "#sha256=" + sha256(bytes("one"))));
        files.put("main/c.pth", bytes("two"));
        Path pinned = fetch(PLAIN + "#sha256=" + sha256(bytes("two")));
        assertArrayEquals(bytes("two"), Files.readAllBytes(pinned));
        assertArrayEquals(bytes("one"), Files.readAllBytes(fetch(PLAIN)));
        // Whoever changes a copy and its note gets what was asked for all the same.
        Files.write(pinned, bytes("bad"));
        Files.writeString(pinned.resolveSibling("c.pth.sha256"), sha256(bytes("bad")) + "  c.pth\n");
        assertArrayEquals(bytes("two"), Files.readAllBytes(fetch(PLAIN + "#sha256=" + sha256(bytes("two")))));
    }

    @Test
    void theNameIsReadAsItIsWritten() {
        String hash = "0123456789abcdef".repeat(4);
        HubFile file = HubFile.parse("hf:a/b@v1/c/d.pth#sha256=" + hash);
        assertEquals(new HubFile("a", "b", "v1", "c/d.pth", hash), file);
        assertEquals("hf:a/b@v1/c/d.pth#sha256=" + hash, file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "#sha256", "#sha256=", "#sha256=12", "#sha1=12", "#sha256=g123456789abcdef"})
    void whatIsNoHashIsRefused(String suffix) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> HubFile.parse(PLAIN + suffix));
        assertEquals(1, e.getMessage().lines().count());
        assertTrue(e.getMessage().contains("c.pth"), e.getMessage());
    }

    @Test
    void anIndexBringsItsShards() throws Exception {
        Map<String, Weights.Tensor> first = Map.of("x", new Weights.Tensor(new int[]{2}, new float[]{1, 2}));
        Map<String, Weights.Tensor> second = Map.of("y", new Weights.Tensor(new int[]{1}, new float[]{3}));
        shard("v1/m/model-00001-of-00002.safetensors", first);
        shard("v1/m/model-00002-of-00002.safetensors", second);
        files.put("v1/m/model.safetensors.index.json", bytes("""
                {"weight_map": {"x": "model-00001-of-00002.safetensors", "y": "model-00002-of-00002.safetensors"}}"""));
        Path index = fetch("hf:a/b@v1/m/model.safetensors.index.json");
        Weights weights = Weights.load(index);
        assertEquals(Set.of("x", "y"), Set.copyOf(weights.names()));
        server.stop(0);
        assertEquals(index, fetch("hf:a/b@v1/m/model.safetensors.index.json"));
        assertEquals(3, served.size());
    }

    private void shard(String name, Map<String, Weights.Tensor> tensors) throws IOException {
        Path file = folder.resolve("shard");
        Safetensors.write(file, new Weights("test", tensors));
        files.put(name, Files.readAllBytes(file));
    }

    @Test
    void anIndexWithoutItsShardsIsRefused() {
        files.put("main/model.safetensors.index.json", bytes("{\"weight_map\": {\"x\": \"none.safetensors\"}}"));
        WeightsException e = assertThrows(WeightsException.class, () -> fetch("hf:a/b/model.safetensors.index.json"));
        assertTrue(e.getMessage().startsWith("hf:a/b/none.safetensors: there is no such public file"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../c.pth", "/etc/passwd", "a b", ".x", "x.part", "\\u001b[1m"})
    void anIndexReachesOnlyPlainFilesOfItsFolder(String shard) {
        files.put("main/model.safetensors.index.json", bytes("{\"weight_map\": {\"x\": \"" + shard + "\"}}"));
        WeightsException e = assertThrows(WeightsException.class, () -> fetch("hf:a/b/model.safetensors.index.json"));
        assertEquals(1, e.getMessage().lines().count());
        assertTrue(e.getMessage().contains("names the shard"), e.getMessage());
        assertFalse(e.getMessage().contains("\u001b"));
        assertEquals(Set.of("main/model.safetensors.index.json"), served);
    }

    @Test
    void theHashOfAnIndexIsRefusedSinceItCoversNoShards() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> HubFile.parse("hf:a/b/model.safetensors.index.json#sha256=" + "0".repeat(64)));
        assertTrue(e.getMessage().contains("name a commit"), e.getMessage());
    }

    /** The files in the cache. */
    private Set<String> cached() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("cache"))) {
            return all.filter(Files::isRegularFile).map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
