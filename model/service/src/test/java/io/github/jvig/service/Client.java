package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.jvig.model.vision.DigitSamples;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends requests to a service on this machine. */
final class Client implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    Client(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /** An answer. */
    record Answer(int status, String body, HttpResponse<String> response) {
        Answer(HttpResponse<String> response) {
            this(response.statusCode(), response.body(), response);
        }

        Answer has(int expected) {
            assertEquals(expected, status, body);
            return this;
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() throws IOException {
            assertEquals("application/json", header("Content-Type"));
            return MAPPER.readTree(body);
        }
    }

    static byte[] digit(String name) throws IOException {
        try (InputStream in = DigitSamples.open(name)) {
            return in.readAllBytes();
        }
    }

    /** Waits until a metric has a value. */
    void await(String metric) throws Exception {
        while (!get("/metrics").body().contains("\n" + metric + "\n")) {
            Thread.sleep(5);
        }
    }

    Answer get(String path) throws Exception {
        return send("GET", path, HttpRequest.BodyPublishers.noBody()).get();
    }

    Answer post(String path, byte[] body) throws Exception {
        return posting(path, body).get();
    }

    CompletableFuture<Answer> posting(String path, byte[] body) {
        return send("POST", path, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    CompletableFuture<Answer> send(String method, String path, HttpRequest.BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).method(method, body)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Answer::new);
    }

    /** A request is counted when its answer is out. */
    static void assertCount(long expected, ClassifyService service, Outcome outcome)
            throws InterruptedException {
        while (service.metrics().count(outcome) < expected) {
            Thread.sleep(1);
        }
        assertEquals(expected, service.metrics().count(outcome));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
