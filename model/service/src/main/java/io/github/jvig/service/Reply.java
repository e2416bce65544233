package io.github.jvig.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.vision.Classification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is sent back. */
record Reply(Outcome outcome, int status, Map<String, String> headers, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String CONTENT_TYPE = "Content-Type";

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** The most probable classes, best first. */
    static Reply classes(List<Classification> top) {
        return json(Outcome.OK, 200, Map.of(), json -> {
            json.writeArrayFieldStart("top");
            for (Classification c : top) {
                json.writeStartObject();
                json.writeStringField("label", c.label());
                json.writeNumberField("index", c.index());
                json.writeNumberField("probability", c.probability());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** The reason why there is no answer. */
    static Reply error(Outcome outcome, int status, String reason) {
        return error(outcome, status, reason, Map.of());
    }

    static Reply error(Outcome outcome, int status, String reason, Map<String, String> headers) {
        return json(outcome, status, headers, json -> json.writeStringField("error", reason));
    }

    static Reply status(int status, String word) {
        return json(Outcome.OK, status, Map.of(), json -> json.writeStringField("status", word));
    }

    static Reply text(String type, String text) {
        return new Reply(Outcome.OK, 200, Map.of(CONTENT_TYPE, type), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply json(Outcome outcome, int status, Map<String, String> headers, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        Map<String, String> all = new TreeMap<>(headers);
        all.put(CONTENT_TYPE, "application/json");
        return new Reply(outcome, status, all, bytes.toByteArray());
    }
}
