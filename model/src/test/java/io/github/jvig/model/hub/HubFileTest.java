package io.github.jvig.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads against a server on this machine that cuts connections, changes its mind and lies. */
class HubFileTest {
    private static final HubFile FILE = HubFile.parse("hf:some-one/Mobile.ViG/weights/ti.pth");
    private static final ProxySelector DIRECT = HttpClient.Builder.NO_PROXY;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HubFile.Progress SILENT = (_, _) -> {};

    @TempDir
    Path cache;
    private HttpServer server;
    private URI hub;
    private final List<String> requests = new ArrayList<>();
    private byte[] content = bytes(1, 300_000);
    private String etag = "\"v1\"";
    private boolean honoursRange = true;
    private int cutAfter = Integer.MAX_VALUE;
    /** Bytes of the content after which the server sends nothing until {@link #silence} ends; 0 is before its answer. */
    private int silentAfter = Integer.MAX_VALUE;
    private final CountDownLatch silence = new CountDownLatch(1);
    private String linkedSha256;
    /** Whether the redirect leads to another redirect. */
    private boolean hop;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/some-one/Mobile.ViG/resolve/main/weights/ti.pth", this::serve);
        server.createContext("/cdn", this::serveContent);
        server.createContext("/hop", exchange -> {
            exchange.getResponseHeaders().set("Location", "/cdn");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.start();
        hub = URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        silence.countDown();
        server.stop(0);
    }

    @Test
    void aFileIsDownloadedOnceAndItsChecksumNoted() throws Exception {
        List<Long> done = new ArrayList<>();
        Path file = FILE.fetch(hub, cache, PATIENCE, DIRECT, (at, total) -> {
            done.add(at);
            assertEquals(content.length, total);
        });
        assertEquals(cache.resolve("some-one/Mobile.ViG/weights/ti.pth"), file);
        assertArrayEquals(content, Files.readAllBytes(file));
        assertEquals(HubFile.sha256(file) + "  ti.pth\n", Files.readString(file.resolveSibling("ti.pth.sha256")));
        assertEquals(0L, done.getFirst());
        assertEquals((long) content.length, done.getLast());
        assertEquals(List.of("ti.pth", "ti.pth.sha256"), filesBeside(file));
        assertEquals(file, FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertEquals(List.of("whole"), requests);
    }

    @Test
    void aCutDownloadGoesOnWhereItStopped() throws Exception {
        cutAfter = 200_000;
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertTrue(
                e.getMessage().matches(
                        FILE + ": the download stopped after \\d+ of 300000 bytes; run it again to continue from there"),
                e.getMessage());
        Path target = cache.resolve("some-one/Mobile.ViG/weights/ti.pth");
        assertFalse(Files.exists(target));
        long have = Files.size(target.resolveSibling("ti.pth.part"));
        assertTrue(have > 0 && have <= 200_000, "has " + have);

        cutAfter = Integer.MAX_VALUE;
        List<Long> done = new ArrayList<>();
        assertArrayEquals(content,
                Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, (at, _) -> done.add(at))));
        assertEquals(have, done.getFirst());
        assertEquals(List.of("whole", "from " + have), requests);
        assertEquals(List.of("ti.pth", "ti.pth.sha256"), filesBeside(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\0\0\0", "\"v1\u00ff\n300000\n", "\u00ff\u00fe\u0080", "\n\n"})
    void whatACrashLeftInTheNotesIsNotAskedFor(String note) throws Exception {
        Path target = cache.resolve("some-one/Mobile.ViG/weights/ti.pth");
        Files.createDirectories(target.getParent());
        Files.write(target.resolveSibling("ti.pth.part"), new byte[1000]);
        Files.writeString(target.resolveSibling("ti.pth.version"), note, StandardCharsets.ISO_8859_1);
        Files.write(target, content);
        Files.writeString(target.resolveSibling("ti.pth.sha256"), note, StandardCharsets.ISO_8859_1);
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals(List.of("whole"), requests);
        assertEquals(List.of("ti.pth", "ti.pth.sha256"), filesBeside(target));
    }

    @Test
    void theHubsOwnChecksumIsKeptOverFurtherRedirects() throws Exception {
        linkedSha256 = "0".repeat(64);
        hop = true;
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertTrue(e.getMessage().contains("what arrived is damaged"), e.getMessage());
    }

    @Test
    void aServerWithoutRangesGivesTheWholeFileAgain() throws Exception {
        cutFirstAttempt();
        honoursRange = false;
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
    }

    @Test
    void aNewVersionIsNotMixedWithTheOldOne() throws Exception {
        cutFirstAttempt();
        content = bytes(2, 300_000);
        etag = "\"v2\"";
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
    }

    @Test
    void anotherLengthUnderTheSameTagIsANewVersion() throws Exception {
        cutFirstAttempt();
        content = bytes(2, 310_000);
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals("whole", requests.getLast());
    }

    @Test
    void aDamagedCopyIsFetchedAgain() throws Exception {
        Path file = FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT);
        byte[] damaged = content.clone();
        damaged[12_345] ^= 1;
        Files.write(file, damaged);
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals(List.of("whole", "whole"), requests);
    }

    @Test
    void theHubsOwnChecksumIsKept() throws Exception {
        Path plain = Files.write(cache.resolve("plain"), content);
        linkedSha256 = HubFile.sha256(plain);
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));

        Files.delete(cache.resolve("some-one/Mobile.ViG/weights/ti.pth"));
        content = bytes(3, 300_000);
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertTrue(e.getMessage().startsWith(FILE + ": what arrived is damaged: its SHA-256 is "), e.getMessage());
        assertFalse(Files.exists(cache.resolve("some-one/Mobile.ViG/weights/ti.pth")));
        assertFalse(Files.exists(cache.resolve("some-one/Mobile.ViG/weights/ti.pth.part")));
    }

    @Test
    void aFileThatIsNotThereIsSaidInOneLine() {
        WeightsException e = assertThrows(WeightsException.class,
                () -> HubFile.parse("hf:some-one/Mobile.ViG/none.pth").fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertEquals("hf:some-one/Mobile.ViG/none.pth: there is no such public file on localhost (HTTP 404)",
                e.getMessage());
        assertFalse(Files.exists(cache.resolve("some-one/Mobile.ViG/none.pth.part")));
    }

    @Test
    void downloadsAtTheSameTimeFetchOnceAndTouchNoFinishedFile() throws Exception {
        for (int round = 0; round < 8; round++) {
            Path folder = cache.resolve("round" + round);
            requests.clear();
            List<Throwable> wrong = new CopyOnWriteArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        // One that finds another under way tries again, so that some come at the moment when that one ends.
                        boolean done = false;
                        while (!done) {
                            try {
                                FILE.fetch(hub, folder, PATIENCE, DIRECT, SILENT);
                                done = true;
                            } catch (WeightsException e) {
                                assertTrue(e.getMessage().contains("under way"), e.getMessage());
                            }
                        }
                    } catch (Throwable e) {
                        wrong.add(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), wrong);
            assertEquals(List.of("whole"), requests, "round " + round);
            try (var files = Files.list(folder.resolve("some-one/Mobile.ViG/weights"))) {
                assertEquals(List.of("ti.pth", "ti.pth.sha256"),
                        files.map(file -> file.getFileName().toString()).sorted().toList());
            }
        }
    }

    @Test
    void anInterruptIsSaidAndKept() {
        Thread.currentThread().interrupt();
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertTrue(Thread.interrupted());
        assertTrue(e.getMessage().contains("interrupted"), e.getMessage());
    }

    /** At any report of progress, so before, between and after the writes; {@code -1} while it waits for bytes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, -1})
    void anInterruptInTheBodyIsSaidAndKeptAndTheNextCallGoesOn(int report) throws Exception {
        silentAfter = report < 0 ? 200_000 : Integer.MAX_VALUE;
        Thread caller = Thread.currentThread();
        int[] reports = {0};
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, (at, _) -> {
                    if (reports[0]++ == report) {
                        caller.interrupt();
                    } else if (report < 0 && at == 200_000) {
                        Thread.startVirtualThread(() -> {
                            while (caller.getState() != Thread.State.WAITING) {
                                Thread.yield();
                            }
                            caller.interrupt();
                        });
                    }
                }));
        assertTrue(Thread.interrupted(), "kept");
        assertTrue(e.getMessage().startsWith(FILE + ": ") && e.getMessage().contains("interrupted"), e.getMessage());
        Path target = cache.resolve("some-one/Mobile.ViG/weights/ti.pth");
        assertFalse(Files.exists(target));
        silence.countDown();
        silentAfter = Integer.MAX_VALUE;
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals(List.of("ti.pth", "ti.pth.sha256"), filesBeside(target));
    }

    @Test
    void aDownloadIsCancelledAsAFuture() throws Exception {
        silentAfter = 200_000;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        String[] said = new String[1];
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<?> download = pool.submit(() -> {
                try {
                    FILE.fetch(hub, cache, PATIENCE, DIRECT, (at, _) -> {
                        if (at == 200_000) {
                            begun.countDown();
                        }
                    });
                } catch (WeightsException e) {
                    said[0] = e.getMessage();
                } finally {
                    ended.countDown();
                }
            });
            begun.await();
            assertTrue(download.cancel(true));
            assertTrue(ended.await(10, TimeUnit.SECONDS));
        }
        assertEquals(FILE + ": the download stopped after 200000 of 300000 bytes: the thread was interrupted;"
                + " run it again to continue from there", said[0]);
        silence.countDown();
        silentAfter = Integer.MAX_VALUE;
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals(List.of("whole", "from 200000"), requests);
    }

    @Test
    void aUrlIsAnsweredByWhatToWrite() {
        String url = "https://huggingface.co/timm/x.y/resolve/main/model.safetensors";
        assertEquals(Optional.of("'" + url + "' is a URL, which is not read; write hf:timm/x.y/model.safetensors"),
                HubFile.urlAdvice(url));
        assertTrue(HubFile.urlAdvice("https://huggingface.co/timm/x/blob/v1/a/b.pth?download=true").orElseThrow()
                .endsWith("write hf:timm/x@v1/a/b.pth"));
        assertTrue(HubFile.urlAdvice("http://example.org/a.pth").orElseThrow().contains("download the file"));
        assertEquals(Optional.empty(), HubFile.urlAdvice("a/b.pth"));
        assertEquals(Optional.empty(), HubFile.urlAdvice("hf:a/b/c"));
    }

    @Test
    void noNetworkIsSaidInOneLine() {
        server.stop(0);
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        assertEquals("hf:some-one/Mobile.ViG/weights/ti.pth: can't reach localhost; is there a network?",
                e.getMessage());
    }

    @Test
    void aCacheThatCannotBeWrittenIsSaidInOneLine() throws Exception {
        Path file = Files.writeString(cache.resolve("a-file"), "not a folder");
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, file, PATIENCE, DIRECT, SILENT));
        assertTrue(e.getMessage().startsWith(FILE + ": can't be kept in " + file + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf:", "hf:a/b", "hf:a/b/", "hf:../b/c", "hf:a/../c", "hf:a/b/../../c", "hf:a/b/c/..",
            "hf:a/b//c", "hf:a/b/.hidden", "hf:/b/c",
            "hf:a/b/c?x=1", "hf:a/b/c#d", "hf:a/b/%2e%2e/c", "hf:a/b\\c/d", "hf:a/b/c\nd", "hf:a/b/c.part",
            "hf:a/b/c.sha256", "a/b/c", "hf:a/b@/c", "hf:a/@v1/c", "hf:a/b@../c", "hf:a/b@x@y/c", "hf:a@x/b/c",
            "hf:a/b@x?y/c"})
    void whatIsNoPlainPathIsRefused(String argument) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> HubFile.parse(argument));
        assertTrue(
                e.getMessage().endsWith("write hf:owner/repo/file or hf:owner/repo@revision/file")
                        && !e.getMessage().contains("\n"),
                e.getMessage());
    }

    @Test
    void aServerThatFallsSilentEndsTheAttemptInOneLine() throws Exception {
        silentAfter = 200_000;
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, Duration.ofMillis(300), DIRECT, SILENT));
        silence.countDown();
        assertTrue(e.getMessage().matches(FILE + ": the download stopped after 200000 of 300000 bytes: "
                + "localhost sent nothing for 0\\.3 s; run it again to continue from there"), e.getMessage());
        silentAfter = Integer.MAX_VALUE;
        assertArrayEquals(content, Files.readAllBytes(FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT)));
        assertEquals(List.of("whole", "from 200000"), requests);
    }

    @Test
    void aServerThatNeverAnswersEndsTheAttemptInOneLine() {
        silentAfter = 0;
        WeightsException e = assertThrows(WeightsException.class,
                () -> FILE.fetch(hub, cache, Duration.ofMillis(300), DIRECT, SILENT));
        silence.countDown();
        assertEquals(FILE + ": localhost did not answer in 0.3 s", e.getMessage());
    }

    @Test
    void aPinnedRevisionIsKeptBesideTheNewestOne() throws Exception {
        HubFile pinned = HubFile.parse("hf:some-one/Mobile.ViG@v1.0/weights/ti.pth");
        assertEquals(new HubFile("some-one", "Mobile.ViG", "v1.0", "weights/ti.pth"), pinned);
        assertEquals("hf:some-one/Mobile.ViG@v1.0/weights/ti.pth", pinned.toString());
        byte[] newest = content;
        Path newestFile = FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT);
        content = bytes(4, 1000);
        server.createContext("/some-one/Mobile.ViG/resolve/v1.0/weights/ti.pth", this::serveContent);
        Path pinnedFile = pinned.fetch(hub, cache, PATIENCE, DIRECT, SILENT);
        assertEquals(cache.resolve("some-one/Mobile.ViG@v1.0/weights/ti.pth"), pinnedFile);
        assertArrayEquals(content, Files.readAllBytes(pinnedFile));
        assertArrayEquals(newest, Files.readAllBytes(newestFile));
        assertEquals(HubFile.sha256(pinnedFile) + "  ti.pth\n",
                Files.readString(pinnedFile.resolveSibling("ti.pth.sha256")));
    }

    @Test
    void theMainBranchIsTheDefaultRevision() {
        assertEquals(FILE, HubFile.parse("hf:some-one/Mobile.ViG@main/weights/ti.pth"));
        assertEquals(FILE, new HubFile("some-one", "Mobile.ViG", "weights/ti.pth"));
        assertEquals("hf:some-one/Mobile.ViG/weights/ti.pth", FILE.toString());
    }

    private void cutFirstAttempt() {
        cutAfter = 100_000;
        assertThrows(WeightsException.class, () -> FILE.fetch(hub, cache, PATIENCE, DIRECT, SILENT));
        cutAfter = Integer.MAX_VALUE;
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (linkedSha256 != null) {
            exchange.getResponseHeaders().set("X-Linked-ETag", "\"" + linkedSha256 + "\"");
            exchange.getResponseHeaders().set("Location", hop ? "/hop" : "/cdn");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
        }
        serveContent(exchange);
    }

    private void serveContent(HttpExchange exchange) throws IOException {
        if (silentAfter == 0) {
            awaitEndOfSilence();
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        boolean part = honoursRange && range != null && etag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
        int from = part ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1)) : 0;
        requests.add(part ? "from " + from : "whole");
        exchange.getResponseHeaders().set("ETag", etag);
        if (part) {
            exchange.getResponseHeaders().set("Content-Range",
                    "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(part ? 206 : 200, content.length - from);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(Arrays.copyOfRange(content, from, Math.min(content.length, Math.min(cutAfter, silentAfter))));
            out.flush();
            if (silentAfter < content.length) {
                awaitEndOfSilence();
            }
        }
    }

    private void awaitEndOfSilence() {
        try {
            silence.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> filesBeside(Path file) throws IOException {
        try (var files = Files.list(file.getParent())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
