package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MainTest {
    private static void assertFails(int status, String words, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(PrintStream.nullOutputStream());
        assertEquals(status, Main.run(args, out, new PrintStream(err, true, StandardCharsets.UTF_8)));
        String line = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.startsWith("jvig-service: ") && line.contains(words), line);
        assertFalse(line.contains("internal error"), line);
    }

    @Test
    void saysInOneLineWhyItDoesNotStart() throws IOException {
        assertFails(2, "--prot", "--prot", "1");
        assertFails(1, "mobilevig_x", "--model", "mobilevig_x");
        assertFails(1, "needs --weights", "--model", "mobilevig_ti");
        assertFails(1, "none.pth", "--model", "mobilevig_ti", "--weights", "none.pth");
        assertFails(1, "65536", "--port", "65536");
        assertFails(1, "threads must be at least 1", "--threads", "0");
        assertFails(1, "queue must be at least 0", "--queue", "-1");
        assertFails(1, "max-body", "--max-body", "2000000000");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFails(1, "127.0.0.1:" + taken.getLocalPort(), "--no-warm-up", "--port",
                    Integer.toString(taken.getLocalPort()));
        }
    }
}
