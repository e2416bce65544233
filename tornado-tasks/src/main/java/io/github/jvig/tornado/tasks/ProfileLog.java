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
    /** Nanoseconds in which a task graph copied to the device. */
    static final String COPY_IN = "COPY_IN_TIME";
    /** Nanoseconds in which a task graph copied from the device. */
    static final String COPY_OUT = "COPY_OUT_TIME";
    private static final String KERNEL_TIME = "TASK_KERNEL_TIME";

    private ProfileLog() {
    }

    /** Kernel time of each task on the device in nanoseconds, by {@code "graph.task"}. */
    static Map<String, Long> kernelNanos(String log) {
        return numbers(log, KERNEL_TIME);
    }

    /** A number of a whole log, which has one task graph; 0 if the log does not have it. */
    static long number(String log, String key) {
        return numbers(log, key).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Numbers with this key, by the name of the object that holds them. */
    private static Map<String, Long> numbers(String log, String key) {
        Map<String, Long> nanos = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(log)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING && json.currentName().equals(key)) {
                    nanos.put(json.getParsingContext().getParent().getCurrentName(), Long.parseLong(json.getText()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return nanos;
    }
}
