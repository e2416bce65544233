package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.vision.DigitSamples;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that go away, say nothing, or send what they should not: the others must not notice. One request at a time has a place. */
@Timeout(60)
final class DifficultClientsTest {
    private static final int MAX_BODY = 100_000;
    private static final String DIGIT = DigitSamples.names().getFirst();

    private Session session;
    private ClassifyService service;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        session = Models.digits().compile(options -> options.device("scalar").threads(1).warmUp(false));
        service = new ClassifyService(session.classifier(),
                new Settings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, 0, MAX_BODY, 3,
                        Duration.ZERO, Duration.ofSeconds(20)));
        client = new Client(service.address().getPort());
    }

    @AfterEach
    void stop() {
        service.stop();
        client.close();
        session.close();
    }

    @Test
    void aClientThatGoesAwayLosesItsPlace() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
            socket.getOutputStream().write("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nbegun"
                    .getBytes(StandardCharsets.US_ASCII));
            client.await("jvig_places_free 0.0");
            client.post("/classify", Client.digit(DIGIT)).has(503);
        }
        client.await("jvig_places_free 1.0");
        client.post("/classify", Client.digit(DIGIT)).has(200);
        Client.assertCount(1, service, Outcome.CLIENT_GONE);
    }

    @Test
    void aLargeBodyThatIsRefusedDoesNotCutOffTheAnswer() throws Exception {
        // Asks for the answer only after all is sent, as simple clients do.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
            byte[] body = new byte[MAX_BODY + 1];
            socket.getOutputStream().write(("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 413 ") && answer.endsWith("}\n"), answer);
        }
    }

    /** Forms are what curl's option -F and browsers send. */
    @Test
    void aFormIsToldFromAnImage() throws Exception {
        assertTrue(exchange("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n"
                + "Content-Type: Multipart/form-data; boundary=x\r\n\r\n--x-").contains("not a form"));
        Client.assertCount(1, service, Outcome.BAD_REQUEST);
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** A client that is refused need not send the rest. */
    @Test
    void anAnswerThatWasSentCounts() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
            socket.getOutputStream().write(("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: " + (MAX_BODY + 1)
                    + "\r\n\r\nbegun").getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', socket.getInputStream().read());
        }
        Client.assertCount(1, service, Outcome.TOO_LARGE);
        assertEquals(0, service.metrics().count(Outcome.CLIENT_GONE));
    }

    /** They hold no place and no thread. */
    @Test
    void connectionsThatSayNothingKeepNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
                silent.add(socket);
                socket.getOutputStream().write("POST /classify HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII), 0,
                        i % 2 * 20);
            }
            client.post("/classify", Client.digit(DIGIT)).has(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }
}
