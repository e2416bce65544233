package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Objects of JSON, each in one line. */
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
            throw new UncheckedIOException("a string takes whatever is written", e);
        }
        return line.toString();
    }

    /** A number of three decimals, null where it is not known. */
    static void decimal(JsonGenerator json, String name, double value) throws IOException {
        decimal(json, name, value, 1e3);
    }

    /** A number to so many parts of one, null where it is not known: JSON has no NaN. */
    static void decimal(JsonGenerator json, String name, double value, double parts) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, Math.round(value * parts) / parts);
        } else {
            json.writeNullField(name);
        }
    }

    /** A size as the option takes it: a number, or a text where the sides differ. */
    static void size(JsonGenerator json, InputSize size) throws IOException {
        if (size.isSquare()) {
            json.writeNumberField("size", size.height());
        } else {
            json.writeStringField("size", size.toString());
        }
    }
}
