package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON objects, each on one line. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {
    }

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static String object(Fields fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to a string cannot fail", e);
        }
        return line.toString();
    }

    /** Writes a number with three decimals, or null if it is not finite. */
    static void decimal(JsonGenerator json, String name, double value) throws IOException {
        decimal(json, name, value, 1e3);
    }

    /**
     * Writes a number rounded to a multiple of {@code 1 / parts}, or null if it is not finite: JSON has no NaN.
     */
    static void decimal(JsonGenerator json, String name, double value, double parts) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, Math.round(value * parts) / parts);
        } else {
            json.writeNullField(name);
        }
    }

    /** Writes a size as {@code --size} takes it: a number, or a string if height and width differ. */
    static void size(JsonGenerator json, InputSize size) throws IOException {
        if (size.isSquare()) {
            json.writeNumberField("size", size.height());
        } else {
            json.writeStringField("size", size.toString());
        }
    }
}
