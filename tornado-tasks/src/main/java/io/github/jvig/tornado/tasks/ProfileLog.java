package io.github.jvig.tornado.tasks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Parses the log of TornadoVM's profiler: one JSON object per task graph with one object per task; numbers are strings. */
final class ProfileLog {
    private static final String KERNEL_TIME = "TASK_KERNEL_TIME";

    private ProfileLog() {
    }

    /** Kernel time of each task on the device in nanoseconds, by {@code "graph.task"}. */
    static Map<String, Long> kernelNanos(String log) {
        Map<String, Long> nanos = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(log)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING && json.currentName().equals(KERNEL_TIME)) {
                    nanos.put(json.getParsingContext().getParent().getCurrentName(), Long.parseLong(json.getText()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return nanos;
    }
}
