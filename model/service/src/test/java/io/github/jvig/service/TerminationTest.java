package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.vision.DigitSamples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The service as a process of its own, with no more modules of the JDK than its image has. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS) // which has no SIGTERM
final class TerminationTest {
    private static final int CLIENTS = 6;
    /** Before the signal. */
    private static final int ANSWERS = 100;

    /** A service that was started. */
    private record Running(Process process, BufferedReader out, int port) {
        static Running start(List<String> options, String... args) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--limit-modules", Dockerfile.modules(), "--add-modules", "jdk.incubator.vector"));
            command.addAll(options);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "--no-warm-up",
                    "--port", "0"));
            command.addAll(List.of(args));
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader out = process.inputReader();
            String line = out.readLine();
            Matcher port = Pattern.compile("listening at http://127\\.0\\.0\\.1:(\\d+)").matcher(String.valueOf(line));
            assertTrue(port.find(), line);
            return new Running(process, out, Integer.parseInt(port.group(1)));
        }
    }

    /** Sends an image again and again, on connections that are used as long as they may be. */
    private static final class Sender implements Runnable {
        private final int port;
        private final byte[] request;
        private final AtomicInteger full;
        private volatile String torn = "";

        Sender(int port, byte[] image, AtomicInteger full) {
            this.port = port;
            this.full = full;
            byte[] head = ("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: " + image.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            request = new byte[head.length + image.length];
            System.arraycopy(head, 0, request, 0, head.length);
            System.arraycopy(image, 0, request, head.length, image.length);
        }

        @Override
        public void run() {
            // Ends when no connection is accepted anymore.
            while (true) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.setTcpNoDelay(true);
                    boolean closing = false;
                    while (!closing) {
                        closing = exchange(socket);
                    }
                } catch (IOException e) {
                    return;
                }
            }
        }

        /** {@return whether the connection ends with this answer} */
        private boolean exchange(Socket socket) throws IOException {
            StringBuilder head = new StringBuilder();
            int length = 0;
            boolean begun = false;
            try {
                socket.getOutputStream().write(request);
                InputStream in = socket.getInputStream();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int next = in.read();
                    if (next < 0) {
                        throw new IOException("end");
                    }
                    begun = true;
                    head.append((char) next);
                }
                Matcher size = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
                assertTrue(size.find(), head.toString());
                length = Integer.parseInt(size.group(1));
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                if (body.length() != length || !head.toString().startsWith("HTTP/1.1 200 ")
                        || !body.endsWith("]}\n")) {
                    throw new IOException(head + body);
                }
            } catch (IOException e) {
                if (begun) {
                    torn = head + ": " + e.getMessage();
                }
                throw e;
            }
            full.incrementAndGet();
            return Pattern.compile("(?i)connection: close").matcher(head).find();
        }
    }

    @Test
    void losesNothingOnSigterm() throws Exception {
        Running service = Running.start(List.of("-XX:TieredStopAtLevel=1", "-Djvig.kernels=scalar", "-Xmx256m"),
                "--threads", "2",
                "--queue", "16", "--linger", "200");
        try {
            AtomicInteger full = new AtomicInteger();
            List<Sender> senders = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Sender sender = new Sender(service.port(), Client.digit(DigitSamples.names().get(i)), full);
                senders.add(sender);
                threads.add(Thread.ofPlatform().daemon().start(sender));
            }
            while (full.get() < ANSWERS) {
                assertTrue(service.process().isAlive());
                Thread.sleep(5);
            }
            assertTrue(HealthProbe.isReady(Integer.toString(service.port())));
            service.process().toHandle().destroy(); // SIGTERM
            assertTrue(service.process().waitFor(30, TimeUnit.SECONDS), "it does not end");
            for (Thread thread : threads) {
                thread.join();
            }
            senders.forEach(sender -> assertEquals("", sender.torn));
            assertEquals(0, service.process().exitValue());
            // Each request that the service has worked on is one whose full answer has come.
            assertEquals(List.of("jvig-service: stopping",
                    "jvig-service: stopped; " + full.get() + " images classified"), service.out().lines().toList());
        } finally {
            service.process().destroyForcibly();
        }
    }

    @Test
    void aSlowClientIsCutOff() throws Exception {
        Running service = Running.start(List.of("-Dsun.net.httpserver.maxReqTime=1", "-XX:TieredStopAtLevel=1",
                "-Djvig.kernels=scalar"), "--threads", "1", "--queue", "0", "--linger", "0");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
                Client client = new Client(service.port())) {
            socket.getOutputStream().write("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"
                    .getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, endOf(socket));
            while (!client.get("/metrics").body().contains("\njvig_requests_total{outcome=\"client_gone\"} 1.0\n")) {
                Thread.sleep(5);
            }
            // Its place is free again.
            client.post("/classify", Client.digit(DigitSamples.names().getFirst())).has(200);
            service.process().toHandle().destroy();
            assertTrue(service.process().waitFor(30, TimeUnit.SECONDS), "it does not end");
            assertEquals(0, service.process().exitValue());
        } finally {
            service.process().destroyForcibly();
        }
    }

    /** What the other side sends: -1 when it has closed the connection. */
    private static int endOf(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }
}
