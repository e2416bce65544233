package io.github.jvig.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.weights.WeightsException;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentProxyTest {
    private static final URI HUB = URI.create("https://hub.example.org/a/b");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static String selected(URI uri, String... environment) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            map.put(environment[i], environment[i + 1]);
        }
        Proxy proxy = EnvironmentProxy.of(map).select(uri).getFirst();
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "direct";
    }

    @Test
    void theProxyIsThatOfTheScheme() {
        assertEquals("direct", selected(HUB));
        assertEquals("127.0.0.1:3128", selected(HUB, "HTTPS_PROXY", "http://127.0.0.1:3128/"));
        assertEquals("127.0.0.1:3128", selected(HUB, "https_proxy", "127.0.0.1:3128", "HTTPS_PROXY", "http://b:1"));
        assertEquals("127.0.0.1:80", selected(HUB, "ALL_PROXY", "http://me:secret@127.0.0.1"));
        assertEquals("direct", selected(HUB, "http_proxy", "http://127.0.0.1:3128", "HTTPS_PROXY", " "));
        assertEquals("127.0.0.1:1", selected(URI.create("http://hub"), "http_proxy", "http://127.0.0.1:1"));
        assertEquals("direct", selected(URI.create("http://hub"), "HTTP_PROXY", "http://127.0.0.1:1"));
    }

    @Test
    void someHostsAreReachedDirectly() {
        for (String direct : List.of("*", "hub.example.org", ".example.org", "a, EXAMPLE.org")) {
            assertEquals("direct", selected(HUB, "HTTPS_PROXY", "http://127.0.0.1:1", "NO_PROXY", direct), direct);
        }
        for (String other : List.of("", "ple.org", "x.hub.example.org", "localhost,,")) {
            assertEquals("127.0.0.1:1", selected(HUB, "HTTPS_PROXY", "http://127.0.0.1:1", "no_proxy", other), other);
        }
    }

    @Test
    void whatIsNoHttpProxyIsSaidWithoutItsPassword() {
        for (String value : List.of("socks5://me:secret@127.0.0.1:1", "http://me:secret@a b", "http://",
                "me:s@secret#x@a b",
                "me:secret@127.0.0.1:99999", "http://me:secret/x@[::1")) {
            String message = assertThrows(IllegalArgumentException.class, () -> selected(HUB, "HTTPS_PROXY", value))
                    .getMessage();
            assertTrue(message.startsWith("HTTPS_PROXY: ") && message.endsWith("write http://HOST:PORT"), message);
            assertTrue(!message.contains("secret"), message);
        }
    }

    @Test
    void namesAndPasswordsMayHaveAnyCharacters() {
        for (String value : List.of("http://me:p@ss#w0 rd@127.0.0.1:3128", "me:a/b@127.0.0.1:3128/",
                "HTTP://127.0.0.1:3128")) {
            assertEquals("127.0.0.1:3128", selected(HUB, "HTTPS_PROXY", value));
        }
        assertEquals("my_proxy:3128", selected(HUB, "HTTPS_PROXY", "http://my_proxy:3128"));
        assertEquals("[::1]:3128",
                selected(HUB, "HTTPS_PROXY", "http://[::1]:3128").replace("0:0:0:0:0:0:0:1", "[::1]"));
    }

    @Test
    void aDownloadGoesThroughTheProxy(@TempDir Path cache) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Host"));
            byte[] body = "content".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        proxy.start();
        try {
            // A name that nothing can resolve but the proxy.
            URI hub = URI.create("http://hub.invalid");
            String address = "http://127.0.0.1:" + proxy.getAddress().getPort();
            HubFile file = HubFile.parse("hf:a/b/c.pth");
            Path copy = file.fetch(hub, cache, PATIENCE, EnvironmentProxy.of(Map.of("http_proxy", address)),
                    (_, _) -> {});
            assertEquals("content", Files.readString(copy));
            assertEquals(List.of("hub.invalid"), asked);
            HubFile other = HubFile.parse("hf:a/b/d.pth");
            assertTrue(assertThrows(WeightsException.class, () -> other.fetch(hub, cache, PATIENCE,
                    EnvironmentProxy.of(Map.of("http_proxy", "socks5://x:1")), (_, _) -> {})).getMessage()
                    .startsWith(other + ": http_proxy: "));
        } finally {
            proxy.stop(0);
        }
    }
}
