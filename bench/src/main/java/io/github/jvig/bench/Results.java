package io.github.jvig.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes records of one type as CSV and JSON. The component {@code peakGflops} becomes the column {@code peak_gflops}. */
final class Results {
    /** More digits than the precision of any measurement. */
    private static final MathContext DIGITS = new MathContext(6);

    private Results() {
    }

    /** Writes {@code name.csv} and {@code name.json}. The JSON file also names the machine. */
    static void write(Path folder, String name, BenchMachine machine, List<? extends Record> rows) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".csv"), csv(rows));
        Files.writeString(folder.resolve(name + ".json"), json(machine, rows));
    }

    static String csv(List<? extends Record> rows) {
        List<String> lines = new ArrayList<>();
        if (!rows.isEmpty()) {
            lines.add(Arrays.stream(rows.getFirst().getClass().getRecordComponents()).map(Results::column)
                    .collect(Collectors.joining(",")));
        }
        for (Record row : rows) {
            lines.add(Arrays.stream(row.getClass().getRecordComponents()).map(c -> cell(value(row, c)))
                    .collect(Collectors.joining(",")));
        }
        return lines.stream().map(l -> l + "\n").collect(Collectors.joining());
    }

    /** {@code {"machine": {...}, "rows": [{...}, ...]}}. */
    static String json(BenchMachine machine, List<? extends Record> rows) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeFieldName("machine");
            object(json, machine);
            json.writeArrayFieldStart("rows");
            for (Record row : rows) {
                object(json, row);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text + "\n";
    }

    private static void object(JsonGenerator json, Record row) throws IOException {
        json.writeStartObject();
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            json.writeFieldName(column(component));
            switch (value(row, component)) {
                case Double d when Double.isFinite(d) -> json.writeNumber(rounded(d));
                case Double _ -> json.writeNull();
                case Integer i -> json.writeNumber(i);
                case Long l -> json.writeNumber(l);
                case Object other -> json.writeString(other.toString());
            }
        }
        json.writeEndObject();
    }

    private static String column(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Object value(Record row, RecordComponent component) {
        try {
            return component.getAccessor().invoke(row);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the records of this package are accessible", e);
        }
    }

    private static String cell(Object value) {
        String text = value instanceof Double d
                ? (Double.isFinite(d) ? rounded(d).toPlainString() : "")
                : value.toString();
        return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).round(DIGITS);
    }
}
