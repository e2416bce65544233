package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.vision.Classification;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service in this JVM, over loopback. */
@Timeout(60)
final class ClassifyServiceTest {
    private static final int MAX_BODY = 100_000;
    private static final String DIGIT = DigitSamples.names().getFirst();

    private static Session session;

    private final List<ClassifyService> services = new ArrayList<>();
    private Client client;

    @BeforeAll
    static void compile() {
        // The vector kernels crawl until they are compiled.
        session = Models.digits().compile(options -> options.device("scalar").threads(1).warmUp(false));
    }

    @AfterAll
    static void close() {
        session.close();
    }

    @AfterEach
    void stop() {
        services.forEach(ClassifyService::stop);
        if (client != null) {
            client.close();
        }
    }

    private ClassifyService start(ImageClassifier classifier, int threads, int queue) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClassifyService service = new ClassifyService(classifier, new Settings(anyPort, threads, queue, MAX_BODY, 3,
                Duration.ZERO, Duration.ofSeconds(20)));
        services.add(service);
        client = new Client(service.address().getPort());
        return service;
    }

    /** A classifier of the digits' size with another net. */
    private static ImageClassifier classifier(UnaryOperator<float[]> net) {
        return new ImageClassifier(net, session.transform(), Labels.digits());
    }

    @Test
    void answersAreTheClassifiersOwn() throws Exception {
        start(session.classifier(), 2, 8);
        for (String name : DigitSamples.names()) {
            byte[] file = Client.digit(name);
            List<Classification> expected = session.classifier().classify(file, name).top(4);
            JsonNode top = client.post("/classify?top=4", file).has(200).json().get("top");
            assertEquals(4, top.size());
            for (int i = 0; i < 4; i++) {
                assertEquals(expected.get(i), new Classification(top.get(i).get("index").asInt(),
                        top.get(i).get("label").asText(), top.get(i).get("probability").asDouble()), name);
            }
        }
        assertEquals(3, client.post("/classify", Client.digit(DIGIT)).json().get("top").size());
        assertEquals(10, client.post("/classify?top=999999999", Client.digit(DIGIT)).json().get("top").size());
    }

    @Test
    void takesEachFormat() throws Exception {
        start(session.classifier(), 2, 8);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Client.digit(DIGIT)));
        BufferedImage rgb = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        rgb.createGraphics().drawImage(picture, 0, 0, null);
        for (String format : List.of("png", "jpg", "gif", "bmp", "tiff")) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            assertTrue(ImageIO.write(rgb, format, file), format);
            assertEquals(session.classifier().classify(file.toByteArray(), format).best().index(),
                    client.post("/classify?top=1", file.toByteArray()).has(200).json().get("top").get(0).get("index")
                            .asInt());
        }
    }

    @Test
    void saysInOneLineWhatIsWrong() throws Exception {
        ClassifyService service = start(session.classifier(), 1, 1);
        byte[] digit = Client.digit(DIGIT);
        assertEquals("POST", client.get("/classify").has(405).header("Allow"));
        assertEquals("GET, HEAD", client.post("/health", digit).has(405).header("Allow"));
        assertReason("GET /health", client.get("/").has(404));
        assertReason("POST /classify", client.post("/classify/more", digit).has(404));
        assertReason("empty", client.post("/classify", new byte[0]).has(400));
        for (String query : List.of("top=0", "top=-1", "top=x", "top=", "k=1", "top=1&top=2", "top=9999999999")) {
            assertReason("top=K", client.post("/classify?" + query, digit).has(400));
        }
        assertReason("the body: ", client.post("/classify", "no image".getBytes(StandardCharsets.UTF_8)).has(422));
        assertReason("the body: ", client.post("/classify", Arrays.copyOf(digit, digit.length / 2)).has(422));
        // As long as it may be: looked at, but no image.
        client.post("/classify", new byte[MAX_BODY]).has(422);
        assertReason("100000 bytes", client.post("/classify", new byte[MAX_BODY + 1]).has(413));
        // Sent in chunks, without a length ahead.
        assertReason("100000 bytes", client.send("POST", "/classify",
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[MAX_BODY + 1]))).get()
                .has(413));
        client.post("/classify", digit).has(200);
        Client.assertCount(1, service, Outcome.OK);
        Client.assertCount(3, service, Outcome.BAD_IMAGE);
        Client.assertCount(2, service, Outcome.TOO_LARGE);
        Client.assertCount(8, service, Outcome.BAD_REQUEST);
        Client.assertCount(2, service, Outcome.NOT_FOUND);
    }

    private static void assertReason(String part, Client.Answer answer) throws IOException {
        String reason = answer.json().get("error").asText();
        assertTrue(reason.contains(part) && reason.lines().count() == 1, reason);
    }

    @Test
    void tellsHealthAndMetrics() throws Exception {
        ClassifyService service = start(session.classifier(), 1, 1);
        assertEquals("ready", client.get("/health").has(200).json().get("status").asText());
        Client.Answer head = client.send("HEAD", "/health", HttpRequest.BodyPublishers.noBody()).get().has(200);
        assertEquals("", head.body());
        client.post("/classify", Client.digit(DIGIT)).has(200);
        client.post("/classify", new byte[9]).has(422);
        Client.assertCount(1, service, Outcome.OK);
        Client.assertCount(1, service, Outcome.BAD_IMAGE);
        client.await("jvig_active 0.0");
        String metrics = client.get("/metrics").has(200).body();
        for (String line : List.of("jvig_requests_total{outcome=\"ok\"} 1.0",
                "jvig_requests_total{outcome=\"bad_image\"} 1.0", "jvig_requests_total{outcome=\"busy\"} 0.0",
                "jvig_request_seconds_count 1", "jvig_decode_seconds_count 1", "jvig_inference_seconds_count 1",
                "jvig_wait_seconds_count 2", "jvig_request_seconds_bucket{le=\"+Inf\"} 1", "jvig_queue_depth 0.0",
                "jvig_active 0.0")) {
            assertTrue(metrics.lines().anyMatch(line::equals), () -> "no " + line + " in " + metrics);
        }
    }

    /** A net that waits until it is let through. */
    private static final class Barrier implements UnaryOperator<float[]> {
        private final Semaphore begun = new Semaphore(0);
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public float[] apply(float[] image) {
            begun.release();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new float[10];
        }
    }

    @Test
    void refusesAtOnceWhatHasNoPlace() throws Exception {
        Barrier barrier = new Barrier();
        ClassifyService service = start(classifier(barrier), 1, 2);
        byte[] digit = Client.digit(DIGIT);
        List<CompletableFuture<Client.Answer>> accepted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            accepted.add(client.posting("/classify", digit));
        }
        barrier.begun.acquire();
        client.await("jvig_queue_depth 2.0");
        for (int i = 0; i < 20; i++) {
            Client.Answer refused = client.post("/classify", digit).has(503);
            assertEquals("1", refused.header("Retry-After"));
            assertReason("busy", refused);
        }
        Client.assertCount(20, service, Outcome.BUSY);
        assertTrue(client.get("/metrics").body().contains("\njvig_active 1.0\n"));
        client.get("/health").has(200);
        // Refused for what it is, place or not.
        client.post("/classify", new byte[MAX_BODY + 1]).has(413);
        assertTrue(accepted.stream().noneMatch(CompletableFuture::isDone));
        barrier.open.countDown();
        for (CompletableFuture<Client.Answer> answer : accepted) {
            answer.get().has(200);
        }
        client.post("/classify", digit).has(200);
    }

    @Test
    void placesOfRequestsThatFailAreFreeAgain() throws Exception {
        start(classifier(image -> {
            throw new StackOverflowError();
        }), 1, 0);
        for (int i = 0; i < 2; i++) {
            client.post("/classify", new byte[9]).has(422);
            assertReason("internal error", client.post("/classify", Client.digit(DIGIT)).has(500));
        }
    }

    @Test
    void logitsThatAreNoNumbersAreNoAnswer() throws Exception {
        float[] logits = new float[10];
        logits[3] = Float.NaN;
        start(classifier(image -> logits), 1, 0);
        assertReason("logit 3 is NaN", client.post("/classify", Client.digit(DIGIT)).has(500));
    }

    @Test
    void manyAtOnceGetEachItsOwnAnswer() throws Exception {
        start(session.classifier(), 2, 64);
        List<Classifications> expected = new ArrayList<>();
        List<CompletableFuture<Client.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = DigitSamples.names().get(i % DigitSamples.names().size());
            byte[] file = Client.digit(name);
            expected.add(session.classifier().classify(file, name));
            answers.add(client.posting("/classify?top=10", file));
        }
        for (int i = 0; i < 40; i++) {
            JsonNode top = answers.get(i).get().has(200).json().get("top");
            double[] values = new double[10];
            double[] wanted = new double[10];
            for (int c = 0; c < 10; c++) {
                values[top.get(c).get("index").asInt()] = top.get(c).get("probability").asDouble();
                wanted[c] = expected.get(i).probability(c);
            }
            assertArrayEquals(wanted, values);
        }
    }

    @Test
    void stopsWhenAllThatWasAcceptedIsAnswered() throws Exception {
        Barrier barrier = new Barrier();
        ClassifyService service = start(classifier(barrier), 1, 1);
        byte[] digit = Client.digit(DIGIT);
        List<CompletableFuture<Client.Answer>> accepted = List.of(client.posting("/classify", digit),
                client.posting("/classify", digit));
        barrier.begun.acquire();
        client.await("jvig_queue_depth 1.0");
        CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(service::stop, Thread::startVirtualThread);
        // No more connections are accepted.
        int port = service.address().getPort();
        while (isOpen(port)) {
            Thread.sleep(5);
        }
        assertFalse(stopped.isDone());
        barrier.open.countDown();
        for (CompletableFuture<Client.Answer> answer : accepted) {
            assertEquals("close", answer.get().has(200).header("Connection"));
        }
        assertTrue(stopped.get());
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void healthSaysThatItStopsWhileItStillAnswers() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClassifyService service = new ClassifyService(session.classifier(), new Settings(anyPort, 1, 1, MAX_BODY, 3,
                Duration.ofSeconds(1), Duration.ofSeconds(20)));
        client = new Client(service.address().getPort());
        CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(service::stop, Thread::startVirtualThread);
        while (client.get("/health").status() == 200) {
            Thread.sleep(5);
        }
        assertEquals("stopping", client.get("/health").has(503).json().get("status").asText());
        assertEquals("close", client.post("/classify", Client.digit(DIGIT)).has(200).header("Connection"));
        assertTrue(stopped.get());
    }

    @Test
    void whatTakesLongerThanTheGraceIsCutOff() throws Exception {
        Barrier barrier = new Barrier();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClassifyService service = new ClassifyService(classifier(barrier), new Settings(anyPort, 1, 1, MAX_BODY, 3,
                Duration.ZERO, Duration.ofMillis(50)));
        client = new Client(service.address().getPort());
        client.posting("/classify", Client.digit(DIGIT));
        barrier.begun.acquire();
        assertFalse(service.stop());
    }

}
