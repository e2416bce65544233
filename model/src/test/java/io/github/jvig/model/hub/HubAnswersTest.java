package io.github.jvig.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.weights.WeightsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that are not the file: each is said for what it is in one line, and none of them stays in the cache. */
@Timeout(60)
class HubAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HubFile FILE = HubFile.parse("hf:a/b/c.pth");

    @TempDir
    Path cache;
    private ServerSocket server;
    private URI hub;
    /** Header lines and body of every answer, the first one for the first request; the last one for all further. */
    private final List<String> given = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        hub = URI.create("http://localhost:" + server.getLocalPort());
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    answer(socket);
                } catch (IOException e) {
                    // The client has left, or the test has ended.
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void answer(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder request = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            request.append(line).append('\n');
        }
        requests.add(request.toString());
        String answer = given.size() > 1 ? given.removeFirst() : given.getFirst();
        // Each has a connection of its own: a client that is not told may ask again on one that is being closed.
        String closing = answer.replaceFirst("\\|", "|Connection: close|");
        socket.getOutputStream().write(closing.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private Path fetch(HubFile file) throws WeightsException {
        return file.fetch(hub, cache, PATIENCE, HttpClient.Builder.NO_PROXY, (_, _) -> {});
    }

    private String failure(String answer) throws IOException {
        given.clear();
        given.add("HTTP/1.1 " + answer);
        String message = assertThrows(WeightsException.class, () -> fetch(FILE)).getMessage();
        assertTrue(message.startsWith(FILE + ": "), message);
        try (var files = Files.walk(cache)) {
            assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
        }
        return message.substring((FILE + ": ").length());
    }

    static List<Arguments> answers() {
        return List.of(
                Arguments.of("503 Busy|Retry-After: 7|Content-Length: 0||",
                        "localhost can't give it now (HTTP 503); try again in 7 s"),
                Arguments.of("429 Slow|Retry-After: Wed, 21 Oct 2026 07:28:00 GMT|Content-Length: 0||",
                        "localhost can't give it now (HTTP 429); try again after Wed, 21 Oct 2026 07:28:00 GMT"),
                Arguments.of("500 Broken|Content-Length: 0||",
                        "localhost can't give it now (HTTP 500); try again later"),
                Arguments.of("410 Gone|Content-Length: 0||", "localhost refused it (HTTP 410)"),
                Arguments.of("403 No|Content-Length: 0||", "there is no such public file on localhost (HTTP 403)"),
                Arguments.of("302 There|Location: /again|Content-Length: 0||",
                        "localhost redirects too often, at last to '/again' (HTTP 302)"),
                Arguments.of("302 There|Location: ftp://x/y|Content-Length: 0||",
                        "localhost redirects to 'ftp://x/y', which is not HTTPS and so is not asked (HTTP 302)"),
                Arguments.of("302 There|Content-Length: 0||", "no answer from localhost: Invalid redirection"),
                Arguments.of("200 OK|Content-Length: 0||", "localhost sent an empty file"),
                Arguments.of("200 OK|Content-Length: abc||abc", "localhost sent a wrong Content-Length"),
                Arguments.of("200 OK|Content-Length: 4|Content-Encoding: gzip||abcd",
                        "localhost sent it compressed (Content-Encoding: gzip), which was not asked for"),
                Arguments.of("200 OK|Content-Length: 4|Content-Type: Text/HTML; charset=utf-8||abcd",
                        "localhost sent a web page instead of the file; does this network want a login?"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void isSaidForWhatItIs(String answer, String message) throws Exception {
        assertEquals(message, failure(answer));
    }

    @Test
    void whatEndsWithTheConnectionIsTakenOnlyWhereItsChecksumIsKnown() throws Exception {
        String body = "half of a file";
        String message = failure("200 OK||" + body);
        assertTrue(message.startsWith("localhost does not say how long the file is"), message);
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        assertArrayEquals(bytes, Files.readAllBytes(fetch(HubFile.parse(FILE + "#sha256=" + sha256))));
        given.clear();
        given.add("HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|0||");
        assertEquals("abc", Files.readString(fetch(HubFile.parse("hf:a/b/d.pth"))));
    }

    @Test
    void nothingCompressedIsAskedFor() throws Exception {
        given.add("HTTP/1.1 200 OK|Content-Length: 3||abc");
        fetch(FILE);
        assertTrue(requests.getFirst().toLowerCase().contains("accept-encoding: identity"), requests.getFirst());
    }

    /** A weak tag does not stand for bytes, so what comes next might not fit to them. */
    @Test
    void aPartUnderAWeakTagIsNotContinued() throws Exception {
        given.add("HTTP/1.1 200 OK|Content-Length: 6|ETag: W/\"v1\"||abc");
        given.add("HTTP/1.1 200 OK|Content-Length: 6|ETag: W/\"v1\"||ABCDEF");
        assertThrows(WeightsException.class, () -> fetch(FILE));
        assertEquals("ABCDEF", Files.readString(fetch(FILE)));
        assertTrue(!requests.getLast().toLowerCase().contains("range:"), requests.getLast());
    }

    @Test
    void aProxyThatWantsAPasswordIsNamedAsSuch() {
        given.add("HTTP/1.1 407 Who?|Proxy-Authenticate: Basic realm=\"x\"|Content-Length: 0||");
        var proxies = EnvironmentProxy.of(Map.of("https_proxy", "http://me:secret@localhost:" + server.getLocalPort()));
        String message = assertThrows(WeightsException.class,
                () -> FILE.fetch(URI.create("https://hub.invalid"), cache, PATIENCE, proxies, (_, _) -> {}))
                .getMessage();
        assertTrue(message.contains("the proxy wants a user and a password") && message.contains("(HTTP 407)"),
                message);
        assertTrue(requests.getFirst().startsWith("CONNECT hub.invalid:443"), requests.getFirst());
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws Exception {
        int port = server.getLocalPort();
        server.close();
        var proxies = EnvironmentProxy.of(Map.of("http_proxy", "http://localhost:" + port));
        String message = assertThrows(WeightsException.class,
                () -> FILE.fetch(URI.create("http://hub.invalid"), cache, PATIENCE, proxies, (_, _) -> {}))
                .getMessage();
        assertTrue(message.contains("can't reach hub.invalid through the proxy localhost:" + port), message);
    }
}
