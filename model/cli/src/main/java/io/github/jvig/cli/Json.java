package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.text.MessageText;
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
        return printable(line.toString());
    }

    /** Only text has such characters, and in text an escape is the same to a reader of JSON, but not to a terminal. */
    private static String printable(String json) {
        if (MessageText.line(json).equals(json)) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            String one = Character.toString(c);
            if (MessageText.line(one).equals(one)) {
                escaped.append(one);
            } else {
                one.chars().forEach(unit -> escaped.append("\\u%04x".formatted(unit)));
            }
        });
        return escaped.toString();
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
